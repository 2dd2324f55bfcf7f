"""Of what happened to a comment, the notices for readers who asked to hear of it."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.notices import Cause, Channel, Event
from commentsvc.domain.status import CommentStatus
from commentsvc.domain.subscriptions import Frequency, Scope
from commentsvc.store.schema import author, comment, outbox, subscription

_STATUS = {Cause.COMMENT_APPROVED: CommentStatus.APPROVED, Cause.COMMENT_REJECTED: CommentStatus.REJECTED}
_TOLD = (Event.REPLY_PUBLISHED, Event.REPLY_DIGEST)
_AT_ONCE = 100


def tell_readers(conn: Connection, cause: Any, *, now: datetime, next_digest: datetime) -> None:  # noqa: ANN401 - a row of the outbox
    """Make one row for each reader who wants to know, if it is still so.

    Args:
        conn: In a transaction that writes.
        cause: The event's row in the outbox.
        now: When.
        next_digest: When the next daily mails are due; until then, theirs are collected.
    """
    row = conn.execute(sa.select(comment).where(comment.c.id == cause.comment_id)).one()
    if row.status != _STATUS[Cause(cause.event)] or row.erased_at is not None:
        return
    if row.decided_at != row.created_at:  # else the policy decided at once, and the writer was told by the answer
        _tell_writer(conn, row, now)
    if row.status == CommentStatus.APPROVED:
        _tell_others(conn, row, now, next_digest)


def has_digests(now: datetime) -> sa.Select[Any]:
    """Authors for whom something was collected that is due."""
    return sa.select(author.c.id).where(author.c.id.in_(sa.select(outbox.c.author_id).where(*_collected(now))))


def add_reply_digests(conn: Connection, *, now: datetime) -> int:
    """Make one mail of all that was collected for a reader, for up to 100 readers.

    What was collected is marked with the moment at which the mail was made; by that the mail finds it again.

    Returns:
        For how many.
    """
    query = has_digests(now).limit(_AT_ONCE).with_for_update(of=author, skip_locked=True)
    author_ids = conn.execute(query).scalars().all()
    for author_id in author_ids:
        mine = (outbox.c.author_id == author_id, *_collected(now))
        taken = sa.update(outbox).where(*mine).values(sent_at=now).returning(outbox.c.site_id)
        site_ids = conn.execute(taken).scalars().all()
        if site_ids:  # else another worker was faster
            to = {"channel": Channel.MAIL, "author_id": author_id, "site_id": site_ids[0]}
            conn.execute(sa.insert(outbox).values(event=Event.REPLY_DIGEST, created_at=now, due_at=now, **to))
    return len(author_ids)


def _collected(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    is_open = (outbox.c.sent_at.is_(None), outbox.c.failed_at.is_(None))
    return (*is_open, outbox.c.channel.is_(None), outbox.c.event == Event.REPLY_DIGEST, outbox.c.due_at <= now)


def _tell_writer(conn: Connection, row: Any, now: datetime) -> None:  # noqa: ANN401 - a comment's row
    own = sa.and_(subscription.c.comment_id == row.id, subscription.c.wants_decision)
    for wish in conn.execute(_living(own)).all():
        told = (outbox.c.subscription_id == wish.id, outbox.c.event == Event.DECISION_TOLD)
        unsent = sa.select(outbox.c.id).where(*told, outbox.c.sent_at.is_(None), outbox.c.failed_at.is_(None))
        if conn.execute(unsent.limit(1)).first() is None:
            _add(conn, row, wish, now, event=Event.DECISION_TOLD, channel=Channel.MAIL, due_at=now)


def _tell_others(conn: Connection, row: Any, now: datetime, next_digest: datetime) -> None:  # noqa: ANN401 - a comment's row
    """One notice for each address, however many subscriptions it has, and however often the comment is approved."""
    is_wanted = sa.or_(
        sa.and_(subscription.c.scope == Scope.THREAD, subscription.c.thread_id == row.thread_id),
        sa.and_(subscription.c.scope == Scope.REPLIES, subscription.c.comment_id == row.parent_id),
    )
    told = sa.select(outbox.c.author_id).where(
        outbox.c.comment_id == row.id, outbox.c.event.in_(_TOLD), outbox.c.author_id.is_not(None)
    )
    wishes = _living(is_wanted).where(subscription.c.author_id != row.author_id, subscription.c.author_id.not_in(told))
    each_first = wishes.order_by(subscription.c.frequency == Frequency.DAILY, subscription.c.id)
    done: set[int] = set()
    for wish in conn.execute(each_first).all():
        if wish.author_id not in done:
            done.add(wish.author_id)
            if wish.frequency == Frequency.DAILY:
                _add(conn, row, wish, now, event=Event.REPLY_DIGEST, channel=None, due_at=next_digest)
            else:
                _add(conn, row, wish, now, event=Event.REPLY_PUBLISHED, channel=Channel.MAIL, due_at=now)


def _living(condition: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Subscriptions that are confirmed, not ended, and whose reader wants mail from the site."""
    return (
        sa.select(subscription)
        .join(author, author.c.id == subscription.c.author_id)
        .where(condition, subscription.c.confirmed_at.is_not(None), subscription.c.ended_at.is_(None))
        .where(author.c.muted_at.is_(None), author.c.sealed_email.is_not(None))
    )


def _add(conn: Connection, row: Any, wish: Any, now: datetime, **values: object) -> None:  # noqa: ANN401 - rows
    to = {"site_id": row.site_id, "comment_id": row.id, "author_id": wish.author_id, "subscription_id": wish.id}
    conn.execute(sa.insert(outbox).values(created_at=now, **to, **values))
