"""Cleaning of one-line texts: names, titles."""

import re
import unicodedata

_JOINERS = frozenset("\u200c\u200d")
_SPACES = re.compile(r"\s+")


def clean_line(raw: str) -> str:
    """A text as one visible line: NFC, no control or invisible characters, single spaces.

    Bidirectional overrides, zero-width characters and tag characters go, so that a name cannot hide another
    one or turn the text around it. The joiners that Persian, Indic scripts and emoji need stay inside words.

    Returns:
        Possibly empty. Idempotent.

    Source:
        Unicode Standard Annex 9 (bidirectional controls), UTS 39 section 3.1 (invisible characters).
    """
    text = unicodedata.normalize("NFC", raw)
    kept = "".join(
        " " if char.isspace() else char
        for char in text
        if char.isspace() or char in _JOINERS or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    )
    joined = _SPACES.sub(" ", kept).strip().strip("\u200c\u200d").strip()
    return unicodedata.normalize("NFC", joined)


def has_visible_text(text: str) -> bool:
    """Whether at least one character leaves ink: a letter, number, symbol or punctuation mark."""
    return any(unicodedata.category(char)[0] in "LNPS" for char in text)


def is_well_formed(text: str) -> bool:
    """Whether a text can be stored and sent: no NUL, no lone surrogate."""
    return "\x00" not in text and not any("\ud800" <= char <= "\udfff" for char in text)


def is_xml_text(char: str) -> bool:
    """Whether XML 1.0 can hold this character.

    Source:
        XML 1.0 (fifth edition), production 2.
    """
    code = ord(char)
    return code in {0x9, 0xA, 0xD} or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000  # noqa: PLR2004 - the production's own numbers
