"""SQLite as we use it: what was acknowledged survives power loss, and what was deleted is gone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from commentsvc.domain.errors import StorageUnavailableError

BUSY_TIMEOUT_MS = 5_000
READERS = 4

_PRAGMAS = (
    f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}",  # first: the next one may meet another process
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # NORMAL loses acknowledged rows when the power goes
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",  # deleted words are overwritten, not only forgotten
    "PRAGMA temp_store = MEMORY",  # no temporary file ever holds a reader's words
)


def prepare_folder(url: URL) -> None:
    """Make the folder of the database file, for its owner only.

    Raises:
        StorageUnavailableError: It cannot be made.
    """
    if not url.database or url.database == ":memory:":
        raise StorageUnavailableError("SQLite needs a file: its connections would not share a database in memory")
    try:
        Path(url.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StorageUnavailableError(f"folder of the database: {error.strerror}") from error


def writing_engine(url: URL) -> AsyncEngine:
    """One connection that writes; its transactions take the lock at once, so that none fails half-way."""
    engine = _engine(url, begin=_begin_writing, connections=1)
    sa.event.listen(engine.sync_engine, "connect", _only_owner_reads)
    return engine


def reading_engine(url: URL) -> AsyncEngine:
    """A few connections that read, each transaction from one snapshot; they cannot write."""
    return _engine(url, begin=_begin_reading, connections=READERS, extra=("PRAGMA query_only = ON",))


def _engine(
    url: URL, *, begin: Callable[[Connection], None], connections: int, extra: tuple[str, ...] = ()
) -> AsyncEngine:
    engine = create_async_engine(
        url,
        poolclass=AsyncAdaptedQueuePool,
        pool_size=connections,
        max_overflow=0,
        hide_parameters=True,  # an error message must not carry a reader's words
    )

    def on_connect(dbapi_connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own type
        dbapi_connection.isolation_level = None  # the driver leaves BEGIN to us
        cursor = dbapi_connection.cursor()
        for pragma in (*_PRAGMAS, *extra):
            cursor.execute(pragma)
        cursor.close()

    sa.event.listen(engine.sync_engine, "connect", on_connect)
    sa.event.listen(engine.sync_engine, "begin", begin)
    return engine


def _begin_writing(conn: Connection) -> None:
    conn.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_reading(conn: Connection) -> None:
    conn.exec_driver_sql("BEGIN")


def _only_owner_reads(dbapi_connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own type
    cursor = dbapi_connection.cursor()
    cursor.execute("PRAGMA database_list")
    file = Path(cursor.fetchone()[2])
    cursor.close()
    for path in (file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")):
        if path.exists():
            path.chmod(0o600)
