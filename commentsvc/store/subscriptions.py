"""What writers want to be told: the wish, its confirmation, its changes and its end."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.ids import new_public_id
from commentsvc.domain.notices import Channel, Event
from commentsvc.domain.status import CommentStatus
from commentsvc.domain.subscriptions import Frequency, Scope, Wish
from commentsvc.store.outbox import NOTICE_DELAY
from commentsvc.store.schema import author, comment, outbox, site, subscription, thread
from commentsvc.store.sites import as_policy

ASKED_AT_MOST = 3
ASKED_WITHIN = timedelta(hours=6)
"""An address is asked for confirmation so often in this time; anybody can type it."""


@dataclass(frozen=True, slots=True)
class Written:
    """Row ids of a new comment and of what it belongs to."""

    id: int
    site_id: int
    thread_id: int
    author_id: int


@dataclass(frozen=True, slots=True)
class Subscription:
    """One subscription as its reader sees it."""

    public_id: str
    site_name: str
    language: str
    """Of the site."""
    article_url: str
    article_title: str | None
    scope: Scope
    frequency: Frequency
    wants_decision: bool
    is_confirmed: bool
    is_ended: bool
    is_muted: bool
    """Whether its reader wants no mail from this site at all."""


def subscribe(
    conn: Connection,
    comment_row: Written,
    wish: Wish,
    *,
    is_proven: bool,
    now: datetime,
) -> None:
    """Keep what the writer of a new comment wants, and have them asked whether they do.

    A typed address proves nothing, not even one that was confirmed before: its reader is asked again, unless the writer
    has proven by a receipt to be who answered the mail. What is written is the same whether the address is known,
    muted, or was asked too often: then the question is done with at once, and nobody can tell by the answer.

    Args:
        conn: In a transaction that writes.
        comment_row: The new comment.
        wish: Something.
        is_proven: Whether the writer is the confirmed reader of the author's address.
        now: When.
    """
    whose = sa.select(author.c.muted_at).where(author.c.id == comment_row.author_id)
    # Locked, so that of two questions at once each counts the other; the thread first, as everywhere; and for no key,
    # because the new comment already holds both rows as what its keys refer to.
    conn.execute(sa.select(thread.c.id).where(thread.c.id == comment_row.thread_id).with_for_update(key_share=True))
    muted_at = conn.execute(whose.with_for_update(key_share=True)).scalar_one()
    values = {
        "public_id": new_public_id(),
        "site_id": comment_row.site_id,
        "author_id": comment_row.author_id,
        "comment_id": comment_row.id,
        "thread_id": comment_row.thread_id,
        "scope": wish.scope,
        "wants_decision": wish.wants_decision,
        "created_at": now,
        "confirmed_at": now if is_proven else None,
    }
    row_id = conn.execute(sa.insert(subscription).values(values).returning(subscription.c.id)).scalar_one()
    asked = _asked(conn, comment_row.author_id, now)  # counted for the muted too: the same statements for everybody
    is_asked = muted_at is None and not is_proven and asked < ASKED_AT_MOST
    _add_mail(conn, Event.SUBSCRIPTION_ASKED, comment_row, row_id, now, sent_at=None if is_asked else now)


def find(conn: Connection, public_id: str) -> Subscription | None:
    """One subscription; None if it is gone."""
    query = (
        sa.select(
            subscription,
            thread.c.url,
            thread.c.title,
            site.c.name.label("site_name"),
            site.c.policy,
            author.c.muted_at,
        )
        .join(thread, thread.c.id == subscription.c.thread_id)
        .join(site, site.c.id == subscription.c.site_id)
        .join(author, author.c.id == subscription.c.author_id)
        .where(subscription.c.public_id == public_id)
    )
    row = conn.execute(query).first()
    if row is None:
        return None
    return Subscription(
        public_id=row.public_id,
        site_name=row.site_name,
        language=as_policy(row.policy).language,
        article_url=row.url,
        article_title=row.title,
        scope=Scope(row.scope),
        frequency=Frequency(row.frequency),
        wants_decision=row.wants_decision,
        is_confirmed=row.confirmed_at is not None,
        is_ended=row.ended_at is not None,
        is_muted=row.muted_at is not None,
    )


def confirm(
    conn: Connection, public_id: str, *, scope: Scope, frequency: Frequency, wants_decision: bool, now: datetime
) -> None:
    """Take the reader's word: the address is theirs, and this is what they want.

    It begins an ended subscription again, and lets mails from the site reach the address again. A decision that was
    made before the first confirmation is told now.
    """
    row = conn.execute(sa.select(subscription).where(subscription.c.public_id == public_id)).one()
    values = {
        "scope": scope,
        "frequency": frequency,
        "wants_decision": wants_decision,
        "confirmed_at": row.confirmed_at or now,
        "ended_at": None,
    }
    conn.execute(sa.update(subscription).where(subscription.c.id == row.id).values(values))
    whose = sa.update(author).where(author.c.id == row.author_id)
    conn.execute(whose.values(confirmed_at=sa.func.coalesce(author.c.confirmed_at, now), muted_at=None))
    if wants_decision and row.confirmed_at is None:
        own = conn.execute(sa.select(comment).where(comment.c.id == row.comment_id)).one()
        if own.status in {CommentStatus.APPROVED, CommentStatus.REJECTED} and own.decided_at != own.created_at:
            _add_mail(conn, Event.DECISION_TOLD, own, row.id, now)


def end(conn: Connection, public_id: str, *, now: datetime) -> None:
    """Send nothing more for one subscription."""
    mine = (subscription.c.public_id == public_id, subscription.c.ended_at.is_(None))
    conn.execute(sa.update(subscription).where(*mine).values(ended_at=now))


def end_all(conn: Connection, public_id: str, *, now: datetime) -> None:
    """Send nothing more to this subscription's address from this site, whoever types it."""
    whose = sa.select(subscription.c.author_id).where(subscription.c.public_id == public_id).scalar_subquery()
    open_ones = (subscription.c.author_id == whose, subscription.c.ended_at.is_(None))
    conn.execute(sa.update(author).where(author.c.id == whose).values(muted_at=now))
    conn.execute(sa.update(subscription).where(*open_ones).values(ended_at=now))


def _asked(conn: Connection, author_id: int, now: datetime) -> int:
    """How often the author was asked lately, or is about to be; questions that were dropped do not count."""
    lately = (outbox.c.event == Event.SUBSCRIPTION_ASKED, outbox.c.created_at > now - ASKED_WITHIN)
    is_real = sa.or_(outbox.c.sent_at.is_(None), outbox.c.attempts > 0)
    query = sa.select(sa.func.count()).select_from(outbox).where(outbox.c.author_id == author_id, *lately, is_real)
    return conn.execute(query).scalar_one()


def _add_mail(
    conn: Connection,
    event: Event,
    comment_row: Any,  # noqa: ANN401 - a comment's row
    subscription_id: int,
    now: datetime,
    *,
    sent_at: datetime | None = None,
) -> None:
    values = {
        "site_id": comment_row.site_id,
        "comment_id": comment_row.id,
        "author_id": comment_row.author_id,
        "subscription_id": subscription_id,
        "event": event,
        "channel": Channel.MAIL,
        "created_at": now,
        "due_at": now + NOTICE_DELAY,
        "sent_at": sent_at,
    }
    conn.execute(sa.insert(outbox).values(values))
