"""What waits in the whole installation, counted no further than an alarm needs."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.figures import Figures, NoticeFigures, SiteFigures
from commentsvc.domain.notices import Channel
from commentsvc.domain.status import CommentStatus
from commentsvc.store import queue
from commentsvc.store.schema import comment, outbox, site

COUNTED = 10_000
"""A queue that is longer counts as so long: what is watched every few seconds must cost the same at any length."""


def figures(conn: Connection) -> Figures:
    """All of it, on one snapshot."""
    keys = {row.id: row.key for row in conn.execute(sa.select(site.c.id, site.c.key).order_by(site.c.key))}
    waiting = queue.waiting(conn, site_ids=list(keys), up_to=COUNTED)
    since = {row.id: row.since for row in conn.execute(_WAITING_SINCE)}
    return Figures(
        [SiteFigures(key, waiting[site_id], since[site_id]) for site_id, key in keys.items()],
        [_notices(conn, channel) for channel in Channel],
    )


def _oldest() -> sa.Select[Any]:
    """The creation of each site's first pending comment, by the queue's own index."""
    first = (
        sa.select(comment.c.created_at)
        .where(comment.c.site_id == site.c.id, comment.c.status == CommentStatus.PENDING)
        .order_by(comment.c.site_id, comment.c.status, comment.c.id)
        .limit(1)
        .correlate(site)
        .scalar_subquery()
    )
    return sa.select(site.c.id, first.label("since"))


_WAITING_SINCE = _oldest()


def _notices(conn: Connection, channel: Channel) -> NoticeFigures:
    def count(*which: sa.ColumnElement[bool]) -> int:
        mine = sa.select(outbox.c.id).where(outbox.c.channel == channel, outbox.c.sent_at.is_(None), *which)
        return conn.execute(sa.select(sa.func.count()).select_from(mine.limit(COUNTED).subquery())).scalar_one()

    return NoticeFigures(
        channel, waiting=count(outbox.c.failed_at.is_(None)), failed=count(outbox.c.failed_at.is_not(None))
    )
