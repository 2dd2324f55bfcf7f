"""All errors of the service, wherever they stand."""

import ast
import importlib
from functools import cache

from commentsvc.domain.errors import CommentsvcError
from tests.guard.sources import Source, dotted, package_sources

Error = type[CommentsvcError]
HOME = "commentsvc.domain.errors"


@cache
def all_errors() -> tuple[Error, ...]:
    """The tree: first the file of errors in its own order, then what other rooms add, by room."""
    found: dict[str, list[Error]] = {}
    for module, name in error_classes(package_sources()):
        error = getattr(importlib.import_module(module), name)
        assert issubclass(error, CommentsvcError), f"{module}.{name} is no CommentsvcError"
        found.setdefault(module, []).append(error)
    modules = sorted(found, key=lambda module: (module != HOME, module))
    return tuple(error for module in modules for error in found[module])


def error_classes(sources: tuple[Source, ...]) -> list[tuple[str, str]]:
    """Module and name of every class of the tree, found by reading, so that no file is left out."""
    classes = [
        (source.path.removesuffix(".py").removesuffix("/__init__").replace("/", "."), node)
        for source in sources
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ClassDef)
    ]
    names = {"CommentsvcError"}
    while True:
        tree = [(module, node.name) for module, node in classes if node.name in names or names & _bases(node)]
        if names >= {name for _, name in tree}:
            return tree
        names |= {name for _, name in tree}


def _bases(node: ast.ClassDef) -> set[str]:
    return {dotted(base).rpartition(".")[2] for base in node.bases}
