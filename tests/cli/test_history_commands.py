"""Histories from the command line: verified against the database, against notes, and as files."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.acts import Act
from commentsvc.domain.clock import system_clock
from commentsvc.store import history, sites
from commentsvc.store.schema import decision, history_head
from tests.cli.conftest import Run
from tests.cli.test_commands import in_database, ok
from tests.store.test_history import _open_the_wall

Refuse = Callable[..., str]


@pytest.fixture
def noted(run: Run) -> str:
    """Two sites, five entries on the first; where its history ended, as ``verify-history`` takes it."""
    for key in ("news", "other"):
        ok(run("site", "add", key, "--origin", f"https://{key}.example"))

    def write(conn: Connection) -> None:
        site = sites.by_key(conn, "news")
        assert site is not None
        for number in range(5):
            history.write(
                conn,
                Act.CHANGE_POLICY,
                site_id=site.id,
                subject="site:news",
                moderator_id=None,
                details={"step": number},
                now=system_clock(),
            )

    in_database(write)
    line = next(line for line in ok(run("verify-history")).splitlines() if line.startswith("news: "))
    return f"news:{line.rpartition('head ')[2]}"


def _alter(change: str, number: int) -> None:
    def work(conn: Connection) -> None:
        _open_the_wall(conn)
        conn.execute(sa.text(f"UPDATE decision SET {change} WHERE number = {number}"))

    in_database(work)


def test_an_unbroken_history_is_told_with_its_end(run: Run, noted: str) -> None:
    told = ok(run("verify-history", "--expect", noted))
    assert f"news: 5 entries, unbroken; head {noted.removeprefix('news:')}" in told
    assert "other: 0 entries, unbroken; head 0:" in told
    assert "other" not in ok(run("verify-history", "--site", "news"))


def test_the_first_altered_entry_is_named_and_the_exit_code_says_so(run: Run, noted: str) -> None:
    assert noted
    _alter("reason = 'kinder words'", 3)
    result = run("verify-history")
    assert result.exit_code == 1
    assert "news: entry 3 was altered: its content is not what was written" in result.stdout
    assert "other: 0 entries, unbroken" in result.stdout
    assert run("verify-history", "--site", "other").exit_code == 0


def test_a_history_written_wholly_anew_is_found_by_what_was_noted(run: Run, noted: str) -> None:
    def forge(conn: Connection) -> None:
        _open_the_wall(conn)
        rows = conn.execute(sa.select(decision).order_by(decision.c.number)).all()
        conn.execute(sa.delete(decision))
        conn.execute(sa.delete(history_head))
        for row in rows:
            history.write(
                conn,
                Act(row.decision),
                site_id=row.site_id,
                subject=row.subject,
                moderator_id=row.moderator_id,
                now=row.created_at,
                details={"step": 9},
            )

    in_database(forge)
    assert "unbroken" in ok(run("verify-history", "--site", "news"))
    result = run("verify-history", "--expect", noted)
    assert result.exit_code == 1
    assert "entry 5 is not the one that was noted down: the history was rewritten" in result.stdout


def test_a_history_cut_short_with_its_end_is_found_by_what_was_noted(run: Run, noted: str) -> None:
    def cut(conn: Connection) -> None:
        _open_the_wall(conn)
        conn.execute(sa.delete(decision).where(decision.c.number > 3))
        last = conn.execute(sa.select(decision).where(decision.c.number == 3)).one()
        conn.execute(sa.update(history_head).values(number=3, hash=last.hash))

    in_database(cut)
    assert "3 entries, unbroken" in ok(run("verify-history", "--site", "news"))
    result = run("verify-history", "--expect", noted)
    assert (result.exit_code, "entry 5 was noted down, and is not there any more" in result.stdout) == (1, True)


def test_an_exported_file_is_checked_without_a_database(run: Run, noted: str, tmp_path: Path) -> None:
    file = tmp_path / "history.jsonl"
    ok(run("history", "export", "--site", "news", "--out", str(file)))
    told = ok(run("verify-history", "--file", str(file), "--expect", noted))
    assert told.startswith("history.jsonl: 6 entries, unbroken; head 6:")
    lines = file.read_text("utf-8").splitlines()
    assert json.loads(lines[5])["entry"]["act"] == "export_history"
    file.write_text("\n".join([*lines[:2], lines[2].replace('"step":2', '"step":7'), *lines[3:]]), "utf-8")
    result = run("verify-history", "--file", str(file))
    assert (result.exit_code, "history.jsonl: entry 3 was altered" in result.stdout) == (1, True)
    file.write_text("\n".join(lines[:3]), "utf-8")
    assert run("verify-history", "--file", str(file)).exit_code == 0  # nothing tells that it once was longer
    assert run("verify-history", "--file", str(file), "--expect", noted).exit_code == 1


def test_an_export_goes_to_the_terminal_or_to_a_new_file(run: Run, refuse: Refuse, noted: str, tmp_path: Path) -> None:
    assert noted
    printed = ok(run("history", "export", "--site", "news", "--format", "csv"))
    assert printed.splitlines()[0].startswith('"number","at","moderator"')
    taken = tmp_path / "taken"
    taken.write_text("mine")
    assert "exists" in refuse("history", "export", "--site", "news", "--out", str(taken))
    assert taken.read_text() == "mine"
    assert "There is no site nothing." in refuse("history", "export", "--site", "nothing", "--out", str(tmp_path / "x"))
    assert not (tmp_path / "x").exists()


def test_what_cannot_be_verified_is_told(refuse: Refuse, noted: str, tmp_path: Path) -> None:
    assert noted
    assert "There is no site nothing." in refuse("verify-history", "--site", "nothing")
    assert "There is no site gone." in refuse("verify-history", "--expect", f"gone:1:{'0' * 64}")
    assert "is not like KEY:NUMBER:HASH" in refuse("verify-history", "--expect", "news:5")
    assert "No such file" in refuse("verify-history", "--file", str(tmp_path / "nothing"))
