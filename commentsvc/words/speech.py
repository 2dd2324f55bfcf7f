"""One language: its sentences, plural forms, numbers and times."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache

from babel import Locale
from babel.dates import format_date, format_time, get_datetime_format
from babel.numbers import format_decimal
from babel.units import format_unit

from commentsvc.words.catalogues import ENGLISH, Catalogue, catalogue, languages

_PLACEHOLDER = re.compile(r"(\{\w+\})")
_SAME_REFUSAL: Mapping[str, str] = {
    "foreign_origin": "unknown_site",
    "unknown_host": "unknown_site",
    "malformed_url": "unknown_site",
    "foreign_parent": "unknown_parent",
    "idempotency_key_reused": "invalid_token",
    "cross_site_request": "invalid_token",
    "unknown_field": "malformed_parameter",
    "unknown_parameter": "malformed_parameter",
    "missing_parameter": "malformed_parameter",
    "unsupported_media_type": "malformed_parameter",
    "malformed_idempotency_key": "malformed_parameter",
    "wrong_keys": "storage_unavailable",
    "internal_error": "storage_unavailable",
    "database_newer": "storage_unavailable",
    "migrations_missing": "storage_unavailable",
}
"""Codes that readers are told the same of."""
_ELSEWHERE: Mapping[str, str] = {"thread_closed": "threadClosed"}
"""Codes whose sentence is one that is said without an error as well."""


class Speech:
    """Says things in one language.

    Args:
        language: BCP 47.
        said: Its catalogue.
    """

    def __init__(self, language: str, said: Catalogue) -> None:
        self.language, self._said = language, said
        self._locale = Locale.parse(language, sep="-")
        self.direction = self._locale.text_direction

    @property
    def own_name(self) -> str:
        """``Deutsch``."""
        return self._locale.get_display_name() or self.language

    @property
    def english_name(self) -> str:
        """``German``."""
        return self._locale.get_display_name(ENGLISH) or self.language

    def say(self, key: str, **values: object) -> str:
        """A sentence.

        Args:
            key: Of the catalogue.
            values: For its placeholders; ``n`` is a number and chooses the plural form.

        Raises:
            KeyError: There is no such sentence, or a placeholder without a value.
        """
        return "".join(self._filled(each, values) for each in self._split(key, values))

    def pieces(self, key: str, *kept: str, **values: object) -> Iterator[str]:
        """A sentence in pieces, for what is more than text in it: the `kept` placeholders come as they stand.

        ``pieces("commentsOn", "title")`` gives ``"Comments on "`` and ``"{title}"``.
        """
        for each in self._split(key, values):
            yield each if each[1:-1] in kept and _PLACEHOLDER.fullmatch(each) else self._filled(each, values)

    def refusal(self, code: str, english: str) -> str:
        """What readers are told of an error; in English what it says itself."""
        found = self._said.get(_ELSEWHERE.get(code) or f"refusals.{_SAME_REFUSAL.get(code, code)}")
        return english if self.language == ENGLISH or not isinstance(found, str) else found

    def number(self, value: int) -> str:
        """``1,234``."""
        return format_decimal(value, locale=self._locale)

    def moment(self, at: datetime) -> str:
        """``22 November 2026, 09:30 UTC``."""
        if self.language == ENGLISH:
            return f"{at.day} {at:%B %Y, %H:%M} UTC"
        glue = str(get_datetime_format("medium", locale=self._locale)).replace("'", "")
        time = f"{format_time(at, 'short', locale=self._locale)} UTC"
        return glue.replace("{1}", self.day(at)).replace("{0}", time)

    def day(self, at: datetime) -> str:
        """``22 November 2026``, by UTC."""
        if self.language == ENGLISH:
            return f"{at.day} {at:%B %Y}"
        return format_date(at, "long", locale=self._locale)

    def days(self, count: int) -> str:
        """``30 days``."""
        return format_unit(count, "duration-day", locale=self._locale)

    def _split(self, key: str, values: Mapping[str, object]) -> list[str]:
        message = self._said[key]
        if not isinstance(message, str):
            message = message[self._locale.plural_form(int(str(values["n"])))]
        return [each for each in _PLACEHOLDER.split(message) if each]

    def _filled(self, piece: str, values: Mapping[str, object]) -> str:
        if not _PLACEHOLDER.fullmatch(piece):
            return piece
        value = values[piece[1:-1]]
        return self.number(value) if isinstance(value, int) else str(value)


@cache
def speech(language: str) -> Speech:
    """The speech of a site's language; English where there is no catalogue of it."""
    known = language if language in languages() else ENGLISH
    return Speech(known, catalogue(known))
