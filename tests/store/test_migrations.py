"""Tables come up to date by themselves, whoever else is at it, and are exactly those that the code asks for."""

import asyncio
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import DBAPIError

from commentsvc.domain.acts import Act
from commentsvc.domain.errors import DatabaseNewerError, MigrationsMissingError
from commentsvc.store import history
from commentsvc.store.engine import Store
from commentsvc.store.migrating import _config
from commentsvc.store.moves import Moves
from commentsvc.store.postgres import PostgresDatabase
from commentsvc.store.schema import (
    UtcTime,
    author,
    comment,
    comment_finding,
    comment_link,
    decision,
    metadata,
    moderator,
    session,
    site,
    thread,
)
from commentsvc.store.sqlite import SqliteDatabase

pytestmark = pytest.mark.anyio

OPEN_IT = """
import asyncio, sys
from commentsvc.store.engine import Store

async def main():
    store = Store(sys.argv[1])
    print("ready", flush=True)
    sys.stdin.readline()
    await store.open()
    await store.close()

asyncio.run(main())
"""


SEARCH = {
    "sqlite": {"comment_search", *(f"comment_search_{part}" for part in ("data", "idx", "content", "config"))},
    "postgresql": {"comment_search"},
}
"""The full-text index's own tables. The first is a virtual one on SQLite and not comparable; its parts are FTS5's."""


def _is_compared(name: str | None, kind: str, _parents: object) -> bool:
    return not (kind == "table" and name in SEARCH["sqlite"])


def _differences(conn: Connection) -> list[object]:
    opts = {"compare_type": True, "compare_server_default": True, "include_name": _is_compared}
    context = MigrationContext.configure(conn, opts=opts)
    return list(compare_metadata(context, metadata))


def _indexes(conn: Connection) -> dict[str, tuple[str | None, ...]]:
    inspector = sa.inspect(conn)
    return {
        f"{table}.{index['name']}": tuple(index["column_names"])
        for table in metadata.tables
        for index in inspector.get_indexes(table)
        if "duplicates_constraint" not in index
    }


@pytest.fixture
def database_url(empty_database_url: str) -> str:
    """As an installation finds it, once for each engine."""
    return empty_database_url


async def test_a_fresh_database_becomes_exactly_what_the_code_asks_for(store: Store) -> None:
    assert await store.read(_differences) == []


async def test_the_comparison_would_see_a_difference(store: Store) -> None:
    await store.write(lambda conn: conn.execute(sa.text("DROP INDEX ix_comment_author_id_id")))
    await store.write(lambda conn: conn.execute(sa.text("ALTER TABLE author ADD COLUMN extra text")))
    assert len(await store.read(_differences)) == 2


async def test_every_index_of_the_code_is_in_the_database(store: Store) -> None:
    wanted = {
        f"{table.name}.{index.name}": tuple(column.name for column in index.columns)
        for table in metadata.tables.values()
        for index in table.indexes
    }
    assert await store.read(_indexes) == wanted


async def _conditions(store: Store) -> dict[str, str]:
    where = {
        "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'",
        "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE indexdef LIKE '% WHERE %'",
    }
    rows = await store.read(lambda conn: conn.execute(sa.text(where[conn.dialect.name])).all())
    return {
        name: sql.partition(" WHERE ")[2].replace("(", "").replace(")", "").replace("::text", "") for name, sql in rows
    }


async def test_partial_indexes_hold_only_what_is_asked_for(store: Store) -> None:
    assert await _conditions(store) == {
        "ix_comment_of_moderator": "moderator_id IS NOT NULL",
        "ix_comment_pinned": "pinned_at IS NOT NULL",
        "ix_comment_pending_author": "status = 'pending'",
        "ix_comment_pending_text": "status = 'pending'",
        "ix_comment_refused": "erased_at IS NULL AND decided_at IS NOT NULL AND status <> 'approved'",
        "ix_comment_visible_roots": "is_visible AND root_id IS NULL",
        "ix_comment_visible_top": "is_visible AND root_id IS NULL",
        "ix_comment_visible_replies": "is_visible AND root_id IS NOT NULL",
        "ix_outbox_channel_due_at": "sent_at IS NULL AND failed_at IS NULL",
        "ix_outbox_event_due_at": "sent_at IS NULL AND failed_at IS NULL",
    }


async def test_opening_again_changes_nothing(store: Store, database_url: str) -> None:
    async def tables() -> list[str]:
        return await store.read(lambda conn: sorted(sa.inspect(conn).get_table_names()))

    before = await tables()
    for migrate in (True, False):
        again = Store(database_url)
        await again.open(migrate=migrate)
        await again.close()
    assert await tables() == before
    assert set(before) == {*metadata.tables, "alembic_version", *SEARCH[database_url.partition("+")[0]]}


async def test_the_full_text_index_is_as_the_code_asks_for_it(store: Store) -> None:
    made = {
        "sqlite": "SELECT sql FROM sqlite_master WHERE name LIKE 'comment_search%' AND sql LIKE 'CREATE %'",
        "postgresql": "SELECT indexdef FROM pg_indexes WHERE tablename = 'comment_search'",
    }
    rows = await store.read(lambda conn: conn.execute(sa.text(made[conn.dialect.name])).scalars().all())
    sql = "\n".join(rows)
    for wanted in ("fts5 (tokens", "AFTER DELETE ON comment") if "fts5" in sql else ("USING gin", "fastupdate"):
        assert wanted in sql


async def test_several_at_the_same_moment_in_one_process(database_url: str) -> None:
    stores = [Store(database_url) for _ in range(4)]
    await asyncio.gather(*(store.open() for store in stores))
    assert await stores[0].read(_differences) == []
    for store in stores:
        await store.close()


async def test_several_processes_at_the_same_moment(database_url: str) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN_IT, database_url],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    ends = [process.communicate()[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], ends
    store = Store(database_url)
    await store.open(migrate=False)
    assert await store.read(_differences) == []
    await store.close()


async def test_a_database_of_a_newer_version_is_left_alone(store: Store, database_url: str) -> None:
    await store.write(lambda conn: conn.execute(sa.text("UPDATE alembic_version SET version_num = 'future'")))
    for migrate in (True, False):
        with pytest.raises(DatabaseNewerError, match="future"):
            await Store(database_url).open(migrate=migrate)
    found = await store.read(
        lambda conn: conn.execute(sa.text("SELECT version_num FROM alembic_version")).scalars().all()
    )
    assert found == ["future"]


async def test_an_older_database_is_not_touched_unless_asked(database_url: str) -> None:
    with pytest.raises(MigrationsMissingError):
        await Store(database_url).open(migrate=False)
    store = Store(database_url)
    await store.open()
    await store.close()
    await store.open(migrate=False)
    await store.close()


OLD = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)


def _fill_old(conn: Connection) -> None:
    """What the first version left: two sites, comments with findings and links, decisions, a session."""
    command.upgrade(_config(conn), "0001")
    for site_id in (1, 2):
        conn.execute(sa.insert(site).values(id=site_id, key=f"s{site_id}", name="S", policy={}, created_at=OLD))
        place = {"id": site_id, "site_id": site_id}
        conn.execute(sa.insert(thread).values(**place, address="a", url="a", pseudonym_salt=b"s", created_at=OLD))
        conn.execute(sa.insert(author).values(**place, first_seen_at=OLD))
    conn.execute(sa.insert(moderator).values(id=1, name="Mo", blind_index=b"m", sealed_email=b"s", created_at=OLD))
    conn.execute(
        sa.text(
            "INSERT INTO session (id_digest, moderator_id, created_at, seen_at) VALUES ('d', 1, :t, :t)"
        ).bindparams(sa.bindparam("t", OLD, UtcTime))
    )
    finding = {"phase": "links", "leaning": "hold", "words": "2 links", "trigger": None}
    tree = [["p", ["a", {"href": "https://shop.example/x"}, "here"]]]
    for number in range(1, 7):
        site_id = 1 + number % 2
        conn.execute(
            sa.insert(comment).values(
                id=number, public_id=f"c{number}", site_id=site_id, thread_id=site_id, author_id=site_id,
                pseudonym=b"p", name="Ada", source="s", html="h", tree=tree, text="t", text_digest=b"d",
                rendered_with=1, status="approved", findings=[finding], created_at=OLD,
            )
        )  # fmt: skip
        conn.execute(
            sa.insert(decision).values(
                site_id=site_id, comment_id=number, moderator_id=1 if number < 5 else None,
                decision="approve", from_status="pending", to_status="approved",
                reason="fine" if number == 3 else None, created_at=OLD + timedelta(seconds=number),
            )
        )  # fmt: skip


async def _old_database(url: str) -> None:
    made = make_url(url)
    database = SqliteDatabase(made, Moves()) if made.get_backend_name() == "sqlite" else PostgresDatabase(made, Moves())
    await database.open(_fill_old)
    await database.close()


async def test_a_database_of_the_first_version_gets_a_chained_history_findings_and_links(database_url: str) -> None:
    await _old_database(database_url)
    store = Store(database_url)
    await store.open()
    assert await store.read(_differences) == []
    rows = await store.read(
        lambda conn: conn.execute(sa.select(decision).order_by(decision.c.site_id, decision.c.number)).all()
    )
    assert [(row.site_id, row.number, row.subject) for row in rows] == [
        (1, 1, "c2"), (1, 2, "c4"), (1, 3, "c6"), (2, 1, "c1"), (2, 2, "c3"), (2, 3, "c5"),
    ]  # fmt: skip
    assert [row.reason for row in rows] == [None, None, None, None, "fine", None]
    assert len({row.batch for row in rows}) == len(rows)
    for site_id in (1, 2):
        assert await store.read(lambda conn, here=site_id: history.first_fault(conn, here)) is None  # type: ignore[misc]  # bound at once
        assert (await store.read(lambda conn, here=site_id: history.head(conn, here))).number == 3  # type: ignore[misc]  # bound at once
    found = await store.read(
        lambda conn: conn.execute(sa.select(comment_finding.c.comment_id, comment_finding.c.phase)).all()
    )
    assert sorted(map(tuple, found)) == [(number, "links") for number in range(1, 7)]
    links = await store.read(
        lambda conn: conn.execute(
            sa.select(comment_link.c.comment_id, comment_link.c.domain, comment_link.c.status)
        ).all()
    )
    assert sorted(map(tuple, links)) == [(number, "shop.example", "approved") for number in range(1, 7)]
    assert await store.read(lambda conn: conn.execute(sa.select(session)).all()) == []
    await store.close()


async def test_the_upgraded_history_goes_on_and_can_no_longer_be_changed(database_url: str) -> None:
    await _old_database(database_url)
    store = Store(database_url)
    await store.open()
    await store.write(
        lambda conn: history.write(conn, Act.CHANGE_POLICY, site_id=1, subject="site:s1", moderator_id=1, now=OLD)
    )
    assert (await store.read(lambda conn: history.head(conn, 1))).number == 4
    assert await store.read(lambda conn: history.first_fault(conn, 1)) is None
    with pytest.raises(DBAPIError, match="append-only"):
        await store.write(lambda conn: conn.execute(sa.text("UPDATE decision SET reason = 'other'")))
    await store.close()
