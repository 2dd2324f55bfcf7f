"""Pinned comments: a few roots that stand first in their thread."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.acts import Act
from commentsvc.domain.errors import PinNotPossibleError
from commentsvc.domain.status import CommentStatus
from commentsvc.store import history, moves
from commentsvc.store.locks import locked_comment
from commentsvc.store.schema import comment

MOST_PINNED = 3
"""In one thread."""


def pin(
    conn: Connection, public_id: str, *, is_pinned: bool, site_ids: Collection[int], moderator_id: int, now: datetime
) -> None:
    """Let a comment stand first in its thread, or no longer; what is so already stays without an entry.

    Args:
        conn: In a transaction.
        public_id: Of a public root.
        is_pinned: What is wanted.
        site_ids: Sites that the moderator looks after.
        moderator_id: Who.
        now: When.

    Raises:
        UnknownCommentError: Absent, or another site's (404).
        PinNotPossibleError: Not public, a reply, or one too many (409).
    """
    row = locked_comment(conn, public_id, site_ids)
    if (row.pinned_at is not None) == is_pinned:
        return
    if is_pinned and not _may_be_pinned(conn, row):
        raise PinNotPossibleError
    pinned_at = now if is_pinned else None
    conn.execute(sa.update(comment).where(comment.c.id == row.id).values(pinned_at=pinned_at))
    moves.move_on(conn, [row.thread_id])
    history.write(
        conn,
        Act.PIN if is_pinned else Act.UNPIN,
        site_id=row.site_id,
        comment_id=row.id,
        subject=row.public_id,
        moderator_id=moderator_id,
        now=now,
    )


def _may_be_pinned(conn: Connection, row: Any) -> bool:  # noqa: ANN401 - a comment's row
    pinned = sa.select(sa.func.count()).where(comment.c.thread_id == row.thread_id, comment.c.pinned_at.is_not(None))
    is_public_root = row.status == CommentStatus.APPROVED and row.root_id is None
    return is_public_root and conn.execute(pinned).scalar_one() < MOST_PINNED
