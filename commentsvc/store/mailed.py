"""What stands behind a link in a mail: its moderator, as far as they are still one, and the comment."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.comment import HeldComment, PastDecision
from commentsvc.store import decisions, moderators, queue, sites
from commentsvc.store.schema import comment


@dataclass(frozen=True, slots=True)
class Mailed:
    """A comment as its mail's moderator may see it now."""

    comment: HeldComment
    version: int
    site_id: int
    last: PastDecision | None
    """The last entry of its history."""


def find(conn: Connection, public_id: str, *, moderator_id: int, site_key: str) -> Mailed | None:
    """The comment; None if the moderator is disabled or has left its site, or it is gone."""
    who, site = moderators.by_id(conn, moderator_id), sites.by_key(conn, site_key)
    if who is None or who.is_disabled or site is None or site.id not in who.site_ids:
        return None
    held = queue.one(conn, public_id, site_ids=[site.id])
    if held is None:
        return None
    version = conn.execute(sa.select(comment.c.state_version).where(comment.c.public_id == public_id)).scalar_one()
    past = decisions.past(conn, public_id, site_ids=[site.id])
    return Mailed(held, version, site.id, past[-1] if past else None)
