"""Looking for words and phrases in text of any script, in time that grows with its length and no faster."""

import re
import unicodedata
from enum import Enum, auto
from functools import cached_property, lru_cache

from commentsvc.domain.normal_text import calm, fold, fold_character, is_invisible

_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
    r"\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]"
)
"""Thai, Lao, Myanmar, Khmer, Kana, Han: no spaces between words. Hangul: particles follow without a space."""
_ASCII_WORD = re.compile(r"[A-Za-z0-9]+")


class _Kind(Enum):
    LETTER = auto()
    """Belongs to the word before it."""
    SINGLE = auto()
    """A word of its own, as far as anybody can tell without a dictionary."""
    MARK = auto()
    """Sits on the letter before it."""
    INVISIBLE = auto()
    GAP = auto()


class SearchedText:
    """A text, made ready once, to be searched for many patterns."""

    def __init__(self, text: str) -> None:
        self._text = unicodedata.normalize("NFC", calm(text))
        self._words, self._starts, self._ends = _words(self._text)
        self._vocabulary = frozenset(self._words.split(" "))

    @cached_property
    def _folded(self) -> str:
        return fold(self._text)

    @cached_property
    def _signs(self) -> frozenset[str]:
        return frozenset(self._folded)

    def find(self, pattern: str) -> str | None:
        """The first place where a pattern stands as whole words, in the writer's own spelling; None if nowhere.

        Case, width, invisible characters, and whatever stands between words make no difference: ``work from home``
        is found in ``Work-from  HOME!``, ``赌场`` in ``网上赌场游戏``, ``art`` not in ``party``. A pattern with symbols
        in it (``$$$``, ``c++``) is found anywhere, and comes back folded.
        """
        needle, parts, is_words = _needle(pattern)
        if not parts <= (self._vocabulary if is_words else self._signs):  # most patterns end here, at next to no cost
            return None
        if not is_words:
            return needle if needle and needle in self._folded else None
        at = self._words.find(needle)
        if at < 0:
            return None
        first = self._words.count(" ", 0, at)
        last = first + needle.count(" ") - 2
        return self._text[self._starts[first] : self._ends[last]]


@lru_cache(maxsize=10_000)
def _needle(pattern: str) -> tuple[str, frozenset[str], bool]:
    """What to look for, the words or signs it is made of, and whether it is words."""
    folded = fold(pattern).strip()
    words, starts, _ = _words(unicodedata.normalize("NFC", calm(pattern)))
    is_words = bool(starts) and not any(unicodedata.category(char)[0] == "S" for char in folded)
    return (words, frozenset(words.split(" ")), True) if is_words else (folded, frozenset(folded), False)


def _words(text: str) -> tuple[str, list[int], list[int]]:
    """The folded words of a text in NFC, a space on either side of each, and where each starts and ends in it."""
    if text.isascii():
        spans = [match.span() for match in _ASCII_WORD.finditer(text)]
        words = "".join(f" {text[start:end].lower()}" for start, end in spans)
        return f"{words} ", [start for start, _ in spans], [end for _, end in spans]
    return _words_of_any_script(text)


def _words_of_any_script(text: str) -> tuple[str, list[int], list[int]]:
    """As `_words`, character by character."""
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    before = _Kind.GAP
    for position, char in enumerate(text):
        for kind, folded in _kinds(char):
            if kind is _Kind.INVISIBLE:
                continue
            if kind is before is _Kind.LETTER or (kind is _Kind.MARK and before is not _Kind.GAP):
                pieces.append(folded)
                ends[-1] = position + 1
                continue
            if kind is _Kind.LETTER or kind is _Kind.SINGLE:
                pieces += (" ", folded)
                starts.append(position)
                ends.append(position + 1)
            if kind is not _Kind.MARK:
                before = kind
    return unicodedata.normalize("NFC", "".join(pieces)) + " ", starts, ends


@lru_cache(maxsize=10_000)
def _kinds(char: str) -> tuple[tuple[_Kind, str], ...]:
    """A character, folded; a ligature is several."""
    return tuple((_kind(each), each) for each in fold_character(char))


def _kind(char: str) -> _Kind:
    if is_invisible(char):
        return _Kind.INVISIBLE
    category = unicodedata.category(char)[0]
    if category == "M":
        return _Kind.MARK
    if category not in "LN":
        return _Kind.GAP
    return _Kind.SINGLE if _UNSPACED.match(char) else _Kind.LETTER
