"""A site's history as it is read: newest first, by number, everything done in one go as one line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.acts import Act
from commentsvc.domain.status import CommentStatus
from commentsvc.store.schema import comment, decision, moderator

BY_NOBODY = 0
"""Handle of what no moderator did: the site's own policy, or a writer."""
_later = decision.alias("later")


@dataclass(frozen=True, slots=True)
class PastFilter:
    """Which entries; what is None does not matter."""

    handle: int | None = None
    """Number of any entry by the moderator that is meant; `BY_NOBODY`: those without one."""
    act: Act | None = None
    comment: str | None = None
    """Public id."""
    batch: str | None = None
    since: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class PastEntry:
    """One entry as moderators read it."""

    number: int
    act: Act
    subject: str
    comment: str | None
    """Public id, if it is about a comment that is still there."""
    name: str | None
    """Of that comment's writer."""
    moderator: str | None
    """Display name; None: the site's own policy, or the writer."""
    from_status: CommentStatus | None
    to_status: CommentStatus | None
    reason: str | None
    details: Mapping[str, object]
    batch: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class PastLine:
    """What was done in one go."""

    last: PastEntry
    count: int
    """Entries of the go on this site."""
    entries: list[PastEntry]
    """The newest of them; empty if there is only one."""


@dataclass(frozen=True, slots=True)
class PastPage:
    """Some lines, and the cursor to what follows: the number of the last one."""

    lines: list[PastLine]
    next: int | None


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody who stands in a site's history."""

    name: str
    handle: int
    """Number of their first entry here."""


def page(
    conn: Connection, site_id: int, wanted: PastFilter, *, after: int | None, limit: int, entries_each: int
) -> PastPage:
    """A page of lines.

    Args:
        conn: In a transaction.
        site_id: Whose history.
        wanted: Which entries. The entries of one comment or one batch come one by one.
        after: Only lines below this number; None: from the newest.
        limit: Most lines.
        entries_each: Most entries told of each line.
    """
    query = _select().where(*_conditions(conn, site_id, wanted))
    if after is not None:
        query = query.where(decision.c.number < after)
    is_folded = wanted.comment is None and wanted.batch is None
    if is_folded:
        query = query.where(decision.c.number == _last_of_its_batch())
    rows = conn.execute(query.order_by(decision.c.number.desc()).limit(limit + 1)).all()
    shown = [_entry(row) for row in rows[:limit]]
    counts = _counts(conn, site_id, [entry.batch for entry in shown]) if is_folded else {}
    lines = [_line(conn, site_id, entry, counts.get(entry.batch, 1), entries_each) for entry in shown]
    return PastPage(lines, shown[-1].number if len(rows) > limit else None)


def portion(conn: Connection, site_id: int, *, after: int, limit: int) -> list[PastEntry]:
    """Entries one by one, oldest first, for scripts that keep up: those after a number."""
    query = _select().where(decision.c.site_id == site_id, decision.c.number > after)
    return [_entry(row) for row in conn.execute(query.order_by(decision.c.number).limit(limit))]


def hands(conn: Connection, site_id: int) -> list[Hand]:
    """Everybody who stands in a site's history, by name."""
    first = (
        sa.select(sa.func.min(decision.c.number))
        .where(decision.c.site_id == site_id, decision.c.moderator_id == moderator.c.id)
        .scalar_subquery()
    )
    query = sa.select(moderator.c.name, first.label("first")).order_by(moderator.c.name, moderator.c.id)
    return [Hand(row.name, row.first) for row in conn.execute(query) if row.first is not None]


def _conditions(conn: Connection, site_id: int, wanted: PastFilter) -> list[sa.ColumnElement[bool]]:
    conditions = [decision.c.site_id == site_id]
    if wanted.handle is not None:
        who = _moderator_id(conn, site_id, wanted.handle)
        conditions.append(sa.false() if who is None else decision.c.moderator_id.is_not_distinct_from(who[0]))
    if wanted.comment is not None:
        mine = sa.select(comment.c.id).where(comment.c.public_id == wanted.comment, comment.c.site_id == site_id)
        conditions.append(decision.c.comment_id == mine.scalar_subquery())
    for column, value in ((decision.c.decision, wanted.act), (decision.c.batch, wanted.batch)):
        if value is not None:
            conditions.append(column == value)
    if wanted.since is not None:
        conditions.append(decision.c.created_at >= wanted.since)
    if wanted.before is not None:
        conditions.append(decision.c.created_at < wanted.before)
    return conditions


def _moderator_id(conn: Connection, site_id: int, handle: int) -> tuple[int | None] | None:
    """Row id behind a handle, or None for nobody in particular, as the one member; None if there is no such entry."""
    if handle == BY_NOBODY:
        return (None,)
    query = sa.select(decision.c.moderator_id).where(decision.c.site_id == site_id, decision.c.number == handle)
    row = conn.execute(query).first()
    return None if row is None or row.moderator_id is None else (row.moderator_id,)


def _last_of_its_batch() -> sa.ScalarSelect[int]:
    same = (_later.c.batch == decision.c.batch, _later.c.site_id == decision.c.site_id)
    return sa.select(sa.func.max(_later.c.number)).where(*same).correlate(decision).scalar_subquery()


def _counts(conn: Connection, site_id: int, batches: Sequence[str]) -> dict[str, int]:
    query = (
        sa.select(decision.c.batch, sa.func.count().label("many"))
        .where(decision.c.batch.in_(batches), decision.c.site_id == site_id)
        .group_by(decision.c.batch)
    )
    return {row.batch: row.many for row in conn.execute(query)}


def _line(conn: Connection, site_id: int, last: PastEntry, count: int, entries_each: int) -> PastLine:
    if count == 1:
        return PastLine(last, 1, [])
    query = _select().where(decision.c.site_id == site_id, decision.c.batch == last.batch)
    rows = conn.execute(query.order_by(decision.c.number.desc()).limit(entries_each))
    return PastLine(last, count, [_entry(row) for row in rows])


def _select() -> sa.Select[Any]:
    return (
        sa.select(decision, comment.c.public_id, comment.c.name.label("writer"), moderator.c.name.label("moderator"))
        .outerjoin(comment, comment.c.id == decision.c.comment_id)
        .outerjoin(moderator, moderator.c.id == decision.c.moderator_id)
    )


def _entry(row: Any) -> PastEntry:  # noqa: ANN401 - a row of `_select`
    return PastEntry(
        number=row.number,
        act=Act(row.decision),
        subject=row.subject,
        comment=row.public_id,
        name=row.writer,
        moderator=row.moderator,
        from_status=None if row.from_status is None else CommentStatus(row.from_status),
        to_status=None if row.to_status is None else CommentStatus(row.to_status),
        reason=row.reason,
        details=row.details,
        batch=row.batch,
        created_at=row.created_at,
    )
