"""The tables in docs/, made from the code. ``make docs`` writes them; a guard compares.

A table stands in its file between two comments, ``<!-- errors: generated -->`` and ``<!-- errors: end -->``; whatever
is around it is written by hand. A table is due as soon as the code that it tells of exists.
"""

import importlib
import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

import typer.main
from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings
from starlette.routing import BaseRoute, Mount, Route

from tests.guard.error_tree import all_errors
from tests.guard.sources import ROOT


@dataclass(frozen=True, slots=True)
class Table:
    """One generated table."""

    name: str
    file: str
    title: str
    source: str
    """The file whose existence makes it due, with what must be defined in it: ``commentsvc/app.py:ROUTES``."""
    write: Callable[[], str]

    def is_due(self) -> bool:
        """Whether the code that it tells of exists."""
        path, _, name = self.source.partition(":")
        return (ROOT / path).exists() and re.search(rf"\b{name}\b", (ROOT / path).read_text()) is not None


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    heads = list(heads)
    lines = [heads, ["---"] * len(heads), *map(list, rows)]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def first_sentence(docstring: str | None, *, of: str) -> str:
    """What a docstring begins with, on one line.

    Raises:
        ValueError: There is none.
    """
    paragraph = inspect.cleandoc(docstring or "").partition("\n\n")[0]
    if not paragraph:
        raise ValueError(f"{of} has no docstring; it is what the docs say of it")
    return " ".join(paragraph.split())


# -- errors -------------------------------------------------------------------------------------------------------


def errors_table() -> str:
    """Every error: code, status, meaning, and what a reader sees."""
    rows = (
        (f"`{error.code}`", str(error.status), first_sentence(error.__doc__, of=error.__name__), error.public)
        for error in all_errors()
    )
    return table(("code", "status", "meaning", "what readers are told"), rows)


# -- settings -----------------------------------------------------------------------------------------------------


def settings_table() -> str:
    """Every setting in the order of the model."""
    model = importlib.import_module("commentsvc.settings").Settings
    return table_of_settings(model)


def table_of_settings(model: type[BaseSettings]) -> str:
    """Environment variable, default and description of each field."""
    prefix = str(model.model_config.get("env_prefix", ""))
    rows = (
        (f"`{prefix}{name}`".upper(), _default(field), _described(name, field))
        for name, field in model.model_fields.items()
    )
    return table(("variable", "default", "meaning"), rows)


def _described(name: str, field: FieldInfo) -> str:
    if not field.description:
        raise ValueError(f"setting {name} has no description")
    return " ".join(field.description.split())


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=False)
    if field.default_factory is not None:
        value = field.default_factory()  # type: ignore[call-arg]  # ours take no arguments
    if value is PydanticUndefined:
        return "must be given"
    if value is None or value in ("", (), []):
        return "none"
    if isinstance(value, SecretStr):
        return "secret"
    return f"`{value.value if isinstance(value, Enum) else value}`"


# -- routes -------------------------------------------------------------------------------------------------------


def routes_table() -> str:
    """Every route in the order of the route table."""
    return table_of_routes(importlib.import_module("commentsvc.app").ROUTES)


def table_of_routes(routes: Iterable[BaseRoute]) -> str:
    """Methods, path and the first sentence of each handler."""
    return table(("call", "does"), _route_rows(routes, ""))


def _route_rows(routes: Iterable[BaseRoute], above: str) -> Iterator[tuple[str, str]]:
    for route in routes:
        if isinstance(route, Route):
            methods = ", ".join(sorted((route.methods or {"any"}) - {"HEAD"}))
            meaning = first_sentence(route.endpoint.__doc__, of=f"the handler of {route.path}")
            said_twice = re.compile(rf"^({'|'.join(sorted(route.methods or {'any'}))}) \S+: ")
            yield f"`{methods} {above}{route.path}`", _capital(said_twice.sub("", meaning))
        elif isinstance(route, Mount) and route.routes:
            yield from _route_rows(route.routes, above + route.path)
        elif isinstance(route, Mount):
            yield f"`{above}{route.path}/…`", _capital(f"{route.name or 'mounted application'}.")
        else:
            raise TypeError(f"the docs cannot tell what {route!r} does")


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


# -- command line -------------------------------------------------------------------------------------------------


def commands_table() -> str:
    """Every command in the order of definition."""
    return table_of_commands(importlib.import_module("commentsvc.cli").command_line())


def table_of_commands(app: typer.Typer) -> str:
    """Usage, the first sentence of its help, and the options of each command."""
    return table(("command", "does", "options"), _command_rows(typer.main.get_command(app), "commentsvc"))


def _command_rows(command: Any, name: str) -> Iterator[tuple[str, str, str]]:
    if hasattr(command, "commands"):
        for part, below in command.commands.items():
            yield from _command_rows(below, f"{name} {part}")
        return
    if getattr(command, "hidden", False):
        return
    arguments = [param.name.upper() for param in command.params if param.param_type_name == "argument"]
    options = [param for param in command.params if param.param_type_name == "option" and not param.hidden]
    said = "<br>".join(_option(option) for option in options if option.name != "help")
    yield f"`{' '.join((name, *arguments))}`", first_sentence(command.help, of=name), said


def _option(option: Any) -> str:
    if not option.help:
        raise ValueError(f"option {option.opts[0]} has no help")
    return f"`{option.opts[0]}` {' '.join(option.help.split())}"


# -- the files ----------------------------------------------------------------------------------------------------

TABLES = (
    Table("errors", "docs/errors.md", "Errors", "commentsvc/domain/errors.py:CommentsvcError", errors_table),
    Table("settings", "docs/settings.md", "Settings", "commentsvc/settings.py:Settings", settings_table),
    Table("routes", "docs/http.md", "HTTP", "commentsvc/app.py:ROUTES", routes_table),
    Table("commands", "docs/commands.md", "Command line", "commentsvc/cli/__init__.py:main", commands_table),
)


def with_table(text: str, name: str, content: str) -> str:
    """A file's text with the table exchanged, or put at its end if it has no place yet."""
    begin, end = f"<!-- {name}: generated -->", f"<!-- {name}: end -->"
    block = f"{begin}\n{content}\n{end}"
    if begin not in text:
        return f"{text.rstrip()}\n\n{block}\n"
    before, _, rest = text.partition(begin)
    _, found, after = rest.partition(end)
    if not found:
        raise ValueError(f"`{end}` is missing")
    return before + block + after


def main() -> None:
    """Write every table that is due."""
    for each in TABLES:
        if each.is_due():
            path = ROOT / each.file
            path.parent.mkdir(exist_ok=True)
            text = path.read_text() if path.exists() else f"# {each.title}\n"
            path.write_text(with_table(text, each.name, each.write()))


if __name__ == "__main__":
    main()
