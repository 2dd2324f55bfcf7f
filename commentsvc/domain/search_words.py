"""The words of a text as they are searched: without case and diacritics, in any script."""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

LONGEST_WORD = 64
"""Characters; the rest of a longer word is not looked at."""
_FIRST_DIACRITIC = 10
"""Canonical combining class. Below it are the marks that letters of Indic scripts and kana are made of."""
_WITHOUT_SPACES = (
    "CJK ", "HIRAGANA ", "KATAKANA ", "HANGUL ", "BOPOMOFO ", "YI SYLLABLE ", "THAI ", "LAO ", "KHMER ", "MYANMAR ",
    "TIBETAN ",
)  # fmt: skip
"""Beginnings of the names of characters of which each counts as a word, because no space parts their words."""


class _Folding:
    """For `str.translate`: a character's part in a word, or a gap."""

    def __getitem__(self, code: int) -> str:
        return _fold(chr(code))


_FOLDING = _Folding()


def search_words(text: str) -> list[str]:
    """The words in their order: letters and digits only, lower case, each at most 64 characters.

    Emoji and the characters of scripts that are written without spaces are words of their own. So a search for
    several of them as a phrase finds them wherever they stand next to each other.
    """
    return [unicodedata.normalize("NFC", word[:LONGEST_WORD]) for word in text.translate(_FOLDING).split()]


def search_phrases(query: str) -> tuple[tuple[str, ...], ...]:
    """What somebody who typed this looks for: every phrase must occur. Most are single words.

    Words between quotation marks belong together, and so do the parts of one like ``don't`` or of one in Chinese. No
    character has any other meaning.
    """
    phrases = (tuple(search_words(part)) for part in _parts(query))
    return tuple(dict.fromkeys(phrase for phrase in phrases if phrase))


def _parts(query: str) -> Iterator[str]:
    for number, part in enumerate(query.translate(_QUOTES).split('"')):
        yield from [part] if number % 2 else part.split()


_QUOTES = str.maketrans("“”„«»", '"""""')


@lru_cache(maxsize=20_000)
def _fold(char: str) -> str:
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
    bare = "".join(each for each in folded if unicodedata.combining(each) < _FIRST_DIACRITIC)
    return "".join(map(_part, unicodedata.normalize("NFC", bare)))


def _part(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Cf":
        return ""
    if category == "So" or (category[0] == "L" and unicodedata.name(char, "").startswith(_WITHOUT_SPACES)):
        return f" {char} "
    return char if category[0] in "LNM" else " "
