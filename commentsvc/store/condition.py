"""How the database and the outbox are, for the doctor."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.store.schema import outbox

_FREE = sa.text(
    "SELECT current_setting('max_connections')::int - (SELECT count(*) FROM pg_stat_activity "
    "WHERE backend_type = 'client backend')"
)


@dataclass(frozen=True, slots=True)
class Backlog:
    """What of the outbox has not arrived."""

    oldest_due_at: datetime | None
    """None: nothing is due."""
    failed: int


def backlog(conn: Connection, *, now: datetime) -> Backlog:
    """How long the oldest notice that is due has waited, and how many have failed for good."""
    is_open = sa.and_(outbox.c.sent_at.is_(None), outbox.c.failed_at.is_(None))
    oldest = sa.select(sa.func.min(outbox.c.due_at)).where(is_open, outbox.c.due_at <= now)
    failed = sa.select(sa.func.count()).select_from(outbox).where(outbox.c.failed_at.is_not(None))
    return Backlog(conn.execute(oldest).scalar_one(), conn.execute(failed).scalar_one())


def durability(conn: Connection) -> dict[str, str]:
    """The engine's settings on which it depends that nothing is lost."""
    if conn.dialect.name == "sqlite":
        return {
            "journal_mode": str(conn.exec_driver_sql("PRAGMA journal_mode").scalar_one()),
            "synchronous": str(conn.exec_driver_sql("PRAGMA synchronous").scalar_one()),
        }
    names = ("server_version_num", "fsync", "synchronous_commit", "full_page_writes")
    return {name: str(conn.execute(sa.select(sa.func.current_setting(name))).scalar_one()) for name in names}


def free_connections(conn: Connection) -> int | None:
    """How many more PostgreSQL takes; None on SQLite."""
    return None if conn.dialect.name == "sqlite" else int(conn.execute(_FREE).scalar_one())
