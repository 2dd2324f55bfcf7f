"""Letters and names that cannot be told apart by eye."""

import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from confusable_homoglyphs.confusables import confusables_data

from commentsvc.domain.normal_text import fold

_DIRECTION_MARK = "\u200e"
"""Stands around right-to-left letters in the table and belongs to none of them."""


def looks_like_any(name: str, reserved: Iterable[str]) -> bool:
    """Whether readers would take a name for one of the reserved ones; spaces and accents make no difference."""
    mine = _faces(name)
    return any(mine & _faces_of_reserved(each) for each in reserved)


def look(text: str) -> str:
    """What a text looks like: every character replaced by one that stands for all that look like it.

    For comparison only, never to be shown: ``Admin`` comes out the same with a Cyrillic A, and so do ``rn`` and
    ``m``. Case is kept, because look-alikes differ by it.

    Source:
        Unicode Technical Standard 39, section 4 (skeleton); the table is Unicode's own confusables.txt.
    """
    stands_for = _stands_for()
    split = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFD", split.translate(stands_for)).translate(stands_for)


def _faces(name: str) -> set[str]:
    """How a name looks as it is written and in lower case, with its signs read as letters and without them."""
    spellings = (name, _letters(name))
    return {_letters(look(text)) for each in spellings for text in (each, fold(each), fold(look(each)))} - {""}


@lru_cache(maxsize=1_000)
def _faces_of_reserved(name: str) -> set[str]:
    """Those of a badge or a moderator's name, which are asked for with every comment; a reader's are kept nowhere."""
    return _faces(name)


def _letters(text: str) -> str:
    return "".join(char for char in text if char.isalnum() and not unicodedata.combining(char))


@cache
def _stands_for() -> dict[int, str]:
    """Character → what stands for its group; several letters or a letter, if there are any; for `str.translate`."""
    found: dict[str, str] = {}
    for char in confusables_data:
        if _bare(char) not in found:
            group = set(_group(char))
            chosen = min(group, key=lambda each: (-len(each), not each.isalpha(), each))
            found |= dict.fromkeys((each for each in group if len(each) == 1), chosen)
    return str.maketrans(found)


def _group(char: str) -> Iterator[str]:
    """All that look like a character: the table names each with the one it is drawn like, and that one with each."""
    seen, waiting = {char}, [char]
    while waiting:
        each = waiting.pop()
        yield _bare(each)
        others = {other["c"] for other in confusables_data.get(each, ())} - seen
        seen |= others
        waiting += others


def _bare(char: str) -> str:
    return char.strip(_DIRECTION_MARK) or char
