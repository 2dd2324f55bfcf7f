"""The outbox: notices written in the transaction of their cause, claimed by workers, sent once.

A row without a channel is an event, or a part of a reader's daily mail. Of each event one row for each recipient is
made. A row with a channel is one mail or one call.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.notices import Cause, Channel, Event, NoticeWish
from commentsvc.domain.status import CommentStatus
from commentsvc.store import authors, reply_notices
from commentsvc.store.compiled_once import CompiledOnce
from commentsvc.store.insert_together import Row
from commentsvc.store.schema import comment, membership, moderator, outbox, webhook

NOTICE_DELAY = timedelta(seconds=10)
"""A notice waits as long as a decision is easily undone; what is undone by then is not told."""

_TOLD_TO_MODERATORS = (Event.COMMENT_PENDING, Event.COMMENT_APPEALED)
_OPEN = (outbox.c.sent_at.is_(None), outbox.c.failed_at.is_(None))
_AT_ONCE = 100
_SAME = ("site_id", "comment_id", "event", "channel", "created_at", "due_at")
_ADD_EVENT = CompiledOnce(
    sa.insert(outbox).from_select(
        ["site_id", "comment_id", "event", "created_at", "due_at"],
        sa.select(
            comment.c.site_id,
            comment.c.id,
            sa.bindparam("told", type_=sa.Text),
            sa.bindparam("now", type_=outbox.c.created_at.type),
            sa.bindparam("due", type_=outbox.c.due_at.type),
        ).where(comment.c.public_id == sa.bindparam("public_id")),
    )
)


@dataclass(frozen=True, slots=True)
class Notice:
    """One mail or one call that a worker has claimed."""

    id: int
    site_id: int
    comment_id: int | None
    event: Event
    channel: Channel
    moderator_id: int | None
    webhook_id: int | None
    author_id: int | None
    subscription_id: int | None
    attempts: int
    """This one included."""
    created_at: datetime


def add_event(conn: Connection, event: Event, comment_public_id: str, *, now: datetime) -> None:
    """Leave word of what happened to a comment, in the transaction in which it happens.

    It is told a little later, so that what is decided or undone at once disturbs nobody.
    """
    values = {"public_id": comment_public_id, "told": event.value, "now": now, "due": now + NOTICE_DELAY}
    _ADD_EVENT.run(conn, values)


def event_row(event: Event, comment_id: int, *, site_id: int, now: datetime) -> Row:
    """The same word as a row, for whoever writes the comment itself with it."""
    values = {"site_id": site_id, "comment_id": comment_id, "event": event.value, "created_at": now}
    return outbox, values | {"due_at": now + NOTICE_DELAY}


def add_data_mail(conn: Connection, *, site_id: int, author_id: int | None, now: datetime) -> None:
    """Send a reader the link to what is held about them.

    Without an author, because the address is not known, the row is written and settled all the same: what was done
    looks alike.
    """
    values = {"channel": Channel.MAIL, "author_id": author_id, "created_at": now, "due_at": now}
    _insert(conn, site_id=site_id, event=Event.DATA_ASKED, **values)


def add_test_call(conn: Connection, webhook_id: int, *, site_id: int, now: datetime) -> None:
    """Have a webhook called once, without a comment."""
    values = {"channel": Channel.WEBHOOK, "webhook_id": webhook_id, "created_at": now, "due_at": now}
    _insert(conn, site_id=site_id, event=Event.WEBHOOK_TEST, **values)


def has_work(conn: Connection, *, channels: Collection[Channel], now: datetime, digest_since: datetime) -> bool:
    """Whether a worker would find anything to do; asked often, so it only reads."""
    waiting = [_events(channels, now), _due(channels, now)]
    if Channel.MAIL in channels:
        waiting += [_digests(digest_since), reply_notices.has_digests(now)]
    asked = [query.limit(1) for query in waiting]
    return any(conn.execute(query).first() is not None for query in asked)


def expand(conn: Connection, *, channels: Collection[Channel], now: datetime, next_digest: datetime) -> int:
    """Make one row for each recipient of the events that are due, up to 100 events.

    Args:
        conn: In a transaction that writes.
        channels: Those that this installation has; nothing is written for others.
        now: When.
        next_digest: When the next daily mails are due.

    Returns:
        How many events were taken; those that nobody wants to hear of, or that are no longer so, are done with too.
    """
    events = conn.execute(_events(channels, now).limit(_AT_ONCE).with_for_update(of=outbox, skip_locked=True)).all()
    for cause in (event for event in events if event.event in list(Cause)):
        reply_notices.tell_readers(conn, cause, now=now, next_digest=next_digest)
    held = _still_holding(conn, [event for event in events if event.event in _TOLD_TO_MODERATORS])
    if held and Channel.MAIL in channels:
        _add_mails(conn, held, now)
    if held and Channel.WEBHOOK in channels:
        _add_calls(conn, held, now)
    if events:
        done = sa.update(outbox).where(outbox.c.id.in_([event.id for event in events]))
        conn.execute(done.values(sent_at=now, claimed_until=None))
    return len(events)


def add_digests(conn: Connection, *, since: datetime, now: datetime) -> int:
    """Make the day's digest for everybody who wants one and has had none since then, if anything waits.

    Returns:
        How many moderators of sites were looked at, up to 100.
    """
    query = _digests(since).limit(_AT_ONCE).with_for_update(of=membership, skip_locked=True)
    members = conn.execute(query).all()
    for member in members:
        if _is_anything_waiting(conn, member.site_id):
            to = {"channel": Channel.MAIL, "moderator_id": member.moderator_id}
            _insert(conn, site_id=member.site_id, event=Event.DIGEST, created_at=now, due_at=now, **to)
        mine = (membership.c.moderator_id == member.moderator_id, membership.c.site_id == member.site_id)
        conn.execute(sa.update(membership).where(*mine).values(digest_sent_at=now))
    return len(members)


def claim(
    conn: Connection, *, channels: Collection[Channel], now: datetime, until: datetime, limit: int
) -> list[Notice]:
    """Take what is due, so that no other worker takes it; the longest due first.

    Args:
        conn: In a transaction that writes.
        channels: Those that the worker can send by.
        now: When.
        until: If the worker has died by then, another one may take it.
        limit: The most to take.
    """
    query = _due(channels, now).order_by(outbox.c.due_at, outbox.c.id).limit(limit)
    rows = conn.execute(query.with_for_update(of=outbox, skip_locked=True)).all()
    taken = {"claimed_until": until, "attempts": outbox.c.attempts + 1}
    conn.execute(sa.update(outbox).where(outbox.c.id.in_([row.id for row in rows])).values(taken))
    return [_notice(row) for row in rows]


def settle(conn: Connection, notice_id: int, now: datetime) -> None:
    """Done with: sent, or no longer wanted."""
    _change(conn, notice_id, sent_at=now, claimed_until=None)


def settle_told(conn: Connection, notice: Notice, now: datetime, *, is_told: bool) -> None:
    """Done with, and noted with its reader, whose address is kept for some time after the last mail.

    A reply that was not told, because it was taken back meanwhile, leaves nothing: published again, it is told.
    """
    if notice.event is Event.REPLY_PUBLISHED and not is_told:
        conn.execute(sa.delete(outbox).where(outbox.c.id == notice.id))
        return
    settle(conn, notice.id, now)
    if is_told and notice.author_id is not None:
        authors.note_told(conn, notice.author_id, now=now)


def postpone(conn: Connection, notice_id: int, *, until: datetime, why: str) -> None:
    """Try again later."""
    _change(conn, notice_id, due_at=until, claimed_until=None, last_error=why)


def give_up(conn: Connection, notice_id: int, *, now: datetime, why: str) -> None:
    """Try no more; the row stays, so that it can be seen."""
    _change(conn, notice_id, failed_at=now, claimed_until=None, last_error=why)


def _events(channels: Collection[Channel], now: datetime) -> sa.Select[Any]:
    """Readers are told by mail alone; without it, their causes wait."""
    told = (*_TOLD_TO_MODERATORS, *(Cause if Channel.MAIL in channels else ()))
    return sa.select(outbox).where(*_OPEN, outbox.c.channel.is_(None), outbox.c.event.in_(told), outbox.c.due_at <= now)


def _due(channels: Collection[Channel], now: datetime) -> sa.Select[Any]:
    is_free = sa.or_(outbox.c.claimed_until.is_(None), outbox.c.claimed_until <= now)
    return sa.select(outbox).where(*_OPEN, outbox.c.channel.in_(channels), outbox.c.due_at <= now, is_free)


def _digests(since: datetime) -> sa.Select[Any]:
    is_due = sa.or_(membership.c.digest_sent_at.is_(None), membership.c.digest_sent_at < since)
    return sa.select(membership).where(membership.c.notices == NoticeWish.DIGEST, is_due)


def _still_holding(conn: Connection, events: Sequence[Any]) -> list[int]:
    """Row ids of the events still worth telling; a comment that somebody has decided on meanwhile does not wait."""
    new = {event.comment_id for event in events if event.event == Event.COMMENT_PENDING}
    waiting = sa.select(comment.c.id).where(comment.c.id.in_(new), comment.c.status == CommentStatus.PENDING)
    still = set(conn.execute(waiting).scalars()) if new else set()
    return [event.id for event in events if event.event != Event.COMMENT_PENDING or event.comment_id in still]


def _add_mails(conn: Connection, event_ids: Sequence[int], now: datetime) -> None:
    """One for each moderator who wants to hear of each comment."""
    wanted = _of_each(event_ids, Channel.MAIL, moderator.c.id, now).join(
        membership, sa.and_(membership.c.site_id == outbox.c.site_id, membership.c.notices == NoticeWish.EACH)
    )
    mails = wanted.join(
        moderator, sa.and_(moderator.c.id == membership.c.moderator_id, moderator.c.disabled_at.is_(None))
    )
    conn.execute(sa.insert(outbox).from_select([*_SAME, "moderator_id"], mails))


def _add_calls(conn: Connection, event_ids: Sequence[int], now: datetime) -> None:
    """One for each webhook of the site."""
    calls = _of_each(event_ids, Channel.WEBHOOK, webhook.c.id, now).join(
        webhook, sa.and_(webhook.c.site_id == outbox.c.site_id, webhook.c.disabled_at.is_(None))
    )
    conn.execute(sa.insert(outbox).from_select([*_SAME, "webhook_id"], calls))


def _of_each(event_ids: Sequence[int], channel: Channel, to: sa.Column[int], now: datetime) -> sa.Select[Any]:
    """What a notice takes over from its event, in the events' order."""
    moment = sa.literal(now, outbox.c.created_at.type)
    same = (outbox.c.site_id, outbox.c.comment_id, outbox.c.event)
    rows = sa.select(*same, sa.literal(channel.value), moment, moment, to).select_from(outbox)
    return rows.where(outbox.c.id.in_(event_ids)).order_by(outbox.c.id, to)


def _is_anything_waiting(conn: Connection, site_id: int) -> bool:
    waits = (comment.c.site_id == site_id, comment.c.status == CommentStatus.PENDING)
    return conn.execute(sa.select(comment.c.id).where(*waits).limit(1)).first() is not None


def _insert(conn: Connection, **values: object) -> None:
    conn.execute(sa.insert(outbox).values(**values))


def _change(conn: Connection, notice_id: int, **values: object) -> None:
    conn.execute(sa.update(outbox).where(outbox.c.id == notice_id).values(**values))


def _notice(row: Any) -> Notice:  # noqa: ANN401 - a row of the outbox
    return Notice(
        id=row.id,
        site_id=row.site_id,
        comment_id=row.comment_id,
        event=Event(row.event),
        channel=Channel(row.channel),
        moderator_id=row.moderator_id,
        webhook_id=row.webhook_id,
        author_id=row.author_id,
        subscription_id=row.subscription_id,
        attempts=row.attempts + 1,
        created_at=row.created_at,
    )
