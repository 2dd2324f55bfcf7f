"""What a claimed notice tells, and to whom, looked up at the moment of sending; None if it is no longer wanted."""

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.comment import HeldComment
from commentsvc.domain.notices import Event, NoticeWish, WebhookFormat
from commentsvc.domain.site import Site
from commentsvc.domain.status import CommentStatus
from commentsvc.store import queue, sites
from commentsvc.store.outbox import Notice
from commentsvc.store.schema import appeal, comment, membership, moderator, webhook

OLDEST = 5
"""Comments that a digest shows."""
COUNT_UP_TO = 1_000


@dataclass(frozen=True, slots=True)
class Told:
    """A comment that a notice is about."""

    comment: HeldComment
    version: int
    """Its state version: what is signed now decides nothing once it has moved on."""
    appeal: str | None
    """What its writer has to say against the decision."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """The moderator who gets a mail."""

    id: int
    name: str
    sealed_email: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class CommentMail:
    """A mail about one comment."""

    event: Event
    to: Recipient
    site: Site
    told: Told

    @property
    def is_decidable(self) -> bool:
        """Whether the comment waits, so that its moderator may decide by mail."""
        return self.told.comment.status is CommentStatus.PENDING


@dataclass(frozen=True, slots=True)
class DigestMail:
    """A mail about all that waits on a site."""

    to: Recipient
    site: Site
    count: int
    """Counted up to 1,000."""
    oldest: list[HeldComment]


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a webhook."""

    event: Event
    webhook: str
    """Public id."""
    url: str = field(repr=False)
    format: WebhookFormat
    site: Site
    told: Told | None
    """None for a test."""


def mail(conn: Connection, notice: Notice) -> CommentMail | DigestMail | None:
    """What a mail tells; None if its moderator has left or wants no such mail, or nothing waits any more."""
    wish = NoticeWish.DIGEST if notice.event is Event.DIGEST else NoticeWish.EACH
    to = _recipient(conn, notice, wish)
    if to is None:
        return None
    site = sites.with_ids(conn, [notice.site_id])[0]
    if notice.event is Event.DIGEST:
        return _digest(conn, to, site)
    told = _told(conn, notice)
    return None if told is None else CommentMail(notice.event, to, site, told)


def call(conn: Connection, notice: Notice) -> Call | None:
    """What a webhook is told; None if it is switched off, or the comment does not wait any more."""
    row = conn.execute(sa.select(webhook).where(webhook.c.id == notice.webhook_id)).one()
    told = _told(conn, notice)
    is_test = notice.event is Event.WEBHOOK_TEST
    if (row.disabled_at is not None or told is None) and not is_test:
        return None
    site = sites.with_ids(conn, [notice.site_id])[0]
    return Call(notice.event, row.public_id, row.url, WebhookFormat(row.format), site, told)


def _recipient(conn: Connection, notice: Notice, wish: NoticeWish) -> Recipient | None:
    query = (
        sa.select(moderator.c.id, moderator.c.name, moderator.c.sealed_email)
        .join(membership, membership.c.moderator_id == moderator.c.id)
        .where(moderator.c.id == notice.moderator_id, moderator.c.disabled_at.is_(None))
        .where(membership.c.site_id == notice.site_id, membership.c.notices == wish)
    )
    row = conn.execute(query).first()
    return None if row is None else Recipient(row.id, row.name, row.sealed_email)


def _told(conn: Connection, notice: Notice) -> Told | None:
    query = (
        sa.select(comment.c.public_id, comment.c.state_version, appeal.c.text)
        .outerjoin(appeal, appeal.c.comment_id == comment.c.id)
        .where(comment.c.id == notice.comment_id)
    )
    row: Any = conn.execute(query).first()
    held = None if row is None else queue.one(conn, row.public_id, site_ids=[notice.site_id])
    if held is None or (notice.event is Event.COMMENT_PENDING and held.status is not CommentStatus.PENDING):
        return None
    return Told(held, row.state_version, row.text)


def _digest(conn: Connection, to: Recipient, site: Site) -> DigestMail | None:
    waiting = queue.page(conn, CommentStatus.PENDING, site_ids=[site.id], after=None, limit=OLDEST)
    if not waiting.comments:
        return None
    count = queue.counts(conn, site_ids=[site.id], up_to=COUNT_UP_TO)[CommentStatus.PENDING]
    return DigestMail(to, site, count, waiting.comments)
