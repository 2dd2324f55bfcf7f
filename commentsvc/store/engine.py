"""The door to the database: jobs that read, jobs that write, and who runs them.

A job is a plain function over one `sqlalchemy.Connection`. It cannot await anything, so nothing slow can happen inside
a transaction, and the engine is free to decide where it runs: on PostgreSQL in a transaction of its own, on SQLite by
the one writer task, together with everybody else's.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from commentsvc.domain.errors import StorageUnavailableError
from commentsvc.store.migrating import check_revision, upgrade
from commentsvc.store.moves import Moves
from commentsvc.store.postgres import PostgresDatabase
from commentsvc.store.read_only import ReadOnlySwitch
from commentsvc.store.sqlite import SqliteDatabase
from commentsvc.store.turns import Origin

T = TypeVar("T")
Job = Callable[[Connection], T]
Database = SqliteDatabase | PostgresDatabase

_RETRY_AFTER_SECONDS = 5
_AWAY_STATES = ("08", "25006", "28", "3D", "40", "53", "57P", "58")
"""Beginnings of PostgreSQL's codes for what passes or what an operator mends: no connection, a server that only reads,
no access, no such database, a deadlock, no room, a server that starts or stops, a broken disk.

Source:
    PostgreSQL documentation, appendix A, table A.1.
"""


def sqlite_file(url: str) -> Path | None:
    """The file of a database with SQLite; None for another engine."""
    made = make_url(url)
    return Path(made.database).absolute() if made.get_backend_name() == "sqlite" and made.database else None


class Store:
    """One database, opened for a running service or a command.

    Args:
        url: ``sqlite+aiosqlite:///data/comments.db`` or ``postgresql+asyncpg://user:password@host/name``.
    """

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        self._database: Database | None = None
        self._switch: ReadOnlySwitch | None = None
        self.moves = Moves()

    async def open(self, *, migrate: bool = True, first: Job[None] | None = None) -> None:
        """Connect; bring the tables up to date, or check that they are.

        Args:
            migrate: Bring them up to date.
            first: What is to be done instead of both, in one transaction.

        Raises:
            StorageUnavailableError: The database cannot be reached or written.
            DatabaseNewerError: It was written by a newer version.
            MigrationsMissingError: It is older, and `migrate` is False.
        """
        is_sqlite = self._url.get_backend_name() == "sqlite"
        database: Database = (SqliteDatabase if is_sqlite else PostgresDatabase)(self._url, self.moves)
        try:
            await database.open(first or (upgrade if migrate else check_revision))
        except BaseException as error:
            await database.close()
            # also: no such database, no right to enter, a file of another kind
            if isinstance(error, (DBAPIError, OSError, sqlite3.Error)):
                raise StorageUnavailableError(_why(error), retry_after_seconds=_RETRY_AFTER_SECONDS) from error
            raise
        self._database = database

    def follow(self) -> None:
        """Let `moves` hear, from now on, of what other processes write as well.

        On SQLite within `sqlite.LOOK_SECONDS`, on PostgreSQL as fast as its messages go.
        """
        self.database.follow()

    def obey(self, switch: ReadOnlySwitch) -> None:
        """Write nothing from now on while this switch is on."""
        self._switch = switch

    async def close(self) -> None:
        """Finish what was accepted, then let go of the database."""
        if self._database is not None:
            database, self._database = self._database, None
            await database.close()

    @property
    def database(self) -> Database:
        """What the jobs run on.

        Raises:
            StorageUnavailableError: The store is not open.
        """
        if self._database is None:
            raise StorageUnavailableError("the store is not open", retry_after_seconds=_RETRY_AFTER_SECONDS)
        return self._database

    async def read(self, job: Job[T]) -> T:
        """Run a job that only reads, on one consistent snapshot.

        Raises:
            StorageUnavailableError: The database cannot be reached.
        """
        async with _errors_in_our_words():
            return await self.database.read(job)

    async def write(self, job: Job[T], *, origin: Origin | None = None, always: bool = False) -> T:
        """Run a job that writes; when this returns, what it wrote survives power loss.

        If it raises, nothing of it stays.

        Args:
            job: What to do.
            origin: Where it comes from, if a reader asked for it: readers take turns.
            always: Also while the panic switch stands on read-only: who looks after a site must be let in then.

        Raises:
            StorageUnavailableError: The database cannot be reached or written, or is to be read only, or too much is
                waiting.
        """
        if self._switch is not None and not always:
            await self._switch.check(self.read)
        async with _errors_in_our_words():
            return await self.database.write(job, origin=origin)

    async def scrub(self) -> bool:
        """Remove from the files what was erased from the tables; to be called after an erasure.

        On SQLite the words are gone from every file then. It takes seconds for each hundred thousand comments, during
        which everybody who writes waits. On PostgreSQL the space is free to be used again.

        Returns:
            False if others used the files all the while; call it again later.
        """
        async with _errors_in_our_words():
            return await self.database.scrub()

    async def is_ready(self) -> bool:
        """Whether the database answers just now."""
        try:
            await self.read(lambda conn: conn.execute(sa.text("SELECT 1")).scalar_one())
        except StorageUnavailableError:
            return False
        return True


class _errors_in_our_words:  # noqa: N801 - used like a function
    """Turn what drivers raise when a database is away, full or read-only into one error of ours."""

    async def __aenter__(self) -> None:
        return None

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if _is_away(error):
            raise StorageUnavailableError(type(error).__name__, retry_after_seconds=_RETRY_AFTER_SECONDS) from error


def _is_away(error: BaseException | None) -> bool:
    if isinstance(error, OperationalError | InterfaceError | OSError | asyncio.TimeoutError | PoolTimeoutError):
        return True
    if type(error) is DatabaseError:  # the bare class: SQLite's word for a file that is damaged or no database
        return True
    if not isinstance(error, DBAPIError):
        return False
    state: str = getattr(error.orig, "sqlstate", None) or ""
    return error.connection_invalidated or state.startswith(_AWAY_STATES)


def _why(error: DBAPIError | OSError | sqlite3.Error) -> str:
    """The driver's own sentence; when a database is opened, there are no reader's words yet that it could hold."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return str(cause).partition("\n")[0].rpartition("'>: ")[2] or type(cause).__name__
