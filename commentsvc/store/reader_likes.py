"""Likes of readers: one of each for each comment, counted on the comment, known again by a keyed mark."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.errors import UnknownCommentError
from commentsvc.domain.status import CommentStatus
from commentsvc.store import moves, threads
from commentsvc.store.schema import comment, comment_like, site


@dataclass(frozen=True, slots=True)
class Liked:
    """How a public comment stands with a reader."""

    site_key: str
    likes: int
    is_liked: bool
    """By this reader."""


def look(conn: Connection, public_id: str, marks: Sequence[bytes]) -> Liked:
    """How many like a comment, and whether this reader does.

    Args:
        conn: In a transaction.
        public_id: Of the comment.
        marks: What the reader's like may be stored under.

    Raises:
        UnknownCommentError: Absent, or not public; which of both is not told (404).
    """
    row = conn.execute(_LOOK, {"public_id": public_id, "marks": list(marks)}).first()
    if row is None:
        raise UnknownCommentError
    return Liked(row.site_key, row.likes, row.is_liked)


def set_like(conn: Connection, public_id: str, marks: Sequence[bytes], *, is_liked: bool) -> Liked:
    """Like a public comment, or no longer; what is so already changes nothing.

    Args:
        conn: In a transaction that writes.
        public_id: Of the comment.
        marks: What the reader's like may be stored under; a new one under the first.
        is_liked: Whether the reader likes it from now on.

    Raises:
        UnknownCommentError: Absent, or not public (404).
    """
    threads.lock(conn, conn.execute(_THREAD, {"public_id": public_id}).scalars().all())
    found = look(conn, public_id, marks)  # as it is behind the lock
    if found.is_liked is is_liked:
        return found
    row = conn.execute(sa.select(comment.c.id, comment.c.thread_id).where(comment.c.public_id == public_id)).one()
    step = 1 if is_liked else -1
    if is_liked:
        conn.execute(sa.insert(comment_like).values(comment_id=row.id, reader=marks[0]))
    else:
        own = (comment_like.c.comment_id == row.id, comment_like.c.reader.in_(marks))
        conn.execute(sa.delete(comment_like).where(*own))
    conn.execute(sa.update(comment).where(comment.c.id == row.id).values(likes=comment.c.likes + step))
    moves.move_on(conn, [row.thread_id])
    return Liked(found.site_key, found.likes + step, is_liked)


def _look() -> sa.Select[Any]:
    """Put together once: readers ask it often."""
    marks = sa.bindparam("marks", expanding=True, type_=sa.LargeBinary)
    own = sa.exists().where(comment_like.c.comment_id == comment.c.id, comment_like.c.reader.in_(marks))
    return (
        sa.select(site.c.key.label("site_key"), comment.c.likes, own.label("is_liked"))
        .join(site, site.c.id == comment.c.site_id)
        .where(comment.c.public_id == sa.bindparam("public_id"), comment.c.status == CommentStatus.APPROVED)
    )


_LOOK = _look()
_THREAD = sa.select(comment.c.thread_id).where(comment.c.public_id == sa.bindparam("public_id"))
