"""Sanitised pieces in, a tidy tree out.

The tree has a strict content model, so that its HTML reads back as the same tree in every browser:
root, ``blockquote`` and ``li`` hold blocks (``li`` inline content as well), ``ul`` and ``ol`` hold only ``li``, ``p``
and ``pre`` hold only inline content, and nothing is empty. What a reader misnested is put right here.
"""

from dataclasses import dataclass, field

from commentsvc.domain.comment import Tree
from commentsvc.markup.inline_runs import Format, Run, nest_runs
from commentsvc.markup.link_address import link_address

INLINE_TAGS = frozenset({"a", "b", "code", "del", "em", "i", "s", "strong"})
LIST_TAGS = frozenset({"ol", "ul"})
BLOCK_DEPTH = 24
"""Of quotes, lists and items; deeper ones are flattened."""


@dataclass
class _Block:
    tag: str
    children: Tree = field(default_factory=list)


class TreeBuilder:
    """Receives sanitised pieces (see `sanitise.Receiver`) and keeps the blocks and formats that are open."""

    def __init__(self) -> None:
        self._blocks = [_Block("")]
        self._formats: list[Format] = []
        self._runs: list[Run] = []
        self._leaf: str | None = None
        self._opened: list[str] = []

    def open(self, name: str, href: str | None) -> None:
        """An element begins."""
        if name == "br":
            self._append("\n" if self._leaf == "pre" else None)
            self._opened.append("")
        elif name in INLINE_TAGS:
            self._opened.append(self._open_format(name, href))
        elif self._leaf == "pre":
            self._separate_lines()
            self._opened.append("")
        else:
            self._opened.append(self._open_block(name))

    def close(self) -> None:
        """The innermost element ends."""
        match self._opened.pop():
            case "":
                pass
            case "format":
                self._formats.pop()
            case "leaf":
                self._end_leaf()
            case _:
                self._close_block()

    def text(self, words: str) -> None:
        """Characters in the innermost element."""
        self._append(words)

    def finish(self) -> Tree:
        """The tree, once all elements are closed."""
        self._end_leaf()
        return self._blocks[0].children

    def _append(self, words: str | None) -> None:
        if self._leaf is None:
            if words is None or not words.strip(" \t\n"):
                return  # space between blocks
            self._leaf = "" if self._blocks[-1].tag == "li" else "p"
        self._runs.append(Run(words, tuple(self._formats)))

    def _separate_lines(self) -> None:
        """A paragraph in preformatted text is one blank line."""
        if not "".join(run.text or "" for run in self._runs[-2:]).endswith("\n\n"):
            self._append("\n")

    def _open_format(self, name: str, href: str | None) -> str:
        """Each format once: a second ``em`` inside ``em``, or a link inside a link, changes nothing."""
        if any(fmt.tag == name for fmt in self._formats):
            return ""
        address = link_address(href) if name == "a" else None
        if name == "a" and address is None:
            return ""
        self._formats.append(Format(name, address))
        return "format"

    def _open_block(self, name: str) -> str:
        self._end_leaf()
        is_stray_item = name == "li" and self._blocks[-1].tag not in LIST_TAGS
        if is_stray_item or (name not in {"p", "pre"} and len(self._blocks) > BLOCK_DEPTH):
            return "leaf"
        if name in {"p", "pre"}:
            self._leaf = name
            return "leaf"
        self._blocks.append(_Block(name))
        return "block"

    def _close_block(self) -> None:
        self._end_leaf()
        block = self._blocks.pop()
        if block.children:
            self._add([block.tag, *block.children])

    def _end_leaf(self) -> None:
        children = nest_runs(self._runs, is_preformatted=self._leaf == "pre")
        siblings = self._blocks[-1].children
        if children and not self._leaf and (not siblings or _is_block(siblings[-1])):
            siblings.extend(children)
        elif children:
            self._add([self._leaf or "p", *children])  # inline content after inline content would run into it
        self._runs, self._leaf = [], None

    def _add(self, node: Tree) -> None:
        parent = self._blocks[-1]
        is_lost = parent.tag in LIST_TAGS and node[0] != "li"
        parent.children.append(["li", node] if is_lost else node)


def _is_block(node: object) -> bool:
    return isinstance(node, list) and node[0] not in INLINE_TAGS
