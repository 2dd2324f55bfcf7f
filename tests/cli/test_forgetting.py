"""`commentsvc forget` and `retain`: what whoever runs the service erases."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from commentsvc.cli import command_line
from commentsvc.domain.emails import EmailAddress
from commentsvc.settings import load_settings
from commentsvc.store import authors
from commentsvc.store.schema import author, comment, decision
from commentsvc.vault.blind_index import BlindIndex
from commentsvc.vault.key_file import load_or_create
from tests.cli.conftest import Run
from tests.cli.test_commands import in_database, ok
from tests.store.make_comments import add_pending, open_thread

ADA = "ada@mail.example"


@pytest.fixture
def ada(run: Run, installation: Path) -> str:
    """Ada has commented on two sites, Bo on one."""
    assert installation.is_dir()
    for key in ("news", "blog"):
        ok(run("site", "add", key, "--origin", f"https://{key}.example"))
    index = BlindIndex(load_or_create(load_settings().key_file))

    def job(conn: sa.Connection) -> None:
        sites = conn.execute(sa.text("SELECT id, key FROM site")).all()
        for site_id, key in sites:
            for email in (ADA, "bo@mail.example") if key == "news" else (ADA,):
                found = index.candidates(EmailAddress(email), site_key=key)
                moment = open_thread(conn, site_id).created_at
                who = authors.find_or_add(conn, site_id=site_id, blind_indexes=found, sealed_email=b"s", now=moment)
                add_pending(conn, open_thread(conn, site_id), author_id=who, source=email.partition("@")[0])

    in_database(job)
    return ADA


def _typed(words: str, *args: str) -> str:
    return ok(CliRunner().invoke(command_line(), ["forget", *args], input=words))


def _all(column: Any) -> list[Any]:
    found: list[Any] = in_database(
        lambda conn: list(conn.execute(sa.select(column).order_by(column.table.c.id)).scalars())
    )
    return found


def test_a_dry_run_tells_and_changes_nothing(ada: str) -> None:
    said = _typed(f"{ada}\n", "-", "--dry-run")
    assert "news: 1 comments" in said
    assert "blog: 1 comments" in said
    assert ada not in said
    assert _all(author.c.sealed_email) == [b"s"] * 3


def test_the_address_is_asked_for_and_not_shown_and_so_is_whether(ada: str) -> None:
    assert "Nothing was erased." in _typed(f"{ada}\nn\n")
    said = _typed(f"{ada}\ny\n")
    assert ada not in said
    assert "Erased: 2 addresses, 2 names" in said
    assert sorted(_all(comment.c.name)) == ["Ada", "deleted", "deleted"]
    assert sorted(_all(comment.c.source)) == ["ada", "ada", "bo"]
    assert _all(decision.c.decision) == ["erase_by_operator"] * 2


def test_words_are_removed_on_one_site_alone(ada: str) -> None:
    _typed(f"{ada}\n", "-", "--site", "blog", "--words", "remove", "--yes")
    assert sorted(_all(comment.c.source)) == ["", "ada", "bo"]
    assert "Nothing is held" in _typed("nobody@mail.example\n", "-", "--yes")


@pytest.mark.parametrize(("words", "args"), [("", (ADA,)), ("ada\n", ("-",)), (f"{ADA}\n", ("-", "--site", "none"))])
def test_what_cannot_be_done_is_said(ada: str, words: str, args: tuple[str, ...]) -> None:
    result = CliRunner().invoke(command_line(), ["forget", *args], input=words)
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert ada not in result.output
    assert result.stderr.startswith("commentsvc: ")


def test_the_daily_round_is_made_by_hand(ada: str, run: Run) -> None:
    assert ada
    old = sa.text("UPDATE author SET first_seen_at = '2020-01-01 00:00:00'")
    older = sa.text("UPDATE comment SET created_at = '2020-01-01 00:00:00'")
    in_database(lambda conn: (conn.execute(old), conn.execute(older)))
    assert "Erased: 3 addresses, 0 comments' words." in ok(run("retain"))
    assert _all(author.c.sealed_email) == [None] * 3
