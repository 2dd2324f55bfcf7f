"""``@name`` in a reply leads to the comment it answers: made when it is shown, what is stored is as it was written."""

import re
from html import escape

_SPLIT = re.compile(r"(<[^>]*>)")
"""Tags of stored HTML; no attribute of it holds ``>`` unescaped, see `commentsvc.markup.serialise_tree`."""
_CLOSED_TO_LINKS = ("a", "code")


def with_mention(html: str, *, name: str, target: str) -> str:
    """A reply's body, in each of whose texts the first ``@name`` links to the comment it answers.

    Only a whole name counts, with no letter or number right beside it, outside of links and code: the embed does the
    same (``embed/src/build_body.js``).

    Args:
        html: Stored, sanitised.
        name: Of whom it answers; empty for a tombstone, which nobody means.
        target: Public id of their comment, on the same page.
    """
    if not name or "@" not in html:
        return html
    mention = escape(f"@{name}", quote=False).replace("\xa0", "&nbsp;")  # as `commentsvc.markup` spells texts
    link = f'<a href="#comment-{escape(target)}">{mention}</a>'
    pieces, closed = _SPLIT.split(html), 0
    for place, piece in enumerate(pieces):
        if not place % 2:
            pieces[place] = piece if closed else _linked(piece, mention, link)
        elif piece.strip("</>").partition(" ")[0] in _CLOSED_TO_LINKS:
            closed += -1 if piece.startswith("</") else 1
    return "".join(pieces)


def _linked(text: str, mention: str, link: str) -> str:
    before, found, after = text.partition(mention)
    is_whole = found and not before[-1:].isalnum() and not after[:1].isalnum()
    return f"{before}{link}{after}" if is_whole else text
