"""What a claimed notice tells a reader, looked up at the moment of sending; None if it is no longer wanted or so."""

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.notices import Event
from commentsvc.domain.site import Site
from commentsvc.domain.status import CommentStatus
from commentsvc.domain.subscriptions import Scope
from commentsvc.store import authors, sites
from commentsvc.store.outbox import Notice
from commentsvc.store.schema import author, comment, outbox, subscription, thread

SHOWN = 50
"""Replies that one daily mail shows; of more it tells the number."""


@dataclass(frozen=True, slots=True)
class Article:
    """Where a comment stands."""

    url: str
    title: str | None


@dataclass(frozen=True, slots=True)
class Reply:
    """A comment that a reader is told of."""

    id: str
    name: str
    text: str
    """Its words, without any markup."""
    article: Article
    is_answer: bool
    """Whether it answers the reader's own comment."""


@dataclass(frozen=True, slots=True)
class ReaderMail:
    """A mail to a reader."""

    event: Event
    site: Site
    sealed_email: bytes = field(repr=False)
    subscription: str | None = None
    """Public id; None if the mail belongs to none."""
    author: str | None = None
    """Public id, for the link to what is held."""
    replies: tuple[Reply, ...] = ()
    left_out: int = 0
    """How many more there are than are shown."""
    article: Article | None = None
    is_approved: bool = False
    message: str | None = None
    """What a moderator wants the writer to know of the decision."""


def reader_mail(conn: Connection, notice: Notice) -> ReaderMail | None:
    """What a mail to a reader tells; None if nobody wants to know any more, or it is no longer so.

    Args:
        conn: In a transaction that writes, for `Event.DATA_ASKED`: an author gets a public id when it is first needed.
        notice: Whose event is one for readers.
    """
    if notice.author_id is None:
        return None  # asked for an address that is not known here
    whose = conn.execute(sa.select(author).where(author.c.id == notice.author_id)).one()
    if whose.sealed_email is None:
        return None
    site = sites.with_ids(conn, [notice.site_id])[0]
    if notice.event is Event.DATA_ASKED:
        return ReaderMail(notice.event, site, whose.sealed_email, author=authors.public_id_of(conn, notice.author_id))
    if whose.muted_at is not None:
        return None
    told = _REST[notice.event](conn, notice)
    return None if told is None else ReaderMail(notice.event, site, whose.sealed_email, **told)


def _asked(conn: Connection, notice: Notice) -> dict[str, Any] | None:
    row = _subscription(conn, notice)
    if row is None or row.confirmed_at is not None or row.status in {CommentStatus.SPAM, CommentStatus.DELETED}:
        return None
    return {"subscription": row.public_id}


def _decision(conn: Connection, notice: Notice) -> dict[str, Any] | None:
    row = _subscription(conn, notice)
    is_decided = row is not None and row.status in {CommentStatus.APPROVED, CommentStatus.REJECTED}
    if row is None or not is_decided or row.confirmed_at is None or not row.wants_decision:
        return None
    is_approved = row.status == CommentStatus.APPROVED
    article = Article(row.url, row.title)
    return {"subscription": row.public_id, "article": article, "is_approved": is_approved, "message": row.message}


def _reply(conn: Connection, notice: Notice) -> dict[str, Any] | None:
    replies = _replies(conn, outbox.c.id == notice.id)
    return None if not replies else {"subscription": replies[0][0], "replies": (replies[0][1],)}


def _digest(conn: Connection, notice: Notice) -> dict[str, Any] | None:
    collected = (
        outbox.c.author_id == notice.author_id,
        outbox.c.event == Event.REPLY_DIGEST,
        outbox.c.channel.is_(None),
        outbox.c.sent_at == notice.created_at,
    )
    replies = _replies(conn, sa.and_(*collected))
    if not replies:
        return None
    shown = tuple(reply for _, reply in replies[:SHOWN])
    return {"subscription": replies[0][0], "replies": shown, "left_out": len(replies) - len(shown)}


_REST = {
    Event.SUBSCRIPTION_ASKED: _asked,
    Event.DECISION_TOLD: _decision,
    Event.REPLY_PUBLISHED: _reply,
    Event.REPLY_DIGEST: _digest,
}


def _subscription(conn: Connection, notice: Notice) -> Any:  # noqa: ANN401 - a row, or None
    """The notice's subscription with its own comment, unless it has ended or the comment was erased."""
    query = (
        sa.select(subscription, comment.c.status, comment.c.message, thread.c.url, thread.c.title)
        .join(comment, comment.c.id == subscription.c.comment_id)
        .join(thread, thread.c.id == subscription.c.thread_id)
        .where(subscription.c.id == notice.subscription_id, subscription.c.ended_at.is_(None))
        .where(comment.c.erased_at.is_(None))
    )
    return conn.execute(query).first()


def _replies(conn: Connection, which: sa.ColumnElement[bool]) -> list[tuple[str, Reply]]:
    """Public id of the subscription, and the comment, for each notice whose comment is still public; oldest first."""
    query = (
        sa.select(
            subscription.c.public_id.label("subscription_id"),
            sa.and_(subscription.c.comment_id == comment.c.parent_id).label("is_answer"),
            *(comment.c.public_id, comment.c.name, comment.c.text, thread.c.url, thread.c.title),
        )
        .select_from(outbox)
        .join(subscription, subscription.c.id == outbox.c.subscription_id)
        .join(comment, comment.c.id == outbox.c.comment_id)
        .join(thread, thread.c.id == comment.c.thread_id)
        .where(which, comment.c.status == CommentStatus.APPROVED, comment.c.erased_at.is_(None))
        .where(subscription.c.ended_at.is_(None), subscription.c.confirmed_at.is_not(None))
        .where(subscription.c.scope != Scope.NONE)
        .order_by(comment.c.id)
    )
    return [
        (
            row.subscription_id,
            Reply(row.public_id, row.name, row.text, Article(row.url, row.title), bool(row.is_answer)),
        )
        for row in conn.execute(query)
    ]
