"""What readers see of a thread's tree, kept up to date with every decision.

A comment is visible if it is approved, or if something visible stands below it: then it is a tombstone. The number of
visible replies is kept on the direct parent and, for the whole branch, on the root, so that nobody has to count.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.status import CommentStatus
from commentsvc.store.schema import comment

_child = comment.alias("child")


def appear(conn: Connection, row_id: int) -> None:
    """Make a comment visible, and its hidden ancestors with it, as tombstones."""
    next_id: int | None = row_id
    while next_id is not None:
        row = _row(conn, next_id)
        if row.is_visible:
            return
        _set_visible(conn, row, is_visible=True)
        next_id = row.parent_id


def disappear(conn: Connection, row_id: int) -> None:
    """Hide a comment that is not approved, and tombstones above it that hold nothing any more."""
    next_id: int | None = row_id
    while next_id is not None:
        row = _row(conn, next_id)
        if not row.is_visible or row.status == CommentStatus.APPROVED or _has_visible_child(conn, row.id):
            return
        _set_visible(conn, row, is_visible=False)
        next_id = row.parent_id


def disappear_all(conn: Connection, row_ids: Sequence[int]) -> None:
    """The same for many: roots that nobody has answered at once, then the others, a reply before its parent."""
    theirs = (comment.c.id.in_(row_ids), comment.c.is_visible, comment.c.status != CommentStatus.APPROVED)
    is_answered = sa.exists().where(_child.c.parent_id == comment.c.id, _child.c.is_visible)
    alone = sa.update(comment).where(*theirs, comment.c.parent_id.is_(None), ~is_answered)
    conn.execute(alone.values(is_visible=False))
    left = sa.select(comment.c.id).where(*theirs).order_by(comment.c.id.desc())
    for row_id in conn.execute(left).scalars().all():
        disappear(conn, row_id)


def _row(conn: Connection, row_id: int) -> Any:  # noqa: ANN401 - a comment's row
    columns = (comment.c.id, comment.c.parent_id, comment.c.root_id, comment.c.status, comment.c.is_visible)
    return conn.execute(sa.select(*columns).where(comment.c.id == row_id)).one()


def _set_visible(conn: Connection, row: Any, *, is_visible: bool) -> None:  # noqa: ANN401 - a comment's row
    conn.execute(sa.update(comment).where(comment.c.id == row.id).values(is_visible=is_visible))
    above = {row.parent_id, row.root_id} - {None}
    if above:
        step = 1 if is_visible else -1
        counted = sa.update(comment).where(comment.c.id.in_(above))
        conn.execute(counted.values(reply_count=comment.c.reply_count + step))


def _has_visible_child(conn: Connection, row_id: int) -> bool:
    query = sa.select(comment.c.id).where(comment.c.parent_id == row_id, comment.c.is_visible).limit(1)
    return conn.execute(query).first() is not None
