"""SQLite as we use it: what was acknowledged survives power loss, and what was deleted is gone."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import TypeVar

import aiosqlite
import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection
from sqlalchemy.pool import SingletonThreadPool

from commentsvc.domain.errors import StorageUnavailableError
from commentsvc.store import search_index
from commentsvc.store.group_commit import GroupCommit
from commentsvc.store.moves import Moves, take_noted
from commentsvc.store.turns import Origin

T = TypeVar("T")

BUSY_TIMEOUT_MS = 5_000
READERS = 4
WAIT_SECONDS = 30.0
"""How long a job waits for a free connection."""
_CACHED_STATEMENTS = 256
_BUSY_PAUSE_SECONDS = 0.01
LOOK_SECONDS = 0.1
"""How often we look whether another process wrote."""
_PRAGMAS = (
    f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}",
    "PRAGMA synchronous = FULL",  # NORMAL loses acknowledged rows when the power goes
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",  # deleted words are overwritten, not only forgotten
    "PRAGMA temp_store = MEMORY",  # no temporary file ever holds a reader's words
)


class SqliteDatabase:
    """One file: a few connections that read, and one that writes for everybody.

    Args:
        url: ``sqlite+aiosqlite:///data/comments.db``.
        moves: Told which threads moved on, after each commit.
    """

    def __init__(self, url: URL, moves: Moves) -> None:
        self._file = _file_of(url)
        self._moves = moves
        self._follower: asyncio.Task[None] | None = None
        self.reading = JobThreads(self._file, begin=_begin_reading, count=READERS, also=("PRAGMA query_only = ON",))
        self.writing = JobThreads(self._file, begin=_begin_writing, count=1, moves=moves)
        self._writer = GroupCommit(self.writing.run)

    @property
    def engines(self) -> frozenset[sa.Engine]:
        """What runs the statements, for whoever wants to listen."""
        return frozenset({self.reading.engine, self.writing.engine})

    async def open(self, first: Callable[[Connection], None]) -> None:
        """Make the file, connect, and run a first job before all others."""
        _prepare_file(self._file)
        await self.writing.open()
        await self.writing.run(first)
        await self.reading.open()
        self._writer.start()

    async def read(self, job: Callable[[Connection], T]) -> T:
        """Run a job on one snapshot; it cannot write."""
        return await self.reading.run(job)

    async def write(self, job: Callable[[Connection], T], *, origin: Origin | None = None) -> T:
        """Run a job in its turn, together with others that wait."""
        return await self._writer.write(job, origin=origin)

    def follow(self) -> None:
        """Notice from now on that another process wrote; which threads it moved is not known then."""
        self._follower = asyncio.create_task(self._follow(), name="sqlite-follower")

    async def _follow(self) -> None:
        seen: int | None = None
        while True:
            # Asked on the connection that writes, the version moves with others' commits only, never with our own.
            version = None
            with suppress(sqlite3.Error, TimeoutError):  # the next look may succeed
                version = await self.writing.data_version()
            if version is None or version != seen:
                seen = version
                self._moves.tell_all()
            await asyncio.sleep(LOOK_SECONDS)

    async def scrub(self) -> bool:
        """Make the words' index one piece again, and empty the journal into the file; False if others were in the way.

        Deleted rows are overwritten in the file already (`secure_delete`), but the journal still has them.
        """
        await self.write(search_index.compact)
        return await asyncio.to_thread(_empty_journal, self._file)

    async def close(self) -> None:
        """Finish what was accepted, then let go of the file."""
        if self._follower is not None:
            self._follower.cancel()
            with suppress(asyncio.CancelledError):
                await self._follower
        await self._writer.stop()
        await self.reading.close()
        await self.writing.close()


class JobThread(aiosqlite.Connection):
    """One connection in a thread of its own, which takes whole jobs.

    The way into the thread and back costs more than most statements do, so a job makes it once and not once for each
    statement.
    """

    async def start(self) -> None:
        """Start the thread and connect; if that fails, the thread has ended."""
        try:
            await self  # type: ignore[unused-awaitable]  # it gives back itself
        except BaseException:
            await asyncio.to_thread(self._thread.join)  # aiosqlite ends it, but does not wait for it
            raise

    async def run(self, job: Callable[[], T]) -> T:
        """Run a job in the connection's thread."""
        result: T = await self._execute(job)  # type: ignore[no-untyped-call]  # aiosqlite names no types here
        return result


class JobThreads:
    """A few connections with their threads, all begun in the same way.

    Args:
        file: The database.
        begin: Begins a transaction.
        count: How many connections.
        also: Settings besides the common ones.
        moves: Told after each commit.
    """

    def __init__(
        self,
        file: Path,
        *,
        begin: Callable[[Connection], None],
        count: int,
        also: tuple[str, ...] = (),
        moves: Moves | None = None,
    ) -> None:
        self._moves = moves or Moves()
        self._file, self._count, self._pragmas = file, count, (*_PRAGMAS, *also)
        self._own = threading.local()
        self._threads: list[JobThread] = []
        self._free: asyncio.Queue[JobThread] = asyncio.Queue()
        self.engine = sa.create_engine(
            "sqlite+pysqlite://",
            creator=lambda: self._own.connection,
            poolclass=SingletonThreadPool,  # each thread has its own connection and keeps it
            pool_size=count,
            hide_parameters=True,  # an error message must not carry a reader's words
        )
        sa.event.listen(self.engine, "begin", begin)

    async def open(self) -> None:
        """Start the threads and connect in each."""
        for _ in range(self._count):
            thread = JobThread(self._connect, iter_chunk_size=64)
            await thread.start()
            self._threads.append(thread)  # first: what fails from here on is closed with the others
            await thread.run(self._set_up)
            self._free.put_nowait(thread)

    async def run(self, job: Callable[[Connection], T]) -> T:
        """Run a job in a transaction on a free connection, and commit it.

        Raises:
            TimeoutError: None became free for long.
        """
        result, moved = await self._on_free_thread(lambda: self._in_transaction(job))
        if moved:
            self._moves.tell_own(moved)
        return result

    async def data_version(self) -> int:
        """A number that is another one when somebody else has committed; of one connection, where there is only one.

        Source:
            SQLite documentation, PRAGMA data_version.
        """
        return await self._on_free_thread(self._read_data_version)

    async def _on_free_thread(self, work: Callable[[], T]) -> T:
        async with asyncio.timeout(WAIT_SECONDS):
            thread = await self._free.get()
        try:
            return await thread.run(work)
        finally:
            self._free.put_nowait(thread)

    async def close(self) -> None:
        """Let each thread finish what it has, and end it."""
        for thread in self._threads:
            await thread.close()
        self._threads.clear()
        self.engine.dispose()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._file,
            isolation_level=None,  # the driver leaves BEGIN to us
            cached_statements=_CACHED_STATEMENTS,
            check_same_thread=False,  # closed by whoever closes the store
        )
        self._own.connection = connection
        return connection

    def _set_up(self) -> None:
        connection: sqlite3.Connection = self._own.connection
        for pragma in self._pragmas:
            connection.execute(pragma)
        _switch_to_wal(connection)

    def _in_transaction(self, job: Callable[[Connection], T]) -> tuple[T, frozenset[int]]:
        with self.engine.begin() as conn:
            take_noted(conn)  # of a transaction that failed
            return job(conn), take_noted(conn)

    def _read_data_version(self) -> int:
        version: int = self._own.connection.execute("PRAGMA data_version").fetchone()[0]
        return version


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """Write a journal beside the file; SQLite's own patience does not hold when several processes switch at once."""
    deadline = time.monotonic() + BUSY_TIMEOUT_MS / 1_000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(_BUSY_PAUSE_SECONDS)
        else:
            return


def _empty_journal(file: Path) -> bool:
    """Move all that the journal holds into the database, and cut the journal to nothing."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        is_busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not is_busy


def _begin_writing(conn: Connection) -> None:
    conn.exec_driver_sql("BEGIN IMMEDIATE")  # the lock at once, so that none fails half-way


def _begin_reading(conn: Connection) -> None:
    conn.exec_driver_sql("BEGIN")


def _file_of(url: URL) -> Path:
    if not url.database or url.database == ":memory:":
        raise StorageUnavailableError("SQLite needs a file: its connections would not share a database in memory")
    return Path(url.database)


def _prepare_file(file: Path) -> None:
    """Make the file and its folder for their owner only; the journal's files take the mode after it.

    Raises:
        StorageUnavailableError: It cannot be made.
    """
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600)
        for part in (file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")):
            if part.exists():
                part.chmod(0o600)
    except OSError as error:
        raise StorageUnavailableError(f"{file} cannot be opened: {error.strerror}") from error
