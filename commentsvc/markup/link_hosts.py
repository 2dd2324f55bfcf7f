"""Whether a link's text tells the truth about where it leads.

``[bank.example](https://evil.example)`` is shown as ``bank.example [evil.example]``, and a host in letters that only
look like Latin ones is shown in its ASCII form.
"""

import re
import unicodedata

from commentsvc.domain.urls import host_of

_WORDS_BEFORE_HOST = re.compile(r"^\W*(?:[a-z][a-z0-9+.-]{0,20}:)?\W*", re.IGNORECASE)
_REST_AFTER_HOST = re.compile(r"[/?#\\]")
_HOST = re.compile(r"(?<![\w-])(?:[\w-]{1,63}\.){1,12}[^\W\d_][\w-]{1,62}(?![\w-])")
_ADDRESS_CHARACTERS = 2_100


def host_to_show(href: str, words: str) -> str | None:
    """The host to write behind a link, or None if its text does not mislead.

    Args:
        href: As `link_address` gives it.
        words: The link's text.

    Returns:
        Lower-case ASCII without ``www.``: ``evil.example``, ``xn--pypal-4ve.com``.

    Source:
        UTS 39 sections 4 and 5 (confusable and mixed-script identifiers).
    """
    host = href.rpartition("@")[2].lower() if href.startswith("mailto:") else host_of(href)
    named = _hosts_named(words)
    return host if _is_deceptive(host) or any(_ascii(name) != host for name in named) else None


def _hosts_named(words: str) -> list[str]:
    """Whatever in a text a reader would take for a host: at the start of each word, before any path."""
    text = unicodedata.normalize("NFKC", words[:_ADDRESS_CHARACTERS]).lower()
    seen = "".join(char for char in text if unicodedata.category(char) not in {"Cf", "Mn", "Me"})
    hosts: list[str] = []
    for word in seen.replace("\u3002", ".").split():
        start = _WORDS_BEFORE_HOST.sub("", word, count=1)
        hosts.extend(_HOST.findall(_REST_AFTER_HOST.split(start, maxsplit=1)[0]))
    return hosts


def _ascii(host: str) -> str:
    try:
        return host.encode("idna").decode("ascii").removeprefix("www.")
    except UnicodeError:
        return host


def _is_deceptive(host: str) -> bool:
    """An international host that mixes scripts, or wears a foreign one before a Latin ending."""
    if "xn--" not in host:
        return False
    try:
        labels = host.encode("ascii").decode("idna").split(".")
    except UnicodeError:
        return True
    return any(not _scripts(label) <= _scripts(labels[-1]) for label in labels)


def _scripts(label: str) -> set[str]:
    """The scripts of a label's letters, as the first words of their names: ``{"LATIN"}``."""
    return {unicodedata.name(char, "UNKNOWN").split()[0] for char in label if char.isalpha()}
