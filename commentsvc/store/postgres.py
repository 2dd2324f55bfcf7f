"""PostgreSQL as we use it: a pool of connections taken in turns, each job a transaction of its own."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from commentsvc.store.announcements import Announcements
from commentsvc.store.insert_together import OutrunError
from commentsvc.store.moves import Moves, take_noted
from commentsvc.store.pooled import check_when_taken
from commentsvc.store.slots import Slots
from commentsvc.store.turns import Origin

T = TypeVar("T")

POOL = 10
"""Connections that read; twice as many write at most, and all that were made are kept: a new one costs more than many
posts, because the server and its client learn every statement anew on it."""
_OUTRUN_AT_MOST = 2
"""A new author and a submission that is sent twice may each be written by somebody else first."""
_VACUUM = (
    "VACUUM (SKIP_LOCKED) author, comment, comment_link, comment_search, comment_version, appeal, outbox, subscription"
)
"""Whoever does not own the tables is told so by the server, and nothing happens."""


class PostgresDatabase:
    """One PostgreSQL database.

    Args:
        url: ``postgresql+asyncpg://user:password@host/name``.
        moves: Told which threads moved on, after each commit.
    """

    def __init__(self, url: URL, moves: Moves) -> None:
        self._moves = moves
        self._announcements = Announcements(url, moves)
        self.pool: AsyncEngine = create_async_engine(
            url,
            pool_size=2 * POOL,
            max_overflow=0,
            hide_parameters=True,  # an error message must not carry a reader's words
        )
        self._slots = Slots(2 * POOL)
        check_when_taken(self.pool.sync_engine)
        self.reading: AsyncEngine = create_async_engine(
            url,
            pool_size=POOL,
            max_overflow=0,
            isolation_level="REPEATABLE READ",
            hide_parameters=True,
        )
        sa.event.listen(self.reading.sync_engine, "connect", _read_only)

    @property
    def engines(self) -> frozenset[sa.Engine]:
        """What runs the statements, for whoever wants to listen."""
        return frozenset({self.pool.sync_engine, self.reading.sync_engine})

    async def open(self, first: Callable[[Connection], None]) -> None:
        """Connect, and run a first job before all others."""
        await self.write(first)

    async def read(self, job: Callable[[Connection], T]) -> T:
        """Run a job on one snapshot; it cannot write.

        Whether its connection still lives is not asked first, which costs more than most jobs: it is run again if not.
        """
        try:
            return await self._read(job)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
        return await self._read(job)

    async def write(self, job: Callable[[Connection], T], *, origin: Origin | None = None) -> T:
        """Run a job in a transaction, and commit it; once more if somebody else was faster.

        Raises:
            StorageUnavailableError: Too many wait for a connection already.
        """
        async with self._slots.taken(origin):
            result, moved = await self._write(job)
        if moved:
            self._moves.tell_own(moved)
            self._announcements.say(moved)
        return result

    def follow(self) -> None:
        """Hear from now on which threads other processes move."""
        self._announcements.start()

    async def scrub(self) -> bool:
        """Free the space of erased rows; always True."""
        async with self.pool.connect() as conn:
            await conn.execution_options(isolation_level="AUTOCOMMIT")  # type: ignore[unused-awaitable]  # it changes `conn` itself
            await conn.exec_driver_sql(_VACUUM)
        return True

    async def close(self) -> None:
        """Tell others what is not told yet, and let go of the connections."""
        await self._announcements.stop()
        await self.reading.dispose()
        await self.pool.dispose()

    async def _write(self, job: Callable[[Connection], T]) -> tuple[T, frozenset[int]]:
        outrun = 0
        while True:
            try:
                async with self.pool.begin() as conn:
                    return await conn.run_sync(partial(_with_moves, job))
            except OutrunError:
                outrun += 1
                if outrun > _OUTRUN_AT_MOST:
                    raise

    async def _read(self, job: Callable[[Connection], T]) -> T:
        async with self.reading.connect() as conn:
            return await conn.run_sync(job)


def _with_moves(job: Callable[[Connection], T], conn: Connection) -> tuple[T, frozenset[int]]:
    take_noted(conn)  # of a transaction that failed
    return job(conn), take_noted(conn)


def _read_only(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's, as SQLAlchemy adapts it
    connection.readonly = True
