"""``commentsvc import``: what it tells, and with which exit code it ends."""

import json
import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.store.schema import comment
from tests.cli.conftest import Run
from tests.cli.test_commands import in_database
from tests.system.canaries import Canary, Search, ipv4
from tests.transfer.make_isso import make_isso

Refuse = Callable[..., str]
READER = Canary(0, ipv4(0))


def count(conn: Connection) -> int:
    return conn.execute(sa.select(sa.func.count()).select_from(comment)).scalar_one()


@pytest.fixture
def news(run: Run) -> None:
    assert run("site", "add", "news", "--origin", "https://news.example").exit_code == 0


@pytest.fixture
def isso(installation: Path) -> Path:
    rows: list[dict[str, Any]] = [
        {"email": READER.email, "remote_addr": READER.ip},
        {"parent": 1},
        {"mode": 4, "email": READER.email},
    ]
    return make_isso(installation / "isso.db", rows)


@pytest.mark.usefixtures("news")
def test_a_dry_run_an_import_and_one_more_tell_what_becomes_of_each(run: Run, isso: Path, installation: Path) -> None:
    command = ("import", "isso", str(isso), "--site", "news")
    dry = run(*command, "--dry-run")
    assert (dry.exit_code, in_database(count)) == (0, 0)
    assert dry.stdout.splitlines() == [
        "isso: 3 comments in the file: 2 would be imported, 0 here already, 1 skipped.",
        "      1  It is deleted in its source.",
    ]
    report = installation / "report.jsonl"
    done = run(*command, "--report", str(report))
    assert (done.exit_code, in_database(count)) == (0, 2)
    assert "2 imported, 0 here already, 1 skipped." in done.stdout
    assert done.stderr == "", "no bar where nobody looks"
    assert [json.loads(line) for line in report.read_text().splitlines()] == [
        {"id": "3", "outcome": "skipped", "reason": "It is deleted in its source."}
    ]
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    again = run(*command)
    assert (again.exit_code, in_database(count)) == (0, 2)
    assert "0 imported, 2 here already, 1 skipped." in again.stdout
    told = (dry.output + done.output + again.output + report.read_text()).encode()
    assert Search.of([READER]).hits(told, "what was told") == []


@pytest.mark.usefixtures("news")
def test_what_is_at_fault_is_told_by_the_exit_code(run: Run, refuse: Refuse, installation: Path) -> None:
    odd = make_isso(installation / "odd.db", [{}, {"text": "\n"}])
    done = run("import", "isso", str(odd), "--site", "news")
    assert (done.exit_code, in_database(count)) == (1, 1)
    assert re.search(r"1 imported, 0 here already, 1 skipped\.\n +1  Please write", done.stdout)
    assert refuse("import", "commentsvc", str(odd), "--site", "news") == "The file is no export of commentsvc."
    assert "There is no file" in refuse("import", "isso", "none.db", "--site", "news")
    assert "There is no site none." in refuse("import", "isso", str(odd), "--site", "none")
    assert "cannot be an origin" in refuse("import", "isso", str(odd), "--site", "news", "--old-origin", "x")
    report = installation / "report.jsonl"
    report.write_text("")
    said = refuse("import", "isso", str(odd), "--site", "news", "--report", str(report))
    assert said == f"There is a file {report} already. Name a new one."
