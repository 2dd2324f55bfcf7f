"""Where the links of a sanitised body lead."""

from collections.abc import Iterator

from commentsvc.domain.urls import host_of


def link_domains(tree: object) -> set[str]:
    """The hosts of a tree's links: lower-case ASCII without ``www.``, each once; ``mailto:`` counts by its domain."""
    return {link_domain(href) for href in hrefs(tree)}


def hrefs(tree: object) -> Iterator[str]:
    """Every `href` in a tree, in order of appearance."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if isinstance(href := node.get("href"), str):
                yield href
        elif isinstance(node, list):
            waiting.extend(reversed(node))


def link_domain(href: str) -> str:
    """Where one link leads: ``example.org``; empty if nowhere. A final dot, which changes nothing, is left out."""
    return href.rpartition("@")[2].lower() if href.startswith("mailto:") else host_of(href).rstrip(".")
