"""The repository's files as the guards read them."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Source:
    """A Python file, or a sample of one that a guard is tried on."""

    path: str
    """From the top of the repository: ``commentsvc/intake/submit_comment.py``."""
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    def place(self, node: ast.AST) -> str:
        """Where a finding is, to click on."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}"


@cache
def repository_files() -> tuple[str, ...]:
    """Every file that is or would be committed, in order."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return tuple(sorted(name for name in listed.split("\0") if name and (ROOT / name).is_file()))


def read(path: str) -> str:
    """A file's text."""
    return (ROOT / path).read_text(encoding="utf-8")


@cache
def package_sources() -> tuple[Source, ...]:
    """Every Python file of the service."""
    found = tuple(
        Source(name, read(name))
        for name in repository_files()
        if name.startswith("commentsvc/") and name.endswith(".py")
    )
    assert found, "no sources found"
    return found


def calls(source: Source) -> Iterator[ast.Call]:
    """Every call in a file."""
    return (node for node in ast.walk(source.tree) if isinstance(node, ast.Call))


def dotted(node: ast.expr) -> str:
    """``a.b.c`` for names and attributes; an unnamed part is ``?``."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return "?"
