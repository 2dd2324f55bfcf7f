"""Sealed addresses for somebody who can open them elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.acts import Act
from commentsvc.store import history
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


@dataclass(frozen=True, slots=True)
class SiteShare:
    """How much of an export belongs to one site."""

    site_id: int
    key: str
    comments: int
    last: int
    """Row id of the last of them."""


def shares(conn: Connection, *, site_key: str | None) -> list[SiteShare]:
    """What an export would hold, by site; it reads as much as the export itself, so nothing should wait for it.

    Args:
        conn: In a transaction that only reads.
        site_key: Of one site; None: of all.
    """
    sealed = author.c.sealed_email.is_not(None)
    query = (
        sa.select(site.c.id, site.c.key, sa.func.count(), sa.func.max(comment.c.id))
        .join(comment, comment.c.site_id == site.c.id)
        .join(author, author.c.id == comment.c.author_id)
        .where(sealed if site_key is None else sa.and_(sealed, site.c.key == site_key))
        .group_by(site.c.id, site.c.key)
        .order_by(site.c.id)
    )
    return [SiteShare(*row) for row in conn.execute(query)]


def note(conn: Connection, found: Sequence[SiteShare], *, now: datetime) -> None:
    """Write into the history of each site that its addresses are exported, and how many; never which.

    Args:
        conn: In a transaction that writes.
        found: By site, in the order of `shares`, which is that in which histories are locked.
        now: When.
    """
    for share in found:
        history.write(
            conn,
            Act.EXPORT_ADDRESSES,
            site_id=share.site_id,
            subject=f"site:{share.key}",
            moderator_id=None,
            details={"comments": share.comments},
            now=now,
        )


def page(conn: Connection, *, site_key: str | None, after: int, up_to: int, limit: int) -> list[SealedAddress]:
    """Comments with an address, by row id.

    Args:
        conn: In a transaction.
        site_key: Of one site; None: of all.
        after: Row id of the last comment of the page before; 0 at first.
        up_to: Row id of the last one of all.
        limit: At most so many.
    """
    query = (
        sa.select(comment.c.id, site.c.key, comment.c.public_id, comment.c.name, author.c.sealed_email)
        .join(author, author.c.id == comment.c.author_id)
        .join(site, site.c.id == comment.c.site_id)
        .where(comment.c.id > after, comment.c.id <= up_to, author.c.sealed_email.is_not(None))
        .order_by(comment.c.id)
        .limit(limit)
    )
    if site_key is not None:
        query = query.where(site.c.key == site_key)
    return [SealedAddress(*row) for row in conn.execute(query)]
