"""`commentsvc copy-store`: everything goes over to the other engine, or nothing does."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from commentsvc.cli import command_line
from commentsvc.domain.backups import BackupError
from commentsvc.store.schema import comment, metadata
from commentsvc.transfer import copy_store
from tests.cli.conftest import Run
from tests.cli.test_backup_commands import publish_two
from tests.cli.test_commands import in_database, ok
from tests.support import migrated

WORDS = "Words that move house"


@pytest.fixture
def other_url(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> str:
    """An empty database of the other engine."""
    if database_url.startswith("postgresql"):
        return migrated.sqlite_url(tmp_path / "other" / "comments.db")
    url: str = request.getfixturevalue("new_database")
    return url


@pytest.fixture
def filled(run: Run) -> dict[str, list[Any]]:
    """What is in the first database: a site, and two comments."""
    publish_two(run, WORDS)
    return _everything()


def _everything() -> dict[str, list[Any]]:
    def read(conn: sa.Connection) -> dict[str, list[Any]]:
        tables = metadata.sorted_tables
        return {each.name: [tuple(row) for row in conn.execute(sa.select(each))] for each in tables}

    found: dict[str, list[Any]] = in_database(read)
    return found


def test_everything_goes_over_and_the_first_stays(
    run: Run, filled: dict[str, list[Any]], other_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = ok(run("copy-store", other_url))
    assert "every table has as many rows as before" in said
    assert "news: history unbroken" in said
    assert _everything() == filled
    monkeypatch.setenv("COMMENTSVC_DATABASE_URL", other_url)
    assert _everything() == filled
    assert [row.source for row in in_database(lambda conn: conn.execute(sa.select(comment)).all())] == [
        f"{WORDS} {number}." for number in range(2)
    ]
    ok(run("site", "edit", "news", "--max-links", "5"))  # and can be worked with


def test_the_address_may_come_by_standard_input(run: Run, filled: dict[str, list[Any]], other_url: str) -> None:
    assert filled
    typed = CliRunner().invoke(command_line(), ["copy-store", "-"], input=f"{other_url}\n")
    assert "every table has as many rows as before" in ok(typed)
    again = run("copy-store", other_url)
    assert (again.exit_code, "is not empty" in again.stderr) == (1, True)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("mysql://u:secret@h/d", "must be like sqlite+aiosqlite:///FILE"),
        ("postgresql+asyncpg://u:secret@127.0.0.1:notaport/d", "must have a number for its port"),
        ("postgresql+asyncpg://u:secret@127.0.0.1:1/d", "Nothing was copied"),
    ],
)
def test_an_address_that_leads_nowhere_is_told_without_its_password(
    refuse: Callable[..., str], filled: dict[str, list[Any]], url: str, why: str
) -> None:
    said = refuse("copy-store", url)
    assert why in said
    assert "secret" not in said
    assert _everything() == filled


def test_on_its_way_nothing_can_be_read(
    run: Run, filled: dict[str, list[Any]], other_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert filled
    seen: list[bytes] = []

    async def look(_target: object, file: BinaryIO, **_given: object) -> None:
        seen.append(file.read())
        raise BackupError("Looked at.")

    monkeypatch.setattr(copy_store, "restore_backup", look)
    assert run("copy-store", other_url).exit_code == 1
    (octets,) = seen
    assert len(octets) > 1_000
    assert WORDS.encode() not in octets
    with pytest.raises(gzip.BadGzipFile):
        gzip.decompress(octets)
