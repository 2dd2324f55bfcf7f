"""What the forms about rules send, checked."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from commentsvc.domain.errors import InvalidInputError, MalformedParameterError, UnknownFieldError
from commentsvc.domain.findings import Leaning
from commentsvc.domain.rules import MOST_LINKS, REASON_CHARACTERS, Rule, RuleKind, normal_pattern
from commentsvc.domain.site import HoldPolicy, SitePolicy
from commentsvc.domain.text import clean_line
from commentsvc.moderation.rule_words import ADDED, LEANINGS, PERIODS, end_of
from commentsvc.words.catalogues import languages

MOST_LINES = 100
MOST_TRUST_AFTER = 100
MOST_DAYS = 3_650
MOST_EDIT_MINUTES = 1_440
MOST_REPORT_HOLD = 100
KEPT = "kept"
"""The period of a rule that is changed without touching its end."""

_Word = TypeVar("_Word", bound=StrEnum)


class Wish(StrEnum):
    """The buttons of a form; Enter presses the first."""

    SAVE = "save"
    TRY = "try"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Terms:
    """What every rule has besides its pattern."""

    leaning: Leaning
    reason: str | None
    expires_at: datetime | None


def check_fields(form: Mapping[str, str], allowed: Collection[str]) -> None:
    """Refuse a form with a field that ours does not have.

    Raises:
        UnknownFieldError: There is one (400).
    """
    if not form.keys() <= set(allowed):
        raise UnknownFieldError


def read_wish(form: Mapping[str, str]) -> Wish:
    """Which button was pressed; saving, if a browser sent none."""
    return word_of(Wish, form.get("do", Wish.SAVE))


def read_terms(form: Mapping[str, str], now: datetime, *, kept: datetime | None = None) -> Terms:
    """Leaning, reason and end.

    Args:
        form: With ``leaning``, ``reason``, ``period``.
        now: When the period begins.
        kept: The end that the period ``kept`` stands for.

    Raises:
        InvalidInputError: The reason is too long (422).
        MalformedParameterError: A choice that the form does not offer (400).
    """
    leaning, period = word_of(Leaning, form.get("leaning", Leaning.HOLD)), form.get("period", "ever")
    if leaning not in LEANINGS or period not in {*PERIODS, KEPT}:
        raise MalformedParameterError
    reason = clean_line(form.get("reason", ""))
    if len(reason) > REASON_CHARACTERS:
        raise InvalidInputError(fields={"reason": f"At most {REASON_CHARACTERS} characters, please."})
    return Terms(leaning, reason or None, kept if period == KEPT else end_of(period, now))


def read_new_rules(form: Mapping[str, str], now: datetime) -> list[Rule]:
    """The rules that the form for new ones wants, one a line; at least one.

    Raises:
        InvalidInputError: A line that cannot be a rule of its kind, none, or too many (422).
        MalformedParameterError: A choice that the form does not offer (400).
    """
    kind, terms = word_of(RuleKind, form.get("kind", "")), read_terms(form, now)
    if kind not in ADDED:
        raise MalformedParameterError
    lines = [line for line in form.get("patterns", "").splitlines() if line.strip()]
    if not 1 <= len(lines) <= MOST_LINES:
        raise InvalidInputError(fields={"patterns": f"Write 1 to {MOST_LINES} lines, each a rule of its own."})
    patterns = dict.fromkeys(normal_pattern(kind, line) for line in lines)
    return [Rule(kind, pattern, terms.leaning, terms.reason, terms.expires_at) for pattern in patterns]


def read_policy(form: Mapping[str, str], before: SitePolicy) -> SitePolicy:
    """The policy with what the owner's form changes.

    Raises:
        InvalidInputError: A number out of its range (422).
        MalformedParameterError: A choice that the form does not offer (400).
    """
    return replace(
        before,
        hold=word_of(HoldPolicy, form.get("hold", before.hold)),
        trust_after=_number(form, "trust_after", before.trust_after, least=1, most=MOST_TRUST_AFTER),
        max_links=_number(form, "max_links", before.max_links, least=0, most=MOST_LINKS),
        edit_minutes=_number(form, "edit_minutes", before.edit_minutes, least=0, most=MOST_EDIT_MINUTES),
        report_hold=_number(form, "report_hold", before.report_hold, least=0, most=MOST_REPORT_HOLD),
        address_days=_number(form, "address_days", before.address_days or 0, least=0, most=MOST_DAYS) or None,
        refused_days=_number(form, "refused_days", before.refused_days or 0, least=0, most=MOST_DAYS) or None,
        language=_language(form.get("language", before.language)),
    )


def word_of(words: type[_Word], value: str) -> _Word:
    """One of a few words.

    Raises:
        MalformedParameterError: Another one (400).
    """
    try:
        return words(value)
    except ValueError:
        raise MalformedParameterError from None


def _language(value: str) -> str:
    if value not in languages():
        raise MalformedParameterError
    return value


def _number(form: Mapping[str, str], name: str, before: int, *, least: int, most: int) -> int:
    typed = form.get(name, str(before)).strip()
    is_number = typed.isascii() and typed.isdigit() and len(typed) <= len(str(most))
    if not is_number or not least <= int(typed) <= most:
        raise InvalidInputError(fields={name: f"A number from {least} to {most}, please."})
    return int(typed)
