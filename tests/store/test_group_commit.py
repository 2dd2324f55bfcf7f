"""SQLite's one writer: many share a commit, nobody suffers from another's mistake, nothing accepted is lost."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from commentsvc.domain.errors import StorageUnavailableError
from commentsvc.store import remembered
from commentsvc.store.engine import Store
from commentsvc.store.group_commit import TOGETHER
from commentsvc.store.schema import setting
from commentsvc.store.sqlite import SqliteDatabase
from commentsvc.store.turns import WAITING
from tests.store.count_statements import listening
from tests.support import migrated

pytestmark = pytest.mark.anyio

Job = Callable[[Connection], object]


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = Store(migrated.copy_sqlite(tmp_path / "comments.db"))
    await opened.open()
    yield opened
    await opened.close()


def _note(name: str) -> Job:
    return lambda conn: remembered.remember(conn, name, 1)


def _twice(conn: Connection) -> None:
    for _ in range(2):
        conn.execute(sa.insert(setting).values(name="twice", value=1))


def _then_fail(conn: Connection) -> None:
    remembered.remember(conn, "half", 1)
    raise LookupError("half-way")


def _bind_nonsense(conn: Connection) -> None:
    remembered.remember(conn, "half", 1)
    conn.execute(sa.text("SELECT :a"), {"a": object()})


async def _names(store: Store) -> list[str]:
    query = sa.select(setting.c.name).order_by(setting.c.name)
    return await store.read(lambda conn: list(conn.execute(query).scalars()))


async def _outcomes(store: Store, *jobs: Job) -> list[object]:
    return await asyncio.gather(*(store.write(job) for job in jobs), return_exceptions=True)


async def test_many_writers_share_few_commits(store: Store) -> None:
    with listening(store) as heard:
        results = await asyncio.gather(*(store.write(lambda _, n=n: n) for n in range(3 * TOGETHER)))  # type: ignore[misc]
    assert results == list(range(3 * TOGETHER))
    assert heard.commits == 3
    with listening(store) as heard:
        await store.write(_note("alone"))
    assert heard.commits == 1


@pytest.mark.parametrize(
    ("bad", "kind"), [(_twice, IntegrityError), (_then_fail, LookupError), (_bind_nonsense, ProgrammingError)]
)
async def test_a_failing_job_spoils_no_other_and_leaves_nothing(store: Store, bad: Job, kind: type[Exception]) -> None:
    with listening(store) as heard:
        outcomes = await _outcomes(store, _note("a"), bad, _note("b"), bad, _note("c"))
    assert heard.commits == 1
    assert [type(outcome) for outcome in outcomes] == [type(None), kind, type(None), kind, type(None)]
    assert await _names(store) == ["a", "b", "c"]


async def test_a_commit_that_fails_fails_everybody_in_it_and_the_next_works(store: Store) -> None:
    (engine,) = (
        {store.database.writing.engine} if isinstance(store.database, SqliteDatabase) else store.database.engines
    )
    broken = True

    def on_commit(_conn: object) -> None:
        if broken:
            raise OperationalError("COMMIT", {}, Exception("disk I/O error"))

    sa.event.listen(engine, "commit", on_commit)
    outcomes = await _outcomes(store, *map(_note, "abc"), _then_fail)
    assert [type(outcome) for outcome in outcomes] == [StorageUnavailableError] * 3 + [LookupError]
    assert await _names(store) == []
    broken = False
    assert await _outcomes(store, *map(_note, "abc")) == [None] * 3
    assert await _names(store) == ["a", "b", "c"]


async def test_a_database_that_fails_in_the_middle_of_a_batch_fails_all_of_it(store: Store) -> None:
    def break_down(_conn: Connection) -> None:
        raise OperationalError("INSERT", {}, Exception("database disk image is malformed"))

    outcomes = await _outcomes(store, _note("a"), break_down, _note("b"))
    assert [type(outcome) for outcome in outcomes] == [StorageUnavailableError] * 3
    assert await _names(store) == []


async def test_whoever_goes_away_before_their_turn_is_not_served(store: Store) -> None:
    stays, goes = asyncio.create_task(store.write(_note("stays"))), asyncio.create_task(store.write(_note("goes")))
    await asyncio.sleep(0)
    goes.cancel()
    await stays
    with pytest.raises(asyncio.CancelledError):
        await goes
    assert await _names(store) == ["stays"]


async def test_when_everybody_goes_away_nothing_is_begun(store: Store) -> None:
    with listening(store) as heard:
        tasks = [asyncio.create_task(store.write(_note(name))) for name in "ab"]
        await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await store.write(_note("c"))
    assert heard.commits == 1
    assert await _names(store) == ["c"]


async def test_whoever_goes_away_during_their_turn_disturbs_nobody(store: Store) -> None:
    loop = asyncio.get_running_loop()
    begun = asyncio.Event()

    def begin(conn: Connection) -> None:
        begun.set()
        remembered.remember(conn, "goes", 1)

    goes = loop.create_task(store.write(begin))
    stays = loop.create_task(store.write(_note("stays")))
    await begun.wait()
    goes.cancel()
    await stays
    assert goes.cancelled()
    assert await _names(store) == ["goes", "stays"]


async def test_one_too_many_is_told_to_come_back(store: Store) -> None:
    tasks = [asyncio.create_task(store.write(lambda _: None)) for _ in range(WAITING + 1)]
    done, waiting = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    (refused,) = (task for task in done if task.exception() is not None)
    error = refused.exception()
    assert isinstance(error, StorageUnavailableError)
    assert error.retry_after_seconds
    await asyncio.gather(*waiting)
    await store.write(_note("later"))


async def test_closing_commits_what_was_accepted_and_takes_no_more(store: Store) -> None:
    tasks = [asyncio.create_task(store.write(_note(str(n)))) for n in range(2 * TOGETHER + 7)]
    await asyncio.sleep(0)
    closing = asyncio.create_task(store.close())
    await asyncio.sleep(0)
    with pytest.raises(StorageUnavailableError):
        await asyncio.wait_for(store.write(_note("late")), timeout=10)
    await closing
    await asyncio.gather(*tasks)
    await store.open()
    assert len(await _names(store)) == 2 * TOGETHER + 7


async def test_closing_with_a_full_queue_ends(store: Store) -> None:
    tasks = [asyncio.create_task(store.write(lambda _: None)) for _ in range(WAITING)]
    await asyncio.sleep(0)
    await asyncio.wait_for(store.close(), timeout=30)
    assert await asyncio.gather(*tasks) == [None] * WAITING


async def test_a_full_disk_is_told_and_writing_resumes_when_there_is_room(store: Store) -> None:
    def fill(conn: Connection) -> None:
        remembered.remember(conn, "big", "x" * 1_000_000)

    def room(conn: Connection, pages: int) -> int:
        return int(conn.exec_driver_sql(f"PRAGMA max_page_count = {pages}").scalar_one())

    await store.write(_note("before"))
    await store.write(lambda conn: room(conn, 1))  # SQLite takes the present size for the smallest
    first, second = await _outcomes(store, fill, _note("beside"))
    assert isinstance(first, StorageUnavailableError)
    assert isinstance(second, StorageUnavailableError)
    assert first.retry_after_seconds
    assert await _names(store) == ["before"]
    await store.write(lambda conn: room(conn, 1_000_000))
    assert await _outcomes(store, fill, _note("beside")) == [None, None]
    assert await _names(store) == ["before", "beside", "big"]
