"""HTML, text and links of a tree: each written from it, so they cannot differ from it."""

from html import escape

from commentsvc.domain.comment import Tree
from commentsvc.markup.clean_characters import clean_characters

LINK_RELATION = "ugc nofollow noopener noreferrer"
"""On every link: written by a reader, not vouched for, and told nothing about the page it stands on."""

_LINE_TAGS = frozenset({"br", "blockquote", "li", "ol", "p", "pre", "ul"})


def html_of(tree: Tree) -> str:
    """HTML exactly as a browser would serialise it again."""
    pieces: list[str] = []
    _add_html(tree, pieces)
    return "".join(pieces)


def text_of(tree: Tree) -> str:
    """The words alone; each block and each line break begins a new line."""
    pieces: list[str] = []
    _add_text(tree, pieces)
    lines = clean_characters("".join(pieces)).split("\n")  # once more, as marks may meet letters across elements
    return "\n".join(line for line in lines if line)


def links_of(tree: Tree) -> tuple[str, ...]:
    """Every `href` in order of appearance."""
    links: list[str] = []
    _add_links(tree, links)
    return tuple(links)


def _parts(node: Tree) -> tuple[str, str | None, Tree]:
    """An element's name, its `href` if it has one, and its children."""
    match node:
        case [tag, {"href": href}, *children]:
            return str(tag), str(href), children
        case _:
            return str(node[0]), None, node[1:]


def _add_html(nodes: Tree, pieces: list[str]) -> None:
    for node in nodes:
        if not isinstance(node, list):
            pieces.append(_escaped(str(node)))
            continue
        tag, href, children = _parts(node)
        pieces.append(f"<{tag}>" if href is None else f'<{tag} href="{_escaped(href)}" rel="{LINK_RELATION}">')
        if tag != "br":
            _add_html(children, pieces)
            pieces.append(f"</{tag}>")


def _escaped(text: str) -> str:
    """For text, and for an `href` (`link_address` allows no quotation mark in it): no more than browsers escape."""
    return escape(text, quote=False).replace("\xa0", "&nbsp;")


def _add_text(nodes: Tree, pieces: list[str]) -> None:
    for node in nodes:
        if not isinstance(node, list):
            pieces.append(str(node))
            continue
        tag, _, children = _parts(node)
        edge = "\n" if tag in _LINE_TAGS else ""
        pieces.append(edge)
        _add_text(children, pieces)
        pieces.append(edge)


def _add_links(nodes: Tree, links: list[str]) -> None:
    for node in nodes:
        if isinstance(node, list):
            _, href, children = _parts(node)
            if href is not None:
                links.append(href)
            _add_links(children, links)
