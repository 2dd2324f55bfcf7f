"""What screening saw, marked where it stands: the body's own tree with ``<mark>`` around the places."""

import re
from collections.abc import Iterable, Sequence

from commentsvc.domain.comment import Tree
from commentsvc.domain.findings import Finding, Leaning
from commentsvc.markup.serialise_tree import html_of

_LONGEST = 200
_MOST_MARKS = 50


def marked_html(tree: Tree, findings: Iterable[Finding]) -> str:
    """The HTML of a sanitised tree with the triggers of its findings marked.

    Only text is wrapped and nothing is taken away, so it is as safe as the tree is. A trigger that is a link's address
    marks that link; case, width of spaces and what stands between its words make no difference.
    """
    triggers = [each.trigger for each in findings if each.trigger and each.leaning is not Leaning.PASS]
    patterns = [_pattern(trigger) for trigger in triggers if trigger.split()]
    if not patterns:
        return html_of(tree)
    return html_of(_marked(tree, patterns, set(triggers), [_MOST_MARKS]))


def _pattern(trigger: str) -> re.Pattern[str]:
    words = trigger[:_LONGEST].split()
    return re.compile(r"\s{1,4}".join(re.escape(word) for word in words), re.IGNORECASE)


def _marked(nodes: Tree, patterns: Sequence[re.Pattern[str]], addresses: set[str], left: list[int]) -> Tree:
    """The same nodes; `left` counts down the marks that may still be made."""
    result: Tree = []
    for node in nodes:
        match node:
            case str():
                result.extend(_split(node, patterns, left))
            case ["a", {"href": href}, *children] if href in addresses:
                result.append(["mark", ["a", {"href": href}, *children]])
            case [tag, {"href": href}, *children]:
                result.append([tag, {"href": href}, *_marked(children, patterns, addresses, left)])
            case [tag, *children]:
                result.append([tag, *_marked(children, patterns, addresses, left)])
            case _:  # pragma: no cover - a tree holds nothing else
                result.append(node)
    return result


def _split(text: str, patterns: Sequence[re.Pattern[str]], left: list[int]) -> Tree:
    """A text with the first trigger that occurs in it marked, again and again."""
    pieces: Tree = []
    at = 0
    while left[0] > 0:
        found = min(filter(None, (each.search(text, at) for each in patterns)), key=re.Match.start, default=None)
        if found is None:
            break
        left[0] -= 1
        pieces.extend(piece for piece in (text[at : found.start()],) if piece)
        pieces.append(["mark", found[0]])
        at = found.end()
    return [*pieces, text[at:]] if text[at:] else pieces
