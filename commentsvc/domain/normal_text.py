"""One form for texts that read the same."""

import hashlib
import unicodedata
from functools import lru_cache

DIGEST_BYTES = 16
_MOST_MARKS = 30
_LONGEST_UNFOLDING = 4
"""Characters that one sign may stand for; what stands for whole sentences (up to 18) stays what it is."""
_IGNORABLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0") | {
    *map(chr, range(0xFE00, 0xFE10)),
    *map(chr, range(0x180B, 0x1810)),
    *map(chr, range(0xE0100, 0xE01F0)),
}
"""Letters and marks that leave no ink: joiner, fillers, variation selectors. All else of the kind is category Cf."""


def normal_text(text: str) -> str:
    """The form in which two texts are compared to find the same one sent again.

    Compatibility forms (such as full width), case, invisible characters, punctuation and spacing make no
    difference: ``BUY now!!`` and ``buy  now`` are one text. Letters, numbers, marks and symbols (so emoji, too) do.

    Returns:
        Lower-case words with single spaces between; only a text without any of them stays punctuation. Idempotent.

    Source:
        Unicode Standard section 3.13.5 (caseless matching, toNFKC_Casefold); UAX 44 (general categories).
    """
    folded = fold(text)
    words = folded.translate(_ASCII_GAPS) if folded.isascii() else "".join(map(_gap_or_self, folded))
    return " ".join(words.split()) or " ".join(folded.split())


def text_digest(text: str) -> bytes:
    """16 bytes that are the same for texts that read the same."""
    return hashlib.sha256(normal_text(text).encode()).digest()[:DIGEST_BYTES]


def fold(text: str) -> str:
    """A text without differences of case, width and invisible characters."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", "".join(map(_visible_or_nothing, "".join(map(fold_character, calm(text))))))


def calm(text: str) -> str:
    """A text with at most 30 combining marks in a row, because putting them in order takes the square of their number.

    Source:
        UAX 15 section 13 (stream-safe text).
    """
    if text.isascii():
        return text
    kept, marks = [], 0
    for char in text:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= _MOST_MARKS:
            kept.append(char)
    return "".join(kept)


@lru_cache(maxsize=10_000)
def fold_character(char: str) -> str:
    """What a character is once case and compatibility forms are gone: 1 to 4 characters."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", char).casefold())
    return folded if len(folded) <= _LONGEST_UNFOLDING else char


def is_invisible(char: str) -> bool:
    """Whether a character leaves no ink and no gap: zero-width, joining, directional, selecting a variant."""
    return char in _IGNORABLE or unicodedata.category(char) == "Cf"


@lru_cache(maxsize=10_000)
def _gap_or_self(char: str) -> str:
    return " " if unicodedata.category(char)[0] in "PZC" else char


@lru_cache(maxsize=10_000)
def _visible_or_nothing(char: str) -> str:
    return "" if is_invisible(char) else char


_ASCII_GAPS = {code: _gap_or_self(chr(code)) for code in range(128)}
"""The same for all of ASCII at once: most texts hold nothing else."""
