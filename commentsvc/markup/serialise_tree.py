"""HTML, text and links of a tree: each written from it, so they cannot differ from it."""

from collections.abc import Iterator
from html import escape

from commentsvc.domain.comment import Tree

LINK_RELATION = "ugc nofollow noopener noreferrer"
"""On every link: written by a reader, not vouched for, and told nothing about the page it stands on."""

_BLOCK_TAGS = frozenset({"blockquote", "li", "ol", "p", "pre", "ul"})


def html_of(tree: Tree) -> str:
    """HTML exactly as a browser would serialise it again."""
    return "".join(_html_pieces(tree))


def text_of(tree: Tree) -> str:
    """The words alone; each block and each line break begins a new line."""
    lines = "".join(_text_pieces(tree)).split("\n")
    return "\n".join(line for line in lines if line)


def links_of(tree: Tree) -> tuple[str, ...]:
    """Every `href` in order of appearance."""
    return tuple(_hrefs(tree))


def children_of(node: Tree) -> tuple[str | None, Tree]:
    """An element's `href`, if it has one, and its children."""
    match node:
        case [_, {"href": str(href)}, *children]:
            return href, children
        case _:
            return None, node[1:]


def _html_pieces(nodes: Tree) -> Iterator[str]:
    for node in nodes:
        match node:
            case str():
                yield _escaped(node)
            case ["br"]:
                yield "<br>"
            case [str(tag), *_]:
                href, children = children_of(node)
                yield f"<{tag}>" if href is None else f'<{tag} href="{escape(href)}" rel="{LINK_RELATION}">'
                yield from _html_pieces(children)
                yield f"</{tag}>"


def _escaped(text: str) -> str:
    return escape(text, quote=False).replace("\xa0", "&nbsp;")


def _text_pieces(nodes: Tree) -> Iterator[str]:
    for node in nodes:
        match node:
            case str():
                yield node
            case ["br"]:
                yield "\n"
            case [str(tag), *_]:
                edge = "\n" if tag in _BLOCK_TAGS else ""
                yield edge
                yield from _text_pieces(children_of(node)[1])
                yield edge


def _hrefs(nodes: Tree) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, list):
            href, children = children_of(node)
            if href is not None:
                yield href
            yield from _hrefs(children)
