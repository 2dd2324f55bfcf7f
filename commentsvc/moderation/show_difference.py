"""What an edit changed, word by word."""

import re
from difflib import SequenceMatcher

from commentsvc.domain.comment import Piece

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_MOST_WORDS = 2_000
"""In both together; comparing takes the square of it in the worst case. A longer text is shown as replaced whole."""


def difference(before: str, after: str) -> tuple[Piece, ...]:
    """The pieces of both texts in reading order: what stayed, what was removed, what was added."""
    if before == after:
        return ()
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if len(old) + len(new) > _MOST_WORDS:
        return (Piece("removed", before), Piece("added", after))
    pieces: list[Piece] = []
    for change, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if change == "equal":
            pieces.append(Piece("same", "".join(old[i:j])))
            continue
        pieces.extend(
            piece for piece in (Piece("removed", "".join(old[i:j])), Piece("added", "".join(new[k:m]))) if piece.text
        )
    return tuple(pieces)
