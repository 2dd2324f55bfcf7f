"""Inline content as flat runs of equally formatted text: trimmed here, then nested into nodes."""

from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from commentsvc.domain.comment import Tree
from commentsvc.domain.text import has_visible_text
from commentsvc.markup.clean_characters import clean_characters
from commentsvc.markup.link_hosts import host_to_show

BREAKS_IN_A_ROW = 2
_SPACE = " \t\n"


class Format(NamedTuple):
    """An inline element around text; `href` only for ``a``."""

    tag: str
    href: str | None


@dataclass(slots=True)
class Run:
    """Text within the same formats, outermost first; None is a line break."""

    text: str | None
    formats: tuple[Format, ...]


def nest_runs(runs: list[Run], *, is_preformatted: bool) -> Tree:
    """The children of a block: strings, ``["br"]`` and inline elements, none of them empty.

    Space at the edges and around line breaks goes, more than two line breaks in a row become two. After a link
    whose text names another host, the real one is shown.
    """
    has_links = any(map(_link_of, runs))
    joined = _joined(_without_blank_links(runs) if has_links else runs)
    tidy = _trimmed_code(joined) if is_preformatted else _trimmed(joined)
    return _nested(_with_hosts(tidy) if has_links and tidy else tidy)


def _joined(runs: list[Run]) -> list[Run]:
    """Neighbours with the same formats as one, with clean characters, without empty ones."""
    joined: list[Run] = []
    for (is_break, formats), group in groupby(runs, key=lambda run: (run.text is None, run.formats)):
        if is_break:
            joined.extend(group)
        elif words := clean_characters("".join(run.text or "" for run in group)):
            joined.append(Run(words, formats))
    return joined


def _trimmed(runs: list[Run]) -> list[Run]:
    kept: list[Run] = []
    for run in runs:
        if run.text is None:
            _strip_end(kept)
            if kept and any(last.text is not None for last in kept[-BREAKS_IN_A_ROW:]):
                kept.append(run)
        else:
            words = run.text if kept and kept[-1].text is not None else run.text.lstrip(_SPACE)
            if words:
                kept.append(Run(words, run.formats))
    _strip_end(kept)
    while kept and kept[-1].text is None:
        kept.pop()
    return kept


def _strip_end(kept: list[Run]) -> None:
    while kept and (words := kept[-1].text) is not None:
        kept[-1].text = words.rstrip(_SPACE)
        if kept[-1].text:
            return
        kept.pop()


def _trimmed_code(runs: list[Run]) -> list[Run]:
    """Preformatted text without newlines at its edges: browsers drop the first one anyway."""
    for at, strip in ((0, str.lstrip), (-1, str.rstrip)):
        while runs and not (words := strip(runs[at].text or "", "\n")):
            runs.pop(at)
        if runs:
            runs[at].text = words
    return runs


def _by_link(runs: list[Run]) -> list[tuple[Format | None, list[Run]]]:
    """Neighbouring runs of the same link, or of none, together."""
    return [(link, list(group)) for link, group in groupby(runs, key=_link_of)]


def _link_of(run: Run) -> Format | None:
    return next((fmt for fmt in run.formats if fmt.tag == "a"), None)


def _words(runs: list[Run]) -> str:
    return "".join(run.text or " " for run in runs)


def _without_blank_links(runs: list[Run]) -> list[Run]:
    """Links that nobody could see are unwrapped."""
    kept: list[Run] = []
    for link, group in _by_link(runs):
        if link is None or has_visible_text(_words(group)):
            kept.extend(group)
        else:
            kept.extend(Run(run.text, tuple(fmt for fmt in run.formats if fmt != link)) for run in group)
    return kept


def _with_hosts(runs: list[Run]) -> list[Run]:
    """The real host after each link whose text names another, unless it is written there already."""
    groups = _by_link(runs)
    following = [_words(group[:1]) for _, group in groups[1:]]
    shown: list[Run] = []
    for (link, group), after in zip(groups, [*following, ""], strict=True):
        shown.extend(group)
        host = None if link is None else host_to_show(link.href or "", _words(group))
        if link is not None and host is not None and not after.startswith(f" [{host}]"):
            last = group[-1].formats
            shown.append(Run(f" [{host}]", last[: last.index(link)]))
    return shown


def _nested(runs: list[Run]) -> Tree:
    """Elements opened and closed only where the formats of two neighbours differ."""
    root: Tree = [""]
    nodes: list[Tree] = [root]
    opened: list[Format] = []
    for run in runs:
        formats = run.formats
        same = 0
        while same < min(len(opened), len(formats)) and opened[same] == formats[same]:
            same += 1
        del opened[same:], nodes[same + 1 :]
        for fmt in formats[same:]:
            node: Tree = [fmt.tag] if fmt.href is None else [fmt.tag, {"href": fmt.href}]
            nodes[-1].append(node)
            nodes.append(node)
            opened.append(fmt)
        _add_text(nodes[-1], run.text)
    return root[1:]


def _add_text(node: Tree, words: str | None) -> None:
    if words is None:
        node.append(["br"])
    elif len(node) > 1 and isinstance(node[-1], str):
        node[-1] += words
    else:
        node.append(words)
