"""Tables come up to date by themselves, whoever else is at it, and are exactly those that the code asks for."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.engine import Connection

from commentsvc.domain.errors import DatabaseNewerError, MigrationsMissingError
from commentsvc.store.engine import Store
from commentsvc.store.schema import metadata

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
        "ix_comment_pending_author": "status = 'pending'",
        "ix_comment_pending_text": "status = 'pending'",
        "ix_comment_visible_roots": "is_visible AND root_id IS NULL",
        "ix_comment_visible_top": "is_visible AND root_id IS NULL",
        "ix_comment_visible_replies": "is_visible AND root_id IS NOT NULL",
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
