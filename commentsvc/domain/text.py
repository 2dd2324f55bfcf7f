"""Cleaning of one-line texts: names, titles."""

import re
import unicodedata
from collections.abc import Iterable

_JOINERS = frozenset("\u200c\u200d")
_NEVER_JOINED = ("LATIN ", "GREEK ", "CYRILLIC ", "DIGIT ")
"""Beginnings of the names of characters after which a joiner changes nothing that can be seen."""
_BLANK_SPACE = "\u2800"
_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
"""Letters and marks that leave no ink: grapheme joiner, Hangul fillers, inherent Khmer vowels."""
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_SPACES = re.compile(r"\s+")
_SURROGATE = re.compile("[\ud800-\udfff]")


def clean_line(raw: str) -> str:
    """A text as one visible line: NFC, no control or invisible characters, single spaces.

    Bidirectional overrides, zero-width characters, fillers and tag characters go, so that a name cannot hide another
    one or turn the text around it. The joiners that Persian, Indic scripts and emoji need stay inside words.

    Returns:
        Possibly empty. Idempotent.

    Source:
        Unicode Standard Annex 9 (bidirectional controls), UTS 39 section 3.1 (invisible characters).
    """
    text = unicodedata.normalize("NFC", raw)
    spaced = (" " if char.isspace() or char == _BLANK_SPACE else char for char in text)
    visible = (char for char in spaced if char in _JOINERS or not _is_invisible(char))
    joined = "".join(_only_joining(visible))
    return unicodedata.normalize("NFC", _SPACES.sub(" ", joined).strip())


def has_visible_text(text: str) -> bool:
    """Whether at least one character leaves ink: a letter, number, symbol or punctuation mark."""
    return any(
        unicodedata.category(char)[0] in "LNPS" and char not in _BLANKS and char != _BLANK_SPACE for char in text
    )


def is_well_formed(text: str) -> bool:
    """Whether a text can be stored and sent: no NUL, no lone surrogate."""
    return "\x00" not in text and (text.isascii() or _SURROGATE.search(text) is None)


def is_xml_text(char: str) -> bool:
    """Whether XML 1.0 can hold this character.

    Source:
        XML 1.0 (fifth edition), production 2.
    """
    code = ord(char)
    return code in {0x9, 0xA, 0xD} or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000  # noqa: PLR2004 - the production's own numbers


def _is_invisible(char: str) -> bool:
    return char in _BLANKS or unicodedata.category(char) in _INVISIBLE


def _only_joining(text: Iterable[str]) -> list[str]:
    """The characters without joiners that join nothing: at a word's edge, doubled, or in scripts that need none."""
    kept: list[str] = []
    base = ""  # the letter or symbol that a joiner would act on, empty at the beginning of a word
    for char in text:
        if char in _JOINERS:
            if base and kept[-1] not in _JOINERS and not unicodedata.name(base, "").startswith(_NEVER_JOINED):
                kept.append(char)
            continue
        if char == " ":
            _drop_joiner_at_end(kept)
            base = ""
        elif not unicodedata.category(char).startswith("M"):
            base = char
        kept.append(char)
    _drop_joiner_at_end(kept)
    return kept


def _drop_joiner_at_end(kept: list[str]) -> None:
    if kept and kept[-1] in _JOINERS:
        kept.pop()
