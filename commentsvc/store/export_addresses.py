"""Sealed addresses for somebody who can open them elsewhere."""

from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.store.schema import author, comment, site


@dataclass(frozen=True, slots=True)
class SealedAddress:
    """The address under which a comment was written, sealed."""

    row_id: int
    """Of the comment."""
    site: str
    """Key."""
    comment: str
    """Public id."""
    name: str
    sealed: bytes = field(repr=False)


def page(conn: Connection, *, site_key: str | None, after: int, limit: int) -> list[SealedAddress]:
    """Comments with an address, by row id.

    Args:
        conn: In a transaction.
        site_key: Of one site; None: of all.
        after: Row id of the last comment of the page before; 0 at first.
        limit: At most so many.
    """
    query = (
        sa.select(comment.c.id, site.c.key, comment.c.public_id, comment.c.name, author.c.sealed_email)
        .join(author, author.c.id == comment.c.author_id)
        .join(site, site.c.id == comment.c.site_id)
        .where(comment.c.id > after, author.c.sealed_email.is_not(None))
        .order_by(comment.c.id)
        .limit(limit)
    )
    if site_key is not None:
        query = query.where(site.c.key == site_key)
    return [SealedAddress(*row) for row in conn.execute(query)]
