"""Reports of readers about public comments: made once by each; enough of them hold it; a moderator settles them."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.acts import Act
from commentsvc.domain.errors import NoReportsError, UnknownCommentError
from commentsvc.domain.findings import Finding, Leaning
from commentsvc.domain.notices import Event
from commentsvc.domain.reports import Report, ReportedComment, ReportReason, reports_in_words
from commentsvc.domain.status import CommentStatus
from commentsvc.store import decisions, history, outbox, queue, search_index, submissions, threads
from commentsvc.store.locks import locked_comment
from commentsvc.store.schema import comment, decision, report, site

MOST_HELD = 10
"""Comments of one site that reports hold within `HELD_WITHIN`; others are only listed, lest a crowd empties a site."""
HELD_WITHIN = timedelta(hours=1)
MOST_KEPT = 100
"""Open reports of one comment; what comes after them says nothing new."""


@dataclass(frozen=True, slots=True)
class NewReport:
    """What a reader says of a comment."""

    marks: Sequence[bytes]
    """What it may be stored under, the newest key's first."""
    reason: ReportReason
    text: str | None
    is_counted: bool
    """Whether it helps to hold the comment; the second of a day from one network does not."""


def look(conn: Connection, public_id: str, marks: Sequence[bytes]) -> tuple[str, bool]:
    """Key of the site of a public comment, and whether this reader has reported it.

    Raises:
        UnknownCommentError: Absent, or not public; which of both is not told (404).
    """
    theirs = sa.exists().where(report.c.comment_id == comment.c.id, report.c.reader.in_(marks))
    query = (
        sa.select(site.c.key, theirs.label("has_reported"))
        .join(site, site.c.id == comment.c.site_id)
        .where(comment.c.public_id == public_id, comment.c.status == CommentStatus.APPROVED)
    )
    row = conn.execute(query).first()
    if row is None:
        raise UnknownCommentError
    return row.key, row.has_reported


def add(conn: Connection, public_id: str, new: NewReport, *, hold_at: int, now: datetime) -> None:
    """Write a report down; if there are enough of them, the comment waits for a moderator again.

    A second one by the same reader changes nothing. What a moderator has settled no longer counts, and what reports
    have held once they do not hold again until its words change.

    Args:
        conn: In a transaction that writes.
        public_id: Of the comment.
        new: What is said.
        hold_at: So many that count hold it; 0: none do.
        now: When, to the minute.

    Raises:
        UnknownCommentError: Absent, or not public (404).
    """
    threads.lock(
        conn, conn.execute(sa.select(comment.c.thread_id).where(comment.c.public_id == public_id)).scalars().all()
    )
    _, has_reported = look(conn, public_id, new.marks)  # as it is behind the lock
    row = conn.execute(sa.select(comment).where(comment.c.public_id == public_id)).one()
    if has_reported or _open_count(conn, row.id) >= MOST_KEPT:
        return
    reasons = _counting(conn, row.id) + ([new.reason] if new.is_counted else [])
    may_hold = new.is_counted and 0 < hold_at <= len(reasons) and row.held_by_reports_at is None
    if may_hold:
        history.lock(conn, [row.site_id])
    conn.execute(sa.insert(report).values(_values(row, new, now)))
    if may_hold and not _are_too_many_held(conn, row.site_id, now):
        _hold(conn, row, reasons, now)


def open_ones(conn: Connection, *, site_ids: Collection[int], limit: int) -> list[ReportedComment]:
    """Public comments with reports that nobody has dealt with, those reported last first."""
    last = sa.func.max(report.c.created_at)
    query = (
        sa.select(comment.c.id)
        .join(report, report.c.comment_id == comment.c.id)
        .where(_is_open(site_ids))
        .group_by(comment.c.id)
        .order_by(last.desc(), comment.c.id.desc())
        .limit(limit)
    )
    ids = list(conn.execute(query).scalars())
    found: dict[str, list[Report]] = {}
    theirs = (
        sa.select(comment.c.public_id, report)
        .join(comment, comment.c.id == report.c.comment_id)
        .where(report.c.comment_id.in_(ids), report.c.settled_at.is_(None))
        .order_by(report.c.created_at.desc(), report.c.reader)
    )
    for row in conn.execute(theirs) if ids else ():
        found.setdefault(row.public_id, []).append(Report(ReportReason(row.reason), row.text, row.created_at))
    return [ReportedComment(each, tuple(found[each.id])) for each in queue.these(conn, ids, site_ids=site_ids)]


def count_open(conn: Connection, *, site_ids: Collection[int], up_to: int) -> int:
    """How many public comments have such reports, counting no further than `up_to`."""
    mine = sa.select(report.c.comment_id).join(comment, comment.c.id == report.c.comment_id).where(_is_open(site_ids))
    return conn.execute(sa.select(sa.func.count()).select_from(mine.distinct().limit(up_to).subquery())).scalar_one()


def dismiss(
    conn: Connection,
    public_id: str,
    *,
    site_ids: Collection[int],
    moderator_id: int,
    now: datetime,
    way: str | None = None,
) -> None:
    """Keep a public comment as it is: its reports are settled, and do not count any more.

    Args:
        conn: In a transaction.
        public_id: Of the comment.
        site_ids: Sites that the moderator looks after.
        moderator_id: Who.
        now: When.
        way: As for `decisions.decide`.

    Raises:
        UnknownCommentError: Absent, or another site's (404).
        NoReportsError: There is none, or it has been settled (409).
    """
    row = locked_comment(conn, public_id, site_ids)
    is_settled = row.status != CommentStatus.APPROVED or decisions.settle_reports(conn, row.id, now) == 0
    if is_settled:
        raise NoReportsError
    history.write(
        conn,
        Act.DISMISS_REPORTS,
        site_id=row.site_id,
        comment_id=row.id,
        subject=row.public_id,
        moderator_id=moderator_id,
        details={} if way is None else {"way": way},
        now=now,
    )


def _is_open(site_ids: Collection[int]) -> sa.ColumnElement[bool]:
    is_public = comment.c.status == CommentStatus.APPROVED
    return sa.and_(report.c.site_id.in_(site_ids), report.c.settled_at.is_(None), is_public)


def _open_count(conn: Connection, comment_id: int) -> int:
    still = (report.c.comment_id == comment_id, report.c.settled_at.is_(None))
    return conn.execute(sa.select(sa.func.count()).select_from(report).where(*still)).scalar_one()


def _counting(conn: Connection, comment_id: int) -> list[ReportReason]:
    counts = (report.c.comment_id == comment_id, report.c.settled_at.is_(None), report.c.is_counted)
    return [ReportReason(reason) for reason in conn.execute(sa.select(report.c.reason).where(*counts)).scalars()]


def _values(row: Any, new: NewReport, now: datetime) -> dict[str, object]:  # noqa: ANN401 - a comment's row
    return {
        "comment_id": row.id,
        "reader": new.marks[0],
        "site_id": row.site_id,
        "reason": new.reason,
        "text": new.text,
        "is_counted": new.is_counted,
        "created_at": now,
    }


def _are_too_many_held(conn: Connection, site_id: int, now: datetime) -> bool:
    """Whether reports have held as many comments of the site lately as they may."""
    holds = sa.select(decision.c.created_at).where(
        decision.c.site_id == site_id, decision.c.decision == Act.HOLD_REPORTED
    )
    lately = conn.execute(holds.order_by(decision.c.number.desc()).limit(MOST_HELD)).scalars().all()
    return len(lately) == MOST_HELD and lately[-1] > now - HELD_WITHIN


def _hold(conn: Connection, row: Any, reasons: Sequence[ReportReason], now: datetime) -> None:  # noqa: ANN401 - a comment's row
    finding = Finding("reports", Leaning.HOLD, reports_in_words(reasons))
    decisions.hold_again(conn, row, Act.HOLD_REPORTED, details={"reports": len(reasons)}, now=now)
    values = {"findings": [*row.findings, asdict(finding)], "held_by_reports_at": now}
    conn.execute(sa.update(comment).where(comment.c.id == row.id).values(values))
    submissions.note_findings(conn, row.id, row.site_id, [finding])
    search_index.renew(conn, [row.id])
    outbox.add_event(conn, Event.COMMENT_PENDING, row.public_id, now=now)
