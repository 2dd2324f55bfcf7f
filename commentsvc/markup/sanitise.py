"""The one module that knows bleach: any HTML whatever in, allow-listed pieces out.

Its contract is the table of hostile inputs in the tests. Another sanitiser may take its place if it passes them.
"""

import threading
from html import unescape
from typing import TYPE_CHECKING, cast

from bleach.sanitizer import BleachSanitizerFilter, Cleaner

from commentsvc.markup.plain_paragraphs import is_plain, read_plain
from commentsvc.markup.receiver import Receiver

if TYPE_CHECKING:
    from collections.abc import Callable

    from html5lib.treewalkers.base import TreeWalker

ALLOWED_TAGS = frozenset({
    "a", "b", "blockquote", "br", "code", "del", "em", "i", "li", "ol", "p", "pre", "s", "strong", "ul",
})  # fmt: skip
ALLOWED_ATTRIBUTES = {"a": ["href"]}
ALLOWED_SCHEMES = frozenset({"http", "https", "mailto"})

_HREF = (None, "href")


class _Local(threading.local):
    """bleach's parser has inner state, so each thread has its own."""

    def __init__(self) -> None:
        self.cleaner = Cleaner(
            tags=ALLOWED_TAGS, attributes=ALLOWED_ATTRIBUTES, protocols=ALLOWED_SCHEMES, strip=True, strip_comments=True
        )


_LOCAL = _Local()


def sanitise(html: str, receiver: Receiver) -> None:
    """Parse as a browser would, drop what is not allow-listed, and hand on the rest piece by piece.

    Paragraphs of plain words are read by `plain_paragraphs` alone: there is nothing in them to drop.
    """
    if is_plain(html):
        read_plain(html, receiver)
    else:
        sanitise_by_parsing(html, receiver)


def sanitise_by_parsing(html: str, receiver: Receiver) -> None:
    """The same by bleach, whatever the HTML."""
    cleaner = _LOCAL.cleaner
    walk = cast("Callable[[object], TreeWalker]", cleaner.walker)  # a class; the stubs take it for an instance
    pieces = BleachSanitizerFilter(
        source=walk(cleaner.parser.parseFragment(html)),
        allowed_tags=ALLOWED_TAGS,
        attributes=ALLOWED_ATTRIBUTES,
        allowed_protocols=ALLOWED_SCHEMES,
        strip_disallowed_tags=True,
        strip_html_comments=True,
    )
    for piece in pieces:
        match piece["type"]:
            case "StartTag":
                href = piece["data"].get(_HREF)
                receiver.open(piece["name"], None if href is None else unescape(href))
            case "EmptyTag":
                receiver.open(piece["name"], None)
                receiver.close()
            case "EndTag":
                receiver.close()
            case "Entity":  # bleach leaves entities in text as they are
                receiver.text(unescape(f"&{piece['name']};"))
            case _:  # characters; there is nothing else in a fragment once comments are stripped
                receiver.text(piece["data"])
