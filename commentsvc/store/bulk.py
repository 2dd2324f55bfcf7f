"""One decision over a whole search, carried out in portions: whatever interrupts it, it goes on where it was."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.errors import NotFoundError
from commentsvc.domain.ids import new_public_id
from commentsvc.domain.search import Search
from commentsvc.domain.status import Decision
from commentsvc.store import decisions, search
from commentsvc.store.decisions import DecidedMany
from commentsvc.store.schema import bulk

PORTION = 100
"""Comments decided in one transaction; it holds a lock on each of their threads."""
MOST = 10_000
"""Comments that one run decides on."""


@dataclass(frozen=True, slots=True)
class Bulk:
    """How far a run has come."""

    id: str
    decision: Decision
    reason: str | None
    query: str
    """The search, as an address spells it."""
    batch: str
    total: int
    """Comments found at the start, at most 10,000."""
    done: int
    skipped: int
    """Gone, or decided otherwise meanwhile; nothing was done to them."""
    is_finished: bool

    @property
    def gone_through(self) -> int:
        """Of `total`."""
        return min(self.total, self.done + self.skipped)


def start(
    conn: Connection,
    wanted: Search,
    verb: Decision,
    *,
    site_ids: Collection[int],
    moderator_id: int,
    reason: str | None,
    now: datetime,
) -> str:
    """Write down what is to be done; nothing is decided yet.

    Args:
        conn: In a transaction.
        wanted: With a status, so that nobody decides on what they have not meant.
        verb: The decision.
        site_ids: Of the sites that the search reaches.
        moderator_id: Who.
        reason: For the history.
        now: When.

    Returns:
        The run's public id.
    """
    values = {
        "public_id": new_public_id(),
        "moderator_id": moderator_id,
        "decision": verb,
        "reason": reason,
        "query": wanted.spelled(),
        "batch": new_public_id(),
        "total": search.count(conn, wanted, site_ids=site_ids, up_to=MOST, today=now.date()),
        "last_comment_id": search.last_row_id(conn),
        "next_comment_id": 0,
        "created_at": now,
    }
    conn.execute(sa.insert(bulk).values(values))
    return str(values["public_id"])


def of(conn: Connection, public_id: str, *, moderator_id: int) -> Bulk:
    """A run of the moderator's own.

    Raises:
        NotFoundError: Absent, or somebody else's.
    """
    return _bulk(_row(conn, public_id, moderator_id))


def go_on(
    conn: Connection, public_id: str, wanted: Search, *, site_ids: Collection[int], moderator_id: int, now: datetime
) -> Bulk:
    """Carry out the next portion, if there is one.

    Args:
        conn: In a transaction; of two that go on at once, one waits for the other.
        public_id: Of the run.
        wanted: The run's search, read again from `Bulk.query`.
        site_ids: Of the sites that it reaches now.
        moderator_id: Who.
        now: When.

    Raises:
        NotFoundError: As for `of`.
    """
    row = _row(conn, public_id, moderator_id, is_locked=True)
    if row.finished_at is not None:
        return _bulk(row)
    found = search.oldest(
        conn,
        wanted,
        site_ids=site_ids,
        first=max(1, row.next_comment_id),
        last=row.last_comment_id,
        limit=min(PORTION, MOST - row.done - row.skipped),
        today=now.date(),
    )
    many = decisions.decide_many(
        conn,
        [each for _, each in found],
        Decision(row.decision),
        site_ids=site_ids,
        moderator_id=moderator_id,
        reason=row.reason,
        now=now,
        seen=wanted.status,
        batch=row.batch,
    )
    _note(conn, row, many, found[-1][0] + 1 if found else row.last_comment_id + 1, now)
    return of(conn, public_id, moderator_id=moderator_id)


def take_back(
    conn: Connection, public_id: str, *, site_ids: Collection[int], moderator_id: int, now: datetime, since: datetime
) -> int:
    """Undo a portion of a run, and end the run; how many comments are back where they were, 0 when none is left.

    Args:
        conn: In a transaction.
        public_id: Of the run.
        site_ids: Whose comments the moderator may decide on.
        moderator_id: Who.
        now: When.
        since: Older decisions are not undone.

    Raises:
        NotFoundError: As for `of`.
    """
    row = _row(conn, public_id, moderator_id, is_locked=True)
    if row.finished_at is None:
        conn.execute(sa.update(bulk).where(bulk.c.id == row.id).values(finished_at=now))
    many = decisions.undo(
        conn, row.batch, site_ids=site_ids, moderator_id=moderator_id, now=now, since=since, limit=PORTION
    )
    return len(many.decided)


def _note(conn: Connection, row: Any, many: DecidedMany, following: int, now: datetime) -> None:  # noqa: ANN401 - a run's row
    done, skipped = row.done + len(many.decided), row.skipped + len(many.skipped)
    is_over = following > row.last_comment_id or done + skipped >= row.total
    if is_over:
        skipped = max(skipped, row.total - done)  # what was decided before its turn came is no longer found
    values = {
        "done": done,
        "skipped": skipped,
        "next_comment_id": following,
        "finished_at": now if is_over else None,
    }
    conn.execute(sa.update(bulk).where(bulk.c.id == row.id).values(values))


def _row(conn: Connection, public_id: str, moderator_id: int, *, is_locked: bool = False) -> Any:  # noqa: ANN401 - a run's row
    query = sa.select(bulk).where(bulk.c.public_id == public_id, bulk.c.moderator_id == moderator_id)
    row = conn.execute(query.with_for_update() if is_locked else query).first()
    if row is None:
        raise NotFoundError
    return row


def _bulk(row: Any) -> Bulk:  # noqa: ANN401 - a run's row
    return Bulk(
        id=row.public_id,
        decision=Decision(row.decision),
        reason=row.reason,
        query=row.query,
        batch=row.batch,
        total=row.total,
        done=row.done,
        skipped=row.skipped,
        is_finished=row.finished_at is not None,
    )
