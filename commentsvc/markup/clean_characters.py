"""Characters that may stand in a comment's body.

Letters, marks and emoji of every script stay, with the joiners they need. What turns the text around it, what is
invisible, and what is no character at all goes.

Source:
    Unicode Standard Annex 9 (bidirectional controls), Annex 15 (NFC), UTS 51 section C.1 (flags from tags),
    UTS 39 section 3.1 (invisible characters).
"""

import re
import unicodedata

MARKS_IN_A_ROW = 8
"""Combining marks on one letter; living scripts stack half as many, ornaments that cover other lines hundreds."""

_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029]")
_FLAG_OR_UNWANTED = re.compile(
    "(\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{2,6}\U000e007f)"  # England, Scotland, Wales, Texas …
    "|[\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls but tab and newline
    "\u00ad\u180e\u200b\u2060-\u2064\ufeff"  # invisible
    "\u202a-\u202e\u2066-\u2069\u206a-\u206f"  # embeddings, overrides, isolates, deprecated
    "\ufff9-\ufffb\U000e0000-\U000e007f"  # annotations, tags
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"  # surrogates, and what is no character by definition
)
_MARK_CATEGORIES = frozenset({"Mn", "Me"})
_FIRST_MARK = re.compile("[\u0300-\U0010ffff]")


def clean_characters(text: str) -> str:
    """NFC, newline as the one line end, without overriding, invisible or heaped characters.

    Returns:
        Possibly empty. Idempotent.
    """
    if text.isascii() and text.isprintable():
        return text
    kept = _FLAG_OR_UNWANTED.sub(_flag_only, _LINE_ENDS.sub("\n", text))
    if not _FIRST_MARK.search(kept):
        return unicodedata.normalize("NFC", kept)
    # Thinned before NFC, because sorting a long row of marks is slow, and after, because NFC may take marks apart.
    return _thin_marks(unicodedata.normalize("NFC", _thin_marks(kept)))


def _flag_only(match: re.Match[str]) -> str:
    return match[1] or ""


def _thin_marks(text: str) -> str:
    kept: list[str] = []
    row = 0
    for char in text:
        row = row + 1 if char >= "\u0300" and unicodedata.category(char) in _MARK_CATEGORIES else 0
        if row <= MARKS_IN_A_ROW:
            kept.append(char)
    return "".join(kept)
