"""What is held under one address: found for whoever holds its mailbox, and shown whole."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.notices import Event
from commentsvc.domain.rights import (
    FormerWords,
    HeldMail,
    HeldPerson,
    HeldWords,
    OwnAppeal,
    OwnSubscription,
    ToldDecision,
)
from commentsvc.domain.status import CommentStatus
from commentsvc.store import authors, outbox
from commentsvc.store.erasing import is_blocked
from commentsvc.store.schema import (
    appeal,
    author,
    comment,
    comment_link,
    comment_version,
    decision,
    subscription,
    thread,
)
from commentsvc.store.schema import outbox as mail

MOST_MAILS = 3
"""Links that one address is sent within `MAILS_WITHIN`."""
MAILS_WITHIN = timedelta(hours=6)
_AT_ONCE = 500

_parent = comment.alias("parent")


def ask(conn: Connection, *, site_id: int, blind_indexes: Sequence[bytes], now: datetime) -> None:
    """Leave word in the outbox that somebody who gave an address asks what is held about it.

    For an address that is unknown, or has had its mails, a row is written as well, to nobody: so all of them cost the
    same.
    """
    author_id = authors.find(conn, site_id=site_id, blind_indexes=blind_indexes)
    lately = (
        mail.c.author_id == (0 if author_id is None else author_id),
        mail.c.event == Event.DATA_ASKED,
        mail.c.created_at > now - MAILS_WITHIN,
    )
    sent = conn.execute(sa.select(sa.func.count()).select_from(mail).where(*lately)).scalar_one()
    outbox.add_data_mail(conn, site_id=site_id, author_id=author_id if sent < MOST_MAILS else None, now=now)


@dataclass(frozen=True, slots=True)
class Known:
    """An author by row ids."""

    author_id: int
    site_id: int


def author_of(conn: Connection, public_id: str) -> Known | None:
    """The author whom a link names; None once the address is erased."""
    mine = (author.c.public_id == public_id, authors.has_address())
    row = conn.execute(sa.select(author.c.id, author.c.site_id).where(*mine)).first()
    return None if row is None else Known(row.id, row.site_id)


def person(conn: Connection, author_id: int, *, now: datetime) -> HeldPerson:
    """What is held about an author, without the comments; it must exist."""
    written = sa.select(sa.func.count()).where(comment.c.author_id == author.c.id).scalar_subquery()
    read = [column for column in author.c if column.name != "sealed_email"]
    columns = (*read, written.label("comments"), is_blocked(now).label("is_blocked"))
    row = conn.execute(sa.select(*columns).where(author.c.id == author_id)).one()
    return HeldPerson(
        row_id=row.id,
        has_sealed_address=row.blind_index is not None and row.address_erased_at is None,
        has_blind_index=row.blind_index is not None,
        first_seen_at=row.first_seen_at,
        confirmed_at=row.confirmed_at,
        last_told_at=row.last_told_at,
        muted_at=row.muted_at,
        approved=row.approved_count,
        rejected=row.rejected_count,
        spam=row.spam_count,
        comments=row.comments,
        is_blocked=row.is_blocked,
        subscriptions=_subscriptions(conn, author_id),
        mails=_mails(conn, author_id),
    )


def words(conn: Connection, author_id: int, *, newest: int | None = None) -> list[HeldWords]:
    """The author's comments in every status, the newest first.

    Args:
        conn: In a transaction.
        author_id: Row id.
        newest: Only so many; None: all of them.
    """
    query = (
        sa.select(comment, thread.c.url, thread.c.title, _parent.c.public_id.label("parent_public_id"))
        .join(thread, thread.c.id == comment.c.thread_id)
        .outerjoin(_parent, _parent.c.id == comment.c.parent_id)
        .where(comment.c.author_id == author_id)
        .order_by(comment.c.id.desc())
        .limit(newest)
    )
    return [each for rows in conn.execute(query).partitions(_AT_ONCE) for each in _with_what_belongs(conn, rows)]


def _with_what_belongs(conn: Connection, rows: Sequence[Any]) -> Iterator[HeldWords]:
    ids = [row.id for row in rows]
    decisions = _by_comment(conn, decision, ids, decision.c.to_status.is_not(None))
    former, links = _by_comment(conn, comment_version, ids), _by_comment(conn, comment_link, ids)
    appeals = _by_comment(conn, appeal, ids)
    for row in rows:
        asked = appeals[row.id][0] if appeals[row.id] else None
        yield HeldWords(
            id=row.public_id,
            url=row.url,
            title=row.title,
            parent=row.parent_public_id,
            name=row.name,
            website=row.website,
            source=row.source,
            status=CommentStatus(row.status),
            message=row.message,
            created_at=row.created_at,
            edited_at=row.edited_at,
            edited_by=row.edited_by,
            decided_at=row.decided_at,
            erased_at=row.erased_at,
            likes=row.likes,
            link_domains=sorted(each.domain for each in links[row.id]),
            decisions=[_told(each) for each in decisions[row.id]],
            former=[FormerWords(each.source, each.edited_by, each.replaced_at) for each in former[row.id]],
            appeal=None if asked is None else OwnAppeal(asked.text, asked.created_at, asked.answered_at),
        )


def _by_comment(
    conn: Connection, table: sa.Table, ids: Sequence[int], *also: sa.ColumnElement[bool]
) -> Mapping[int, list[Any]]:
    query = sa.select(table).where(table.c.comment_id.in_(ids), *also).order_by(*table.primary_key)
    found = defaultdict[int, list[Any]](list)
    for row in conn.execute(query):
        found[row.comment_id].append(row)
    return found


def _told(row: Any) -> ToldDecision:  # noqa: ANN401 - a row of the history
    message = row.details.get("message")
    return ToldDecision(
        act=row.decision,
        at=row.created_at,
        from_status=None if row.from_status is None else CommentStatus(row.from_status),
        to_status=CommentStatus(row.to_status),
        message=message if isinstance(message, str) else None,
    )


def _subscriptions(conn: Connection, author_id: int) -> list[OwnSubscription]:
    query = (
        sa.select(subscription, comment.c.public_id.label("comment_public_id"), thread.c.url)
        .join(comment, comment.c.id == subscription.c.comment_id)
        .join(thread, thread.c.id == subscription.c.thread_id)
        .where(subscription.c.author_id == author_id)
        .order_by(subscription.c.id)
    )
    return [
        OwnSubscription(
            comment=row.comment_public_id,
            url=row.url,
            scope=row.scope,
            frequency=row.frequency,
            wants_decision=row.wants_decision,
            created_at=row.created_at,
            confirmed_at=row.confirmed_at,
            ended_at=row.ended_at,
        )
        for row in conn.execute(query)
    ]


def _mails(conn: Connection, author_id: int) -> list[HeldMail]:
    query = sa.select(mail).where(mail.c.author_id == author_id).order_by(mail.c.id)
    return [HeldMail(row.event, row.created_at, row.sent_at, row.failed_at) for row in conn.execute(query)]
