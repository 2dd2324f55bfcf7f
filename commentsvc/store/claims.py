"""Who looks at which waiting comment just now: a request to others to take another one; it locks nothing."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.status import CommentStatus
from commentsvc.store.schema import claim, comment, moderator
from commentsvc.store.upsert import insert_or_ignore

LASTS = timedelta(minutes=2)
"""Without being renewed."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody looks at a comment."""

    comment: str
    """Public id."""
    site_id: int
    moderator_id: int
    name: str


def take(
    conn: Connection, moderator_id: int, public_ids: Sequence[str], *, site_ids: Collection[int], now: datetime
) -> list[str]:
    """Claim these comments instead of those that one had claimed; the ones that are had, in the order given.

    What somebody else looks at, what does not wait and what is another site's is left out.
    """
    conn.execute(sa.delete(claim).where(sa.or_(claim.c.moderator_id == moderator_id, claim.c.expires_at <= now)))
    waiting = sa.select(comment.c.public_id, comment.c.id).where(
        comment.c.public_id.in_(public_ids),
        comment.c.site_id.in_(site_ids),
        comment.c.status == CommentStatus.PENDING,
    )
    rows = {row.public_id: row.id for row in conn.execute(waiting)}
    had: list[str] = []
    for public_id in dict.fromkeys(public_ids):
        if public_id not in rows:
            continue
        values = {"comment_id": rows[public_id], "moderator_id": moderator_id, "expires_at": now + LASTS}
        if insert_or_ignore(conn, claim, values, unique=["comment_id"]) is not None:
            had.append(public_id)
    return had


def held(conn: Connection, public_ids: Collection[str], *, but_by: int, now: datetime) -> dict[str, str]:
    """Public id → the name of somebody else who looks at it."""
    rows = conn.execute(_HELD, {"now": now, "public_ids": list(public_ids), "but_by": but_by})
    return {row.public_id: row.name for row in rows}


def all_claims(conn: Connection, *, now: datetime, limit: int) -> list[Claim]:
    """Everything that anybody looks at."""
    rows = conn.execute(_CURRENT.order_by(claim.c.comment_id).limit(limit), {"now": now})
    return [Claim(row.public_id, row.site_id, row.moderator_id, row.name) for row in rows]


_CURRENT = (
    sa.select(comment.c.public_id, comment.c.site_id, claim.c.moderator_id, moderator.c.name)
    .join(comment, comment.c.id == claim.c.comment_id)
    .join(moderator, moderator.c.id == claim.c.moderator_id)
    .where(claim.c.expires_at > sa.bindparam("now"))
)
_HELD = _CURRENT.where(
    comment.c.public_id.in_(sa.bindparam("public_ids", expanding=True)),
    claim.c.moderator_id != sa.bindparam("but_by"),
)
