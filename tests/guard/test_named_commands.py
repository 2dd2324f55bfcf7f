"""Commands that the docs, the settings or a message tell people to type exist."""

import re
from typing import Any

import pytest
import typer.main

from commentsvc.cli import command_line
from tests.guard.sources import ROOT

_TYPED = re.compile(r"`(?:[\w. ]+ )?commentsvc ([a-z-]+)(?: ([a-z-]+))?[^`]*`")


def _files() -> list[str]:
    """Those that name any; a description of a file's format quotes what stands in its head."""
    places = (("", "*.md"), ("docs", "*.md"), ("bench", "*.md"), ("commentsvc", "**/*.py"))
    found = [path for folder, pattern in places for path in sorted((ROOT / folder).glob(pattern))]
    return [
        str(path.relative_to(ROOT))
        for path in found
        if not path.name.endswith("-format.md") and _TYPED.search(path.read_text(encoding="utf-8"))
    ]


def unknown_commands(text: str) -> list[str]:
    """Those in a text that nobody can type."""
    known = _commands()
    return [
        " ".join(filter(None, (first, second)))
        for first, second in _TYPED.findall(text)
        if first not in known or (known[first] and second not in {*known[first], ""})
    ]


def _commands() -> dict[str, set[str]]:
    """First word → second words, if there are any."""
    everything: Any = typer.main.get_command(command_line())
    return {name: set(getattr(command, "commands", ())) for name, command in everything.commands.items()}


@pytest.mark.parametrize("file", _files())
def test_every_command_that_is_named_exists(file: str) -> None:
    assert unknown_commands((ROOT / file).read_text(encoding="utf-8")) == []


def test_one_that_does_not_exist_is_found() -> None:
    told = "Run `commentsvc site add KEY`, `docker compose exec worker commentsvc backup now` or `commentsvc backups`."
    assert unknown_commands(told) == ["backup now", "backups"]
