"""What happened since a moment: new comments that wait, and what was done to others."""

import functools
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.acts import Act
from commentsvc.domain.status import CommentStatus
from commentsvc.store.schema import comment, decision, moderator


@dataclass(frozen=True, slots=True)
class Cursor:
    """A moment, told by the newest rows there are; both only grow."""

    comment: int
    decision: int

    def __str__(self) -> str:
        return f"{self.comment}.{self.decision}"


@dataclass(frozen=True, slots=True)
class NewComment:
    """A comment that began to wait."""

    id: str
    site_id: int


@dataclass(frozen=True, slots=True)
class Moved:
    """A comment that has a new status."""

    id: str
    site_id: int
    status: CommentStatus
    act: Act
    moderator_id: int | None
    name: str | None
    batch: str


@dataclass(frozen=True, slots=True)
class News:
    """What happened, oldest first, and the moment until which it is told."""

    comments: list[NewComment]
    moved: list[Moved]
    until: Cursor


def now(conn: Connection) -> Cursor:
    """The present moment; what is not settled yet is still to come."""
    row = conn.execute(_newest(conn.dialect.name)).one()
    return Cursor(row[0] or 0, row[1] or 0)


@functools.cache
def _newest(dialect: str) -> sa.Select[Any]:
    newest = (
        sa.select(sa.func.max(table.c.id)).where(_is_settled(dialect, table)).scalar_subquery()
        for table in (comment, decision)
    )
    return sa.select(*newest)


def since(conn: Connection, cursor: Cursor, *, limit: int, site_ids: Collection[int] | None = None) -> News:
    """What happened after a moment, at most `limit` of each kind.

    Args:
        conn: In a transaction.
        cursor: The moment.
        limit: What is beyond it is told the next time.
        site_ids: Only there; None: everywhere.
    """
    waiting = sa.select(comment.c.id, comment.c.public_id, comment.c.site_id, comment.c.status)
    is_new = (comment.c.id > cursor.comment, _is_settled(conn.dialect.name, comment))
    rows = conn.execute(waiting.where(*is_new).order_by(comment.c.id).limit(limit)).all()
    moves = (
        sa.select(decision, moderator.c.name)
        .outerjoin(moderator, moderator.c.id == decision.c.moderator_id)
        .where(decision.c.id > cursor.decision, _is_settled(conn.dialect.name, decision))
        .order_by(decision.c.id)
        .limit(limit)
    )
    entries = conn.execute(moves).all()
    return News(
        comments=[
            NewComment(row.public_id, row.site_id)
            for row in rows
            if row.status == CommentStatus.PENDING and (site_ids is None or row.site_id in site_ids)
        ],
        moved=[
            Moved(
                id=entry.subject,
                site_id=entry.site_id,
                status=CommentStatus(entry.to_status),
                act=Act(entry.decision),
                moderator_id=entry.moderator_id,
                name=entry.name,
                batch=entry.batch,
            )
            for entry in entries
            if entry.to_status is not None and (site_ids is None or entry.site_id in site_ids)
        ],
        until=Cursor(rows[-1].id if rows else cursor.comment, entries[-1].id if entries else cursor.decision),
    )


def _is_settled(dialect: str, table: sa.Table) -> sa.ColumnElement[bool]:
    """Whether no row with a lower number can still appear.

    PostgreSQL numbers a row when it is written, and shows it when its transaction ends: a later number may be seen
    first, and a cursor that had moved beyond the earlier one would never come back to it. So nothing is told as long as
    a transaction is at work that was there before it. SQLite has one writer.
    """
    if dialect != "postgresql":
        return sa.true()
    oldest_at_work = sa.func.pg_snapshot_xmin(sa.func.pg_current_snapshot())
    written_by: sa.ColumnClause[str] = sa.column("xmin", _selectable=table)
    return sa.func.age(written_by) > sa.func.age(sa.cast(oldest_at_work, _TransactionId))


class _TransactionId(sa.types.UserDefinedType[str]):
    """PostgreSQL's own type of a transaction's number."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        """Its name there."""
        return "xid"
