"""The history, append-only: each entry is chained to the one before it, in the transaction of what it tells."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.acts import Act
from commentsvc.domain.history import BEFORE_THE_FIRST, Entry, Fault, Head, entry_hash
from commentsvc.domain.ids import new_public_id
from commentsvc.domain.status import CommentStatus
from commentsvc.store.schema import decision, history_head
from commentsvc.store.upsert import insert_or_ignore

_AT_ONCE = 1_000
_ALTERED = "its content is not what was written"


def lock(conn: Connection, site_ids: Collection[int]) -> None:
    """Wait for everybody who writes in these sites' histories.

    To be called before anything but threads is locked, with all sites of a transaction at once; threads come first.
    """
    if conn.dialect.name != "postgresql":
        return
    for site_id in sorted(site_ids):
        values = {"site_id": site_id, "number": 0, "hash": BEFORE_THE_FIRST}
        insert_or_ignore(conn, history_head, values, unique=["site_id"])
        conn.execute(sa.select(history_head.c.site_id).where(history_head.c.site_id == site_id).with_for_update())


def write(  # noqa: PLR0913 - one entry, each part named
    conn: Connection,
    act: Act,
    *,
    site_id: int,
    subject: str,
    moderator_id: int | None,
    now: datetime,
    comment_id: int | None = None,
    from_status: CommentStatus | None = None,
    to_status: CommentStatus | None = None,
    reason: str | None = None,
    details: Mapping[str, object] | None = None,
    batch: str | None = None,
) -> Entry:
    """Append one entry.

    Args:
        conn: In the transaction that does what the entry tells.
        act: What was done.
        site_id: Where.
        subject: To what, as in `Entry.subject`.
        moderator_id: By whom; None: the service itself or the writer.
        now: When.
        comment_id: Row id, if it is about a comment.
        from_status: Before, if the act moved a comment.
        to_status: After.
        reason: As the moderator typed it.
        details: JSON values; no reader's words, no address.
        batch: Shared by what is undone together; None: a batch of its own.
    """
    lock(conn, [site_id])
    head = _head(conn, site_id)
    entry = Entry(
        site_id=site_id,
        number=head.number + 1,
        act=act,
        subject=subject,
        moderator_id=moderator_id,
        from_status=from_status,
        to_status=to_status,
        reason=reason,
        details=details or {},
        batch=batch or new_public_id(),
        created_at=now,
    )
    _append(conn, entry, comment_id, previous=head.hash)
    return entry


def head(conn: Connection, site_id: int) -> Head:
    """The last entry of a site's history; number 0 before the first."""
    return _head(conn, site_id)


def hash_at(conn: Connection, site_id: int, number: int) -> bytes | None:
    """The hash of one entry, to compare with what somebody noted down; None if there is no such entry."""
    query = sa.select(decision.c.hash).where(decision.c.site_id == site_id, decision.c.number == number)
    found: bytes | None = conn.execute(query).scalar_one_or_none()
    return found


def first_fault(conn: Connection, site_id: int) -> Fault | None:
    """Walk a site's history from its beginning; None if every entry is as it was written and none is missing."""
    previous, number = BEFORE_THE_FIRST, 0
    try:
        for row in _rows(conn, site_id):
            number += 1
            fault = _fault(row, number, previous)
            if fault is not None:
                return fault
            previous = row.hash
    except _UnreadableError as error:
        return Fault(error.number, _ALTERED)
    found = _head(conn, site_id)
    if (found.number, found.hash) != (number, previous):
        return Fault(number + 1, "entries are missing at the end")
    return None


class _UnreadableError(Exception):
    """A row that cannot have been written by us: its time is no time, its details are no JSON."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def _fault(row: Any, number: int, previous: bytes) -> Fault | None:  # noqa: ANN401 - a row of the history
    if row.number != number:
        return Fault(number, f"entry {number} is missing")
    if row.previous_hash != previous:
        return Fault(number, "it is not chained to the entry before it")
    try:
        is_as_written = row.hash == entry_hash(previous, as_entry(row))
    except (AttributeError, TypeError, ValueError):  # words or values that no entry of ours has
        is_as_written = False
    return None if is_as_written else Fault(number, _ALTERED)


def as_entry(row: Any) -> Entry:  # noqa: ANN401 - a row of the history
    """The entry in a row."""
    return Entry(
        site_id=row.site_id,
        number=row.number,
        act=Act(row.decision),
        subject=row.subject,
        moderator_id=row.moderator_id,
        from_status=None if row.from_status is None else CommentStatus(row.from_status),
        to_status=None if row.to_status is None else CommentStatus(row.to_status),
        reason=row.reason,
        details=row.details,
        batch=row.batch,
        created_at=row.created_at,
    )


def _head(conn: Connection, site_id: int) -> Head:
    row = conn.execute(sa.select(history_head).where(history_head.c.site_id == site_id)).first()
    return Head(0, BEFORE_THE_FIRST) if row is None else Head(row.number, row.hash)


def _append(conn: Connection, entry: Entry, comment_id: int | None, *, previous: bytes) -> None:
    new = entry_hash(previous, entry)
    values = {
        "site_id": entry.site_id,
        "number": entry.number,
        "comment_id": comment_id,
        "subject": entry.subject,
        "moderator_id": entry.moderator_id,
        "decision": entry.act,
        "from_status": entry.from_status,
        "to_status": entry.to_status,
        "reason": entry.reason,
        "details": dict(entry.details),
        "batch": entry.batch,
        "created_at": entry.created_at,
        "previous_hash": previous,
        "hash": new,
    }
    conn.execute(sa.insert(decision).values(values))
    moved = {"number": entry.number, "hash": new}
    done = conn.execute(sa.update(history_head).where(history_head.c.site_id == entry.site_id).values(moved))
    if done.rowcount == 0:
        conn.execute(sa.insert(history_head).values(site_id=entry.site_id, **moved))


def _rows(conn: Connection, site_id: int) -> Iterator[Any]:
    """In order, in portions, so that a long history costs no memory.

    Raises:
        _UnreadableError: A row cannot be read; those before it were given.
    """
    after = 0
    while True:
        try:
            rows = portion(conn, site_id, after=after, limit=_AT_ONCE)
        except ValueError:
            yield from _one_by_one(conn, site_id, after)
            return
        yield from rows
        if len(rows) < _AT_ONCE:
            return
        after = rows[-1].number


def _one_by_one(conn: Connection, site_id: int, after: int) -> Iterator[Any]:
    """The rows of a portion that cannot be read as a whole, up to the first that is at fault."""
    while True:
        try:
            rows = portion(conn, site_id, after=after, limit=1)
        except ValueError:
            raise _UnreadableError(after + 1) from None
        if not rows:
            return
        yield rows[0]
        after = rows[0].number


def portion(conn: Connection, site_id: int, *, after: int, limit: int, up_to: int | None = None) -> Sequence[Any]:
    """Some rows of a site's history in their order: those after a number, up to another one."""
    query = sa.select(decision).where(decision.c.site_id == site_id, decision.c.number > after)
    if up_to is not None:
        query = query.where(decision.c.number <= up_to)
    return conn.execute(query.order_by(decision.c.number).limit(limit)).all()
