"""Comments by the ids that they had in another program."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.store.schema import comment, import_ledger


def visible_at(conn: Connection, thread_id: int, wanted: Collection[tuple[str, str]]) -> str | None:
    """Public id of the visible comment of a thread with one of these (source, id there); None if there is none."""
    keys = sa.tuple_(import_ledger.c.source, import_ledger.c.source_id)
    query = (
        sa.select(comment.c.public_id)
        .join(import_ledger, import_ledger.c.comment_id == comment.c.id)
        .where(import_ledger.c.thread_id == thread_id, keys.in_(wanted), comment.c.is_visible)
        .order_by(comment.c.id)
        .limit(1)
    )
    return conn.execute(query).scalar_one_or_none()
