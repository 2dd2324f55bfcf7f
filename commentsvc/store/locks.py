"""Who changes a comment waits for others who do: threads are locked first, then histories, always in this order."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.errors import UnknownCommentError
from commentsvc.store import history, threads
from commentsvc.store.schema import comment


def locked_comment(conn: Connection, public_id: str, site_ids: Collection[int]) -> Any:  # noqa: ANN401 - a comment's row
    """The comment's row, after its thread was locked: everybody who decides in a thread waits here.

    Raises:
        UnknownCommentError: Absent, or another site's (404).
    """
    if not lock_comments(conn, [public_id], site_ids):
        raise UnknownCommentError
    return conn.execute(sa.select(comment).where(comment.c.public_id == public_id)).one()


def lock_comments(conn: Connection, public_ids: Collection[str], site_ids: Collection[int]) -> bool:
    """Lock the comments' threads, then their sites' histories; False if there is none."""
    mine = sa.select(comment.c.thread_id, comment.c.site_id).where(
        comment.c.public_id.in_(public_ids), comment.c.site_id.in_(site_ids)
    )
    rows = conn.execute(mine).all()
    threads.lock(conn, {row.thread_id for row in rows})
    history.lock(conn, {row.site_id for row in rows})
    return bool(rows)
