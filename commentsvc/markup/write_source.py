"""A tree as a source that renders to it: what other programs keep as HTML becomes words that can be edited here."""

import re

from commentsvc.domain.comment import Tree

_SPECIAL = re.compile(r"([\\`*_~\[\]<]|&(?=[#a-zA-Z]))")
_BEGINS_A_BLOCK = re.compile(r"(?m)^([ \t]*)([>#+-]|\d{1,9}[.)])")
_LIST_TAGS = {"ul", "ol"}


def source_of(tree: Tree, *, is_escaped: bool) -> str:
    """Write a sanitised tree as Markdown, with tags for what Markdown writes by signs.

    Args:
        tree: As `TreeBuilder` gives it.
        is_escaped: Whether signs in the text are written so that they mean nothing; without, it reads better.
    """
    return "\n\n".join(_blocks(tree, is_escaped=is_escaped))


def _blocks(nodes: Tree, *, is_escaped: bool) -> list[str]:
    blocks: list[str] = []
    inline: Tree = []
    for node in nodes:
        if isinstance(node, list) and node[0] in {"p", "pre", "blockquote", *_LIST_TAGS}:
            _flush(inline, blocks, is_escaped=is_escaped)
            blocks.append(_block(node, is_escaped=is_escaped))
        else:
            inline.append(node)
    _flush(inline, blocks, is_escaped=is_escaped)
    return blocks


def _flush(inline: Tree, blocks: list[str], *, is_escaped: bool) -> None:
    if inline:
        blocks.append(_line(inline, is_escaped=is_escaped))
        inline.clear()


def _block(node: Tree, *, is_escaped: bool) -> str:
    tag, children = node[0], node[1:]
    if tag == "pre":
        words = _words(children)
        fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", words)), default=0))
        return f"{fence}\n{words}\n{fence}"
    if tag == "p":
        return _line(children, is_escaped=is_escaped)
    if tag == "blockquote":
        return _behind("> ", "> ", "\n\n".join(_blocks(children, is_escaped=is_escaped)))
    marks = (f"{number}. " if tag == "ol" else "- " for number in range(1, len(children) + 1))
    items = zip(marks, children, strict=True)
    return "\n".join(
        _behind(mark, " " * len(mark), _gap(item).join(_blocks(item[1:], is_escaped=is_escaped)))
        for mark, item in items
        if isinstance(item, list)
    )


def _gap(item: Tree) -> str:
    """Between the parts of an item: a blank line makes paragraphs of them."""
    is_tight = not any(isinstance(node, list) and node[0] in {"p", "pre", "blockquote"} for node in item[1:])
    return "\n" if is_tight else "\n\n"


def _behind(first: str, others: str, text: str) -> str:
    lines = text.split("\n")
    return "\n".join((first if number == 0 else others) + line for number, line in enumerate(lines))


def _line(nodes: Tree, *, is_escaped: bool) -> str:
    text = "".join(_inline(node, is_escaped=is_escaped) for node in nodes)
    return _BEGINS_A_BLOCK.sub(_calm, text) if is_escaped else text


def _calm(found: re.Match[str]) -> str:
    sign = found[2]
    return f"{found[1]}{sign[:-1]}\\{sign[-1]}"


def _inline(node: object, *, is_escaped: bool) -> str:
    if not isinstance(node, list):
        text = str(node)
        return _SPECIAL.sub(r"\\\1", text) if is_escaped else text
    if node[0] == "br":
        return "\n"
    if node[0] == "a":
        href, children = str(node[1]["href"]), node[2:]
        if _words(children) == href:
            return href
        return f'<a href="{href}">{_line(children, is_escaped=is_escaped)}</a>'
    if node[0] == "code" and "`" not in (words := _words(node[1:])) and words.strip() == words:
        return f"`{words}`"
    inner = "".join(_inline(child, is_escaped=is_escaped) for child in node[1:])
    return f"<{node[0]}>{inner}</{node[0]}>"


def _words(nodes: Tree) -> str:
    return "".join(_word(node) for node in nodes if not isinstance(node, dict))


def _word(node: object) -> str:
    if not isinstance(node, list):
        return str(node)
    return "\n" if node[0] == "br" else _words(node[1:])
