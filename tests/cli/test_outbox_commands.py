"""The outbox from a terminal: what waits, what failed, another try; never to whom."""

import json
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.clock import system_clock
from commentsvc.store import outbox, sites
from commentsvc.store.schema import outbox as table
from tests.cli.conftest import Run
from tests.cli.test_commands import in_database, ok


def test_failed_notices_are_listed_and_tried_again(run: Run) -> None:
    ok(run("site", "add", "news", "--origin", "https://news.example"))
    assert "Nothing waits." in ok(run("outbox", "list"))

    def fill(conn: Connection) -> None:
        site, now = sites.by_key(conn, "news"), system_clock()
        assert site is not None
        for _ in range(3):
            outbox.add_data_mail(conn, site_id=site.id, author_id=None, now=now - timedelta(days=4))
        for row_id in conn.execute(sa.select(table.c.id).order_by(table.c.id).limit(2)).scalars().all():
            outbox.give_up(conn, row_id, now=now, why="the mail server refused the recipient (550)")

    in_database(fill)
    assert ok(run("outbox", "list")).count("data_asked by mail") == 3
    failed = [json.loads(line) for line in ok(run("outbox", "list", "--failed", "--json")).splitlines()]
    assert [each["last_error"] for each in failed] == ["the mail server refused the recipient (550)"] * 2
    assert set(failed[0]) == {
        "id", "site", "event", "channel", "attempts", "created_at", "due_at", "failed_at", "last_error",
    }  # fmt: skip
    assert "1 notice will be tried again" in ok(run("outbox", "retry", str(failed[0]["id"])))
    assert "1 notice will be tried again" in ok(run("outbox", "retry", "--all-failed"))
    assert "Nothing has failed." in ok(run("outbox", "list", "--failed"))
    assert "Say which" in run("outbox", "retry").stderr
    assert "Say which" in run("outbox", "retry", "1", "--all-failed").stderr
