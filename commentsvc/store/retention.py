"""What has been kept long enough: found without holding anybody up, then erased in small transactions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.acts import Act
from commentsvc.domain.rights import Erased
from commentsvc.domain.status import CommentStatus
from commentsvc.store import authors, erasing, history, sessions, threads
from commentsvc.store.schema import appeal, author, claim, comment, invitation, outbox, report, sign_in_link, site

OUTBOX_KEPT = timedelta(days=30)
"""What was sent, failed or was never wanted is of no use after this time."""
REPORTS_KEPT = timedelta(days=30)
"""As long as the decision that settled them can be undone."""
_LOOKED_AT = 1_000

_REFUSED = (CommentStatus.REJECTED, CommentStatus.SPAM, CommentStatus.DELETED)
_NOT_APPROVED = sa.text("comment.status <> 'approved'")
"""As the index has it: SQLite recognises it only so."""


@dataclass(frozen=True, slots=True)
class SessionsKept:
    """How long moderators' sessions last."""

    idle: timedelta
    absolute: timedelta


def addresses_due(
    conn: Connection, site_id: int, *, before: datetime | None, now: datetime, after_row_id: int, limit: int
) -> list[int]:
    """Authors of a site whose address has been kept long enough, by row id.

    Args:
        conn: In a transaction.
        site_id: Row id.
        before: Nobody who wrote, or was written to, since then; None: addresses are kept for ever.
        now: For blocks: an index that was kept for one goes when it ends.
        after_row_id: The last author that was looked at.
        limit: The most to give.
    """
    # The site is only compared, not searched for: by its index, SQLite looks at all its authors and sorts them first.
    is_here = author.c.site_id + 0 == site_id
    query = sa.select(author.c.id).where(is_here, author.c.id > after_row_id, _is_address_due(before, now))
    return list(conn.execute(query.order_by(author.c.id).limit(limit)).scalars())


def erase_addresses(
    conn: Connection, site_id: int, row_ids: Sequence[int], *, before: datetime | None, now: datetime
) -> Erased:
    """Erase the addresses of those who are still due; somebody may have written meanwhile."""
    history.lock(conn, [site_id])
    query = sa.select(author.c.id).where(author.c.id.in_(row_ids), _is_address_due(before, now))
    still = list(conn.execute(query.with_for_update()).scalars())
    done = Erased(addresses=erasing.erase_addresses(conn, still, now=now) if still else 0)
    erasing.write_down(conn, Act.RETENTION, site_id, done, now=now)
    return done


def erase_words(conn: Connection, site_id: int, *, before: datetime, now: datetime, limit: int) -> Erased:
    """Erase the words of comments refused before a moment, unless their writer still waits for an answer."""
    columns = (comment.c.id, comment.c.thread_id, comment.c.author_id, comment.c.status)
    waits = sa.exists().where(appeal.c.comment_id == comment.c.id, appeal.c.answered_at.is_(None))
    due = sa.select(*columns).where(
        comment.c.site_id == site_id,
        comment.c.erased_at.is_(None),
        comment.c.decided_at.is_not(None),
        _NOT_APPROVED,
        comment.c.status.in_(_REFUSED),
        comment.c.decided_at < before,
        ~waits,
    )
    query = due.order_by(comment.c.decided_at).limit(limit)
    first = conn.execute(query).all()
    if not first:
        return Erased()
    threads.lock(conn, {row.thread_id for row in first})
    history.lock(conn, [site_id])
    rows = conn.execute(due.where(comment.c.id.in_([row.id for row in first]))).all()  # as they are behind the lock
    erasing.erase_words(conn, rows, is_moved=False, now=now)
    done = Erased(words=len(rows), is_finished=len(first) < limit)
    erasing.write_down(conn, Act.RETENTION, site_id, done, now=now)
    return done


def sweep(conn: Connection, *, kept: SessionsKept, now: datetime) -> int:
    """Remove old mails from the outbox and reports settled long ago, up to 1,000 each, and whatever has expired.

    Returns:
        How many mails and reports were removed.
    """
    old = sa.select(outbox.c.id).where(outbox.c.created_at < now - OUTBOX_KEPT).limit(_LOOKED_AT)
    removed = conn.execute(sa.delete(outbox).where(outbox.c.id.in_(old))).rowcount
    settled = sa.select(report.c.comment_id, report.c.reader).where(report.c.settled_at < now - REPORTS_KEPT)
    theirs = sa.tuple_(report.c.comment_id, report.c.reader).in_(settled.limit(_LOOKED_AT))
    removed += conn.execute(sa.delete(report).where(theirs)).rowcount
    sessions.end_old(conn, seen_before=now - kept.idle, created_before=now - kept.absolute)
    for table in (sign_in_link, invitation, claim):
        conn.execute(sa.delete(table).where(table.c.expires_at <= now))
    return int(removed)


def begun_at(conn: Connection) -> datetime | None:
    """When the first site was registered."""
    found: datetime | None = conn.execute(sa.select(sa.func.min(site.c.created_at))).scalar_one()
    return found


def _is_address_due(before: datetime | None, now: datetime) -> sa.ColumnElement[bool]:
    was_kept_for_a_block = sa.and_(
        author.c.address_erased_at.is_not(None), author.c.blind_index.is_not(None), ~erasing.is_blocked(now)
    )
    if before is None:
        return was_kept_for_a_block
    wrote_since = sa.exists().where(comment.c.author_id == author.c.id, comment.c.created_at >= before)
    is_old = sa.and_(
        authors.has_address(),
        author.c.first_seen_at < before,
        sa.or_(author.c.last_told_at.is_(None), author.c.last_told_at < before),
        ~wrote_since,
    )
    return sa.or_(was_kept_for_a_block, is_old)
