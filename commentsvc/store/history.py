"""The history, append-only: each entry is chained to the one before it, in the transaction of what it tells."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.acts import Act
from commentsvc.domain.history import BEFORE_THE_FIRST, Entry, entry_hash
from commentsvc.domain.ids import new_public_id
from commentsvc.domain.status import CommentStatus
from commentsvc.store.schema import decision, history_head
from commentsvc.store.upsert import insert_or_ignore

_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a site's history: note it down, and nobody can shorten or rewrite what came before."""

    number: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Fault:
    """The first entry that is not what was written."""

    number: int
    why: str


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


def first_fault(conn: Connection, site_id: int) -> Fault | None:
    """Walk a site's history from its beginning; None if every entry is as it was written and none is missing."""
    previous, number = BEFORE_THE_FIRST, 0
    for row in _rows(conn, site_id):
        number += 1
        if row.number != number:
            return Fault(number, f"entry {number} is missing")
        if row.previous_hash != previous:
            return Fault(number, "it is not chained to the entry before it")
        if row.hash != entry_hash(previous, as_entry(row)):
            return Fault(number, "its content is not what was written")
        previous = row.hash
    found = _head(conn, site_id)
    if (found.number, found.hash) != (number, previous):
        return Fault(number + 1, "entries are missing at the end")
    return None


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
    """In order, in portions, so that a long history costs no memory."""
    after = 0
    while True:
        query = sa.select(decision).where(decision.c.site_id == site_id, decision.c.number > after)
        rows = conn.execute(query.order_by(decision.c.number).limit(_AT_ONCE)).all()
        yield from rows
        if len(rows) < _AT_ONCE:
            return
        after = rows[-1].number
