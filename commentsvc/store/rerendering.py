"""Rendering stored comments anew after the markup rules changed."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.comment import Rendered
from commentsvc.store import moves, search_index, threads
from commentsvc.store.schema import comment


@dataclass(frozen=True, slots=True)
class Outdated:
    """A comment that older rules rendered."""

    row_id: int
    public_id: str
    source: str


def outdated(conn: Connection, *, version: int, after_row_id: int, limit: int) -> list[Outdated]:
    """Comments rendered with any other version, by row id."""
    query = (
        sa.select(comment.c.id, comment.c.public_id, comment.c.source)
        .where(comment.c.rendered_with != version, comment.c.id > after_row_id, comment.c.erased_at.is_(None))
        .order_by(comment.c.id)
        .limit(limit)
    )
    return [Outdated(row.id, row.public_id, row.source) for row in conn.execute(query)]


def replace(conn: Connection, results: Sequence[tuple[int, Rendered]]) -> None:
    """Store new results and move the revision of the threads that readers will see changed."""
    ours = comment.c.id.in_([row_id for row_id, _ in results])
    threads.lock(conn, conn.execute(sa.select(comment.c.thread_id).where(ours).distinct()).scalars().all())
    for row_id, rendered in results:
        values = {
            "html": rendered.html,
            "tree": rendered.tree,
            "text": rendered.text,
            "rendered_with": rendered.version,
        }
        conn.execute(sa.update(comment).where(comment.c.id == row_id).values(values))
    search_index.renew(conn, [row_id for row_id, _ in results])
    touched = sa.select(comment.c.thread_id).where(ours, comment.c.is_visible).distinct()
    moves.move_on(conn, conn.execute(touched).scalars().all())
