"""Which notices a moderator wants of a site, and the secret link to its feed."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.ids import new_public_id
from commentsvc.domain.notices import NoticeWish
from commentsvc.store.schema import feed_link, membership, moderator


@dataclass(frozen=True, slots=True)
class FeedReader:
    """Whose feed is asked for."""

    moderator_id: int
    site_id: int


def wish(conn: Connection, *, moderator_id: int, site_id: int) -> NoticeWish:
    """What a member wants."""
    query = sa.select(membership.c.notices).where(*_member(moderator_id, site_id))
    return NoticeWish(conn.execute(query).scalar_one())


def set_wish(conn: Connection, new: NoticeWish, *, moderator_id: int, site_id: int, now: datetime) -> None:
    """Change what a member wants; the first digest comes at the next hour for digests."""
    values = {"notices": new, "digest_sent_at": now if new is NoticeWish.DIGEST else None}
    conn.execute(sa.update(membership).where(*_member(moderator_id, site_id)).values(values))


def feed_made_at(conn: Connection, *, moderator_id: int, site_id: int) -> datetime | None:
    """When a member's feed link was made; None if there is none."""
    query = sa.select(feed_link.c.created_at).where(*_feed(moderator_id, site_id))
    made_at: datetime | None = conn.execute(query).scalar_one_or_none()
    return made_at


def replace_feed(conn: Connection, id_digest: bytes, *, moderator_id: int, site_id: int, now: datetime) -> None:
    """Give a member a new feed link; an older one ends."""
    remove_feed(conn, moderator_id=moderator_id, site_id=site_id)
    values = {"moderator_id": moderator_id, "site_id": site_id, "created_at": now}
    conn.execute(sa.insert(feed_link).values(id_digest=id_digest, public_id=new_public_id(), **values))


def remove_feed(conn: Connection, *, moderator_id: int, site_id: int) -> None:
    """End a member's feed link."""
    conn.execute(sa.delete(feed_link).where(*_feed(moderator_id, site_id)))


def feed_reader(conn: Connection, id_digest: bytes) -> FeedReader | None:
    """Whose link this is; None if there is none, or its owner has left the site or is disabled."""
    is_member = sa.and_(
        membership.c.moderator_id == feed_link.c.moderator_id, membership.c.site_id == feed_link.c.site_id
    )
    query = (
        sa.select(feed_link.c.moderator_id, feed_link.c.site_id)
        .join(membership, is_member)
        .join(moderator, moderator.c.id == feed_link.c.moderator_id)
        .where(feed_link.c.id_digest == id_digest, moderator.c.disabled_at.is_(None))
    )
    row = conn.execute(query).first()
    return None if row is None else FeedReader(row.moderator_id, row.site_id)


def _member(moderator_id: int, site_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return membership.c.moderator_id == moderator_id, membership.c.site_id == site_id


def _feed(moderator_id: int, site_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return feed_link.c.moderator_id == moderator_id, feed_link.c.site_id == site_id
