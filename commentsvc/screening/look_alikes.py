"""Names that look like another one, whatever letters they are written with."""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from confusable_homoglyphs.confusables import confusables_data

from commentsvc.domain.normal_text import fold

_MARKS = "\u200e\u200f"
"""The table wraps signs of scripts that run right to left in these."""


def looks_like_any(name: str, reserved: Iterable[str]) -> bool:
    """Whether readers would take a name for one of the reserved ones."""
    mine = _faces(name)
    return any(mine & _faces(each) for each in reserved)


def skeleton(text: str) -> str:
    """The one spelling of all texts that look alike, however they are written.

    Not to be shown to anybody.

    Source:
        UTS 39 section 4 (confusable detection), with the Unicode consortium's table.
    """
    unfolded = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFD", "".join(_prototype(char) for char in unfolded))


def _faces(name: str) -> set[str]:
    """How a name looks as it is written, and in lower case; spaces and accents make no difference."""
    return {_bare(skeleton(text)) for text in (name, fold(name), fold(skeleton(name)))} - {""}


def _bare(text: str) -> str:
    return "".join(char for char in text if char.isalnum() and not unicodedata.combining(char))


@lru_cache(maxsize=10_000)
def _prototype(char: str) -> str:
    """The sign that stands for all that look like this one.

    The table lists for each prototype all its doubles, and for each double its prototype; where there are only two,
    either could be the prototype, so the first in order is taken.
    """
    doubles: list[str] = [entry["c"].strip(_MARKS) for entry in confusables_data.get(char, [])]
    if len(doubles) != 1:
        return char
    is_pair = len(confusables_data.get(doubles[0], [])) == 1
    return min(char, doubles[0]) if is_pair else doubles[0]
