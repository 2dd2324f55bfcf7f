"""A decision, whole, in the caller's one transaction: status, history, what readers see, counts, outbox."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.comment import PastDecision
from commentsvc.domain.errors import UnknownCommentError
from commentsvc.domain.status import CommentStatus, Decision, next_status
from commentsvc.store import threads, visibility
from commentsvc.store.schema import author, comment, decision, moderator, outbox, thread

_COUNTED = {
    CommentStatus.APPROVED: author.c.approved_count,
    CommentStatus.REJECTED: author.c.rejected_count,
    CommentStatus.SPAM: author.c.spam_count,
}


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision did."""

    comment: str
    before: CommentStatus
    after: CommentStatus


def decide(
    conn: Connection,
    public_id: str,
    verb: Decision,
    *,
    site_ids: Collection[int],
    moderator_id: int | None,
    reason: str | None,
    now: datetime,
) -> Decided:
    """Carry out one decision on one comment.

    Args:
        conn: In a transaction.
        public_id: Of the comment.
        verb: The decision.
        site_ids: Sites whose comments the moderator may decide on; others' are as good as absent.
        moderator_id: Who; None: the site's own policy.
        reason: For the history.
        now: When.

    Raises:
        UnknownCommentError: Absent, or another site's (404).
        DecisionNotPossibleError: The status does not allow it (409).
    """
    row = _locked(conn, public_id, site_ids)
    before = CommentStatus(row.status)
    after = next_status(before, verb)
    conn.execute(
        sa.update(comment)
        .where(comment.c.id == row.id)
        .values(status=after, decided_at=now, state_version=comment.c.state_version + 1)
    )
    _write_history(conn, row, verb, before, after, moderator_id=moderator_id, reason=reason, now=now)
    _count_for_author(conn, row.author_id, before, after)
    _publish_or_hide(conn, row, before, after)
    _tell_others(conn, row, before, after, now)
    return Decided(public_id, before, after)


def history(conn: Connection, public_id: str, *, site_ids: Collection[int]) -> list[PastDecision]:
    """The decisions on one comment, oldest first."""
    query = (
        sa.select(decision, moderator.c.name)
        .join(comment, comment.c.id == decision.c.comment_id)
        .outerjoin(moderator, moderator.c.id == decision.c.moderator_id)
        .where(comment.c.public_id == public_id, comment.c.site_id.in_(site_ids))
        .order_by(decision.c.id)
    )
    return [
        PastDecision(
            decision=Decision(row.decision),
            from_status=CommentStatus(row.from_status),
            to_status=CommentStatus(row.to_status),
            moderator=row.name,
            reason=row.reason,
            created_at=row.created_at,
        )
        for row in conn.execute(query)
    ]


def _locked(conn: Connection, public_id: str, site_ids: Collection[int]) -> Any:  # noqa: ANN401 - a comment's row
    """The comment's row, after its thread was locked: everybody who decides in a thread waits here."""
    mine = sa.select(comment.c.thread_id).where(comment.c.public_id == public_id, comment.c.site_id.in_(site_ids))
    thread_id = conn.execute(mine).scalar_one_or_none()
    if thread_id is None:
        raise UnknownCommentError
    threads.lock(conn, [thread_id])
    return conn.execute(sa.select(comment).where(comment.c.public_id == public_id)).one()


def _write_history(
    conn: Connection,
    row: Any,  # noqa: ANN401 - a comment's row
    verb: Decision,
    before: CommentStatus,
    after: CommentStatus,
    *,
    moderator_id: int | None,
    reason: str | None,
    now: datetime,
) -> None:
    values = {
        "site_id": row.site_id,
        "comment_id": row.id,
        "moderator_id": moderator_id,
        "decision": verb,
        "from_status": before,
        "to_status": after,
        "reason": reason,
        "created_at": now,
    }
    conn.execute(sa.insert(decision).values(values))


def _count_for_author(conn: Connection, author_id: int, before: CommentStatus, after: CommentStatus) -> None:
    steps = {
        _COUNTED[status].name: _COUNTED[status] + step
        for status, step in ((before, -1), (after, 1))
        if status in _COUNTED
    }
    if steps:
        conn.execute(sa.update(author).where(author.c.id == author_id).values(steps))


def _publish_or_hide(conn: Connection, row: Any, before: CommentStatus, after: CommentStatus) -> None:  # noqa: ANN401 - a comment's row
    step = (after is CommentStatus.APPROVED) - (before is CommentStatus.APPROVED)
    if step > 0:
        visibility.appear(conn, row.id)
    elif step < 0:
        visibility.disappear(conn, row.id)
    if step:
        values = {"approved_count": thread.c.approved_count + step, "revision": thread.c.revision + 1}
        conn.execute(sa.update(thread).where(thread.c.id == row.thread_id).values(values))


def _tell_others(conn: Connection, row: Any, before: CommentStatus, after: CommentStatus, now: datetime) -> None:  # noqa: ANN401 - a comment's row
    """Leave word in the outbox, in the same transaction, of what somebody may have asked to be told."""
    if before is CommentStatus.PENDING or after is CommentStatus.APPROVED:
        values = {
            "site_id": row.site_id,
            "comment_id": row.id,
            "event": f"comment_{after}",
            "created_at": now,
            "due_at": now,
        }
        conn.execute(sa.insert(outbox).values(values))
