"""What is in the outbox, for whoever runs the service: never an address, and no words of a comment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.store.schema import outbox, site

LISTED = 1_000


@dataclass(frozen=True, slots=True)
class Listed:
    """One notice that is not done with."""

    id: int
    site: str
    """Key."""
    event: str
    channel: str
    attempts: int
    created_at: datetime
    due_at: datetime
    failed_at: datetime | None
    last_error: str | None


def unsent(conn: Connection, *, is_failed_only: bool) -> list[Listed]:
    """The oldest 1,000 notices that wait or have failed."""
    query = (
        sa.select(outbox, site.c.key)
        .join(site, site.c.id == outbox.c.site_id)
        .where(outbox.c.sent_at.is_(None), outbox.c.channel.is_not(None))
        .order_by(outbox.c.id)
        .limit(LISTED)
    )
    if is_failed_only:
        query = query.where(outbox.c.failed_at.is_not(None))
    return [
        Listed(
            id=row.id,
            site=row.key,
            event=row.event,
            channel=row.channel,
            attempts=row.attempts,
            created_at=row.created_at,
            due_at=row.due_at,
            failed_at=row.failed_at,
            last_error=row.last_error,
        )
        for row in conn.execute(query)
    ]


def retry(conn: Connection, notice_ids: Sequence[int] | None, *, now: datetime) -> int:
    """Have notices that failed tried again, once more and at once; beyond three days each failure is the last.

    Args:
        conn: In a transaction that writes.
        notice_ids: Which; those that have not failed are left alone. None: all that failed.
        now: When.

    Returns:
        How many there were.
    """
    failed = [outbox.c.failed_at.is_not(None), outbox.c.sent_at.is_(None)]
    if notice_ids is not None:
        failed.append(outbox.c.id.in_(notice_ids))
    again = {"failed_at": None, "due_at": now, "attempts": 0, "claimed_until": None}
    return conn.execute(sa.update(outbox).where(*failed).values(again)).rowcount
