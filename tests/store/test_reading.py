"""A reading job cannot write, and sees one moment of the database however long it looks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.util import await_only

from commentsvc.domain.errors import StorageUnavailableError
from commentsvc.store import remembered, sqlite
from commentsvc.store.engine import Store
from commentsvc.store.schema import setting
from commentsvc.store.sqlite import SqliteDatabase
from tests.store.make_comments import Make

pytestmark = pytest.mark.anyio


def _settings(conn: Connection) -> int:
    return conn.execute(sa.select(sa.func.count()).select_from(setting)).scalar_one()


async def test_a_reading_job_cannot_write(store: Store) -> None:
    with pytest.raises((StorageUnavailableError, DBAPIError)):
        await store.read(lambda conn: remembered.remember(conn, "a", 1))
    assert await store.read(_settings) == 0
    await store.write(lambda conn: remembered.remember(conn, "a", 1))
    assert await store.read(_settings) == 1


async def test_a_reading_job_sees_one_moment(store: Store) -> None:
    loop = asyncio.get_running_loop()

    def job(conn: Connection) -> tuple[int, int]:
        before = _settings(conn)
        writing = store.write(lambda writing: remembered.remember(writing, "a", 1))
        if isinstance(store.database, SqliteDatabase):  # its jobs run in threads, those of PostgreSQL in greenlets
            asyncio.run_coroutine_threadsafe(writing, loop).result()
        else:
            await_only(writing)
        return before, _settings(conn)

    assert await store.read(job) == (0, 0)
    assert await store.read(_settings) == 1


async def test_a_connection_that_read_can_write_afterwards(store: Store) -> None:
    for number in range(12):
        await store.read(_settings)
        await store.write(lambda conn, number=number: remembered.remember(conn, str(number), 1))  # type: ignore[misc]
    assert await store.read(_settings) == 12


async def test_many_readers_take_turns(make: Make) -> None:
    await make.comments(3)
    pages = await asyncio.gather(*(make.page() for _ in range(50)))
    assert {len(page.comments) for page in pages} == {3}


async def test_when_every_connection_is_taken_for_long_it_is_told(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with _every_connection_taken(store, monkeypatch):
        with pytest.raises(StorageUnavailableError):
            await store.read(_settings)
    assert await store.read(_settings) == 0


@asynccontextmanager
async def _every_connection_taken(store: Store, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    database = store.database
    if isinstance(database, SqliteDatabase):
        monkeypatch.setattr(sqlite, "WAIT_SECONDS", 0.05)
        threads = [database.reading._free.get_nowait() for _ in range(sqlite.READERS)]
        yield
        for thread in threads:
            database.reading._free.put_nowait(thread)
        return
    pool = database.reading.sync_engine.pool
    assert isinstance(pool, sa.pool.QueuePool)
    monkeypatch.setattr(pool, "_timeout", 0.05)
    taken = [await database.reading.connect() for _ in range(pool.size())]
    yield
    for conn in taken:
        await conn.close()


async def test_an_error_of_the_job_itself_comes_as_it_is(store: Store) -> None:
    def job(conn: Connection) -> None:
        raise LookupError(conn.dialect.name)

    for run in (store.read, store.write):
        with pytest.raises(LookupError):
            await run(job)
