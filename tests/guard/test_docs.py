"""The tables in docs/ say what the code does."""

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated

import pytest
import typer
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Host, Mount, Route

from tests.guard.docs_tables import (
    TABLES,
    Table,
    errors_table,
    first_sentence,
    table,
    table_of_commands,
    table_of_routes,
    table_of_settings,
    with_table,
)
from tests.guard.sources import ROOT

DUE = [each for each in TABLES if each.is_due()]


@pytest.mark.parametrize("each", DUE, ids=lambda each: each.name)
def test_a_table_equals_the_code(each: Table) -> None:
    path = ROOT / each.file
    assert path.exists(), f"{each.file} is missing: make docs writes it"
    text = path.read_text()
    assert f"<!-- {each.name}: generated -->" in text
    assert text == with_table(text, each.name, each.write()), f"{each.file} is out of date: make docs writes it anew"


def test_the_errors_are_due() -> None:
    assert "errors" in [each.name for each in DUE]


def test_a_table_is_due_once_its_code_exists() -> None:
    def due(source: str) -> bool:
        return Table("x", "docs/x.md", "X", source, errors_table).is_due()

    assert due("commentsvc/domain/errors.py:CommentsvcError")
    assert not due("commentsvc/domain/errors.py:NothingOfThatName")
    assert not due("commentsvc/nowhere.py:Settings")


def test_the_errors_are_told_with_what_readers_see() -> None:
    row = "| `thread_closed` | 409 | The site no longer takes comments on this article. | Comments are closed. |"
    assert row in errors_table().splitlines()


def test_a_table_is_exchanged_and_what_is_around_it_stays() -> None:
    text = "# T\n\nBefore.\n\n<!-- x: generated -->\nold\n<!-- x: end -->\n\nAfter.\n"
    assert with_table(text, "x", "new") == text.replace("old", "new")
    assert with_table(with_table("# T\n", "x", "old"), "x", "new") == with_table("# T\n", "x", "new")


def test_a_table_without_an_end_is_refused() -> None:
    with pytest.raises(ValueError, match="end -->` is missing"):
        with_table("<!-- x: generated -->\nold", "x", "new")


def test_a_bar_in_a_cell_does_not_break_the_table() -> None:
    assert table(["a"], [["x | y"]]) == "| a |\n| --- |\n| x \\| y |"


class _Colour(StrEnum):
    RED = "red"


class _Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SAMPLE_")

    port: int = Field(8000, description="Where it\nlistens.")
    key: SecretStr = Field(SecretStr("hidden-away"), description="A secret.")
    owner: str = Field(description="Whose it is.")
    proxies: list[str] = Field(default_factory=list, description="Trusted.")
    colour: _Colour = Field(_Colour.RED, description="Its colour.")
    nickname: str | None = Field(None, description="Another name.")


def test_settings_are_told_by_variable_default_and_meaning() -> None:
    assert table_of_settings(_Settings).splitlines()[2:] == [
        "| `SAMPLE_PORT` | `8000` | Where it listens. |",
        "| `SAMPLE_KEY` | secret | A secret. |",
        "| `SAMPLE_OWNER` | must be given | Whose it is. |",
        "| `SAMPLE_PROXIES` | none | Trusted. |",
        "| `SAMPLE_COLOUR` | `red` | Its colour. |",
        "| `SAMPLE_NICKNAME` | none | Another name. |",
    ]


def test_a_setting_without_a_description_is_refused() -> None:
    class Silent(BaseSettings):
        port: int = 1

    with pytest.raises(ValueError, match="port has no description"):
        table_of_settings(Silent)


async def _read(request: Request) -> Response:
    """GET /thread: a thread as
    everybody sees it.

    More.
    """
    return Response(request.method)


async def _silent(request: Request) -> Response:
    return Response(request.method)


def test_routes_are_told_by_call_and_meaning() -> None:
    routes: list[BaseRoute] = [Route("/thread", _read), Mount("/api", routes=[Route("/x", _read, methods=["POST"])])]
    assert table_of_routes(routes).splitlines()[2:] == [
        "| `GET /thread` | A thread as everybody sees it. |",
        "| `POST /api/x` | GET /thread: a thread as everybody sees it. |",
    ]


def test_a_handler_without_a_docstring_is_refused() -> None:
    with pytest.raises(ValueError, match="handler of /x has no docstring"):
        table_of_routes([Route("/x", _silent)])


def test_a_route_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(TypeError, match="cannot tell"):
        table_of_routes([Host("example.org", app=Response())])


def _sample_app() -> typer.Typer:
    app, site = typer.Typer(), typer.Typer()
    app.add_typer(site, name="site")

    @app.command()
    def serve(port: Annotated[int, typer.Option(help="Where to\nlisten.")] = 1) -> None:
        """Serve it.

        More.
        """

    @site.command("add")
    def add(key: str, origin: Annotated[list[str], typer.Option(help="An origin.")]) -> None:
        """Add a site."""

    @app.command(hidden=True)
    def secret() -> None:
        """Not told."""

    return app


def test_commands_are_told_with_arguments_and_options() -> None:
    assert sorted(table_of_commands(_sample_app()).splitlines()[2:]) == [
        "| `commentsvc serve` | Serve it. | `--port` Where to listen. |",
        "| `commentsvc site add KEY` | Add a site. | `--origin` An origin. |",
    ]


def _without_help() -> typer.Typer:
    app = typer.Typer()

    @app.command()
    def serve() -> None:
        pass

    return app


def _without_option_help() -> typer.Typer:
    app = typer.Typer()

    @app.command()
    def serve(port: int = 1) -> None:
        """Serve it."""

    return app


@pytest.mark.parametrize(
    ("make", "told"), [(_without_help, "has no docstring"), (_without_option_help, "--port has no help")]
)
def test_a_command_that_says_nothing_is_refused(make: Callable[[], typer.Typer], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        table_of_commands(make())


def test_only_the_first_paragraph_of_a_docstring_is_told() -> None:
    assert first_sentence("One\n    line.\n\n    More.", of="x") == "One line."
