"""A decision, whole, in the caller's one transaction: status, history, what readers see, counts, outbox."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.acts import Act
from commentsvc.domain.comment import PastDecision
from commentsvc.domain.errors import DecisionNotPossibleError, UnknownCommentError, UnseenWordsError
from commentsvc.domain.ids import new_public_id
from commentsvc.domain.notices import Event
from commentsvc.domain.own_words import BY_AUTHOR, words_mark
from commentsvc.domain.status import CommentStatus, Decision, next_status
from commentsvc.store import history, moves, search_index, visibility
from commentsvc.store.locks import lock_comments, locked_comment
from commentsvc.store.outbox import NOTICE_DELAY
from commentsvc.store.schema import (
    appeal,
    author,
    claim,
    comment,
    comment_link,
    decision,
    moderator,
    outbox,
    report,
    thread,
)

UNDO_FOR = timedelta(days=30)
"""Older decisions are not undone; one decides anew."""

_COUNTED = {
    CommentStatus.APPROVED: author.c.approved_count,
    CommentStatus.REJECTED: author.c.rejected_count,
    CommentStatus.SPAM: author.c.spam_count,
}

_DECISIONS = frozenset(Act(verb) for verb in Decision)


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision did."""

    comment: str
    before: CommentStatus
    after: CommentStatus
    batch: str
    """To undo it, alone or with all that was decided in the same go."""


@dataclass(frozen=True, slots=True)
class DecidedMany:
    """What one decision on several comments did."""

    batch: str
    decided: list[Decided] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    """Public ids of those that are gone, or no longer as the moderator saw them; nothing was done to them."""


@dataclass(frozen=True, slots=True)
class _Act:
    """What all entries of one go have in common."""

    act: Act
    moderator_id: int | None
    reason: str | None
    details: Mapping[str, object]
    batch: str
    now: datetime


def decide(  # noqa: PLR0913 - one decision, each part named
    conn: Connection,
    public_id: str,
    verb: Decision,
    *,
    site_ids: Collection[int],
    moderator_id: int | None,
    reason: str | None,
    now: datetime,
    seen: CommentStatus | None = None,
    message: str | None = None,
    batch: str | None = None,
    version: int | None = None,
    words: str | None = None,
    way: str | None = None,
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
        seen: The status that the moderator was shown; None: whatever it is.
        message: For the writer, shown by receipt.
        batch: Shared by what is undone together; None: a batch of its own.
        version: The comment's state version that the moderator was shown; None: whatever it is.
        words: Mark of the words that they were shown (`domain.own_words.words_mark`); None: whatever they are.
        way: ``mail``, ``script`` or ``terminal``; None: by the pages.

    Raises:
        UnknownCommentError: Absent, or another site's (404).
        DecisionNotPossibleError: The status does not allow it, or status or version is not the one seen, or the words
            were erased (409).
        UnseenWordsError: The words are not those seen, or a moderator approves what its writer has changed and does
            not say what was seen (409).
    """
    row = locked_comment(conn, public_id, site_ids)
    before = CommentStatus(row.status)
    if row.erased_at is not None:
        raise DecisionNotPossibleError("its words were erased")
    if (seen is not None and before is not seen) or version not in {None, row.state_version}:
        raise DecisionNotPossibleError(f"seen {seen}, was {before}")
    is_blind = words is None and version is None and row.edited_by == BY_AUTHOR and moderator_id is not None
    if words not in {None, words_mark(row.source)} or (is_blind and verb is Decision.APPROVE):
        raise UnseenWordsError
    details = {name: value for name, value in (("message", message), ("way", way)) if value is not None}
    what = _Act(Act(verb), moderator_id, reason, details, batch or new_public_id(), now)
    _move(conn, row, next_status(before, verb), what, message=message)
    return Decided(public_id, before, next_status(before, verb), what.batch)


def decide_many(  # noqa: PLR0913 - as for `decide`
    conn: Connection,
    public_ids: Iterable[str],
    verb: Decision,
    *,
    site_ids: Collection[int],
    moderator_id: int | None,
    reason: str | None,
    now: datetime,
    seen: CommentStatus | None = None,
    message: str | None = None,
    batch: str | None = None,
    words: Mapping[str, str] | None = None,
    way: str | None = None,
) -> DecidedMany:
    """Carry out the same decision on several comments, each with its own entry in the history.

    What is gone or was decided otherwise meanwhile is left alone and told; the rest is done.

    Args:
        conn: In a transaction; keep the portions small, up to 100, for it holds a lock on each thread.
        public_ids: Of the comments.
        verb: The decision.
        site_ids: As for `decide`.
        moderator_id: Who.
        reason: For the history.
        now: When.
        seen: The status that the moderator was shown.
        message: For the writers.
        batch: Of the portions before this one; None: a new one.
        words: Public id → mark of the words that the moderator was shown, for those of which it is known.
        way: As for `decide`.
    """
    wanted = list(dict.fromkeys(public_ids))
    lock_comments(conn, wanted, site_ids)
    many = DecidedMany(batch or new_public_id())
    for public_id in wanted:
        try:
            done = decide(
                conn,
                public_id,
                verb,
                site_ids=site_ids,
                moderator_id=moderator_id,
                reason=reason,
                now=now,
                seen=seen,
                message=message,
                batch=many.batch,
                words=(words or {}).get(public_id),
                way=way,
            )
        except (UnknownCommentError, DecisionNotPossibleError):
            many.skipped.append(public_id)
        else:
            many.decided.append(done)
    return many


def undo(
    conn: Connection,
    batch: str,
    *,
    site_ids: Collection[int],
    moderator_id: int | None,
    now: datetime,
    since: datetime,
    limit: int | None = None,
) -> DecidedMany:
    """Put every comment of a batch back to where it was, unless somebody has decided on it since.

    Args:
        conn: In a transaction.
        batch: As `Decided.batch` told it.
        site_ids: As for `decide`.
        moderator_id: Who undoes.
        now: When.
        since: Older decisions are not undone.
        limit: Only so many of those that nobody has decided on since, the newest; None: all of the batch.
    """
    query = (
        sa.select(decision.c.number, decision.c.comment_id, decision.c.from_status, comment.c.public_id)
        .join(comment, comment.c.id == decision.c.comment_id)
        .where(decision.c.batch == batch, decision.c.site_id.in_(site_ids), decision.c.created_at >= since)
        .where(decision.c.decision.in_(list(Decision)))
        .order_by(decision.c.number.desc())
    )
    if limit is not None:
        query = query.where(~_is_superseded()).limit(limit)
    entries = conn.execute(query).all()
    lock_comments(conn, [entry.public_id for entry in entries], site_ids)
    many = DecidedMany(new_public_id())
    for entry in entries:
        if _last_move(conn, entry.comment_id) != entry.number:
            many.skipped.append(entry.public_id)
            continue
        row = locked_comment(conn, entry.public_id, site_ids)
        if row.erased_at is not None:
            many.skipped.append(entry.public_id)
            continue
        before, after = CommentStatus(row.status), CommentStatus(entry.from_status)
        what = _Act(Act.UNDO, moderator_id, None, {"of": entry.number}, many.batch, now)
        _withhold_notices(conn, row.id, now)
        _move(conn, row, after, what, message=None)
        many.decided.append(Decided(entry.public_id, before, after, many.batch))
    return many


def publish_own(
    conn: Connection, public_id: str, *, site_id: int, moderator_id: int, details: Mapping[str, object], now: datetime
) -> None:
    """Make a moderator's own reply public, with one entry in the history.

    Args:
        conn: In a transaction.
        public_id: Of the reply, which waits.
        site_id: Row id of its site.
        moderator_id: Who wrote it.
        details: For the history.
        now: When.
    """
    row = locked_comment(conn, public_id, [site_id])
    what = _Act(Act.REPLY, moderator_id, None, details, new_public_id(), now)
    _move(conn, row, CommentStatus.APPROVED, what, message=None)


def hold_again(
    conn: Connection,
    row: Any,  # noqa: ANN401 - a comment's row
    act: Act,
    *,
    details: Mapping[str, object],
    now: datetime,
) -> None:
    """Let a public comment wait for a moderator once more, because of what a reader did; with one entry in the history.

    Args:
        conn: In a transaction.
        row: Locked, and public.
        act: What was done.
        details: For the history.
        now: When.
    """
    what = _Act(act, None, None, details, new_public_id(), now)
    _move(conn, row, CommentStatus.PENDING, what, message=None)


@dataclass(frozen=True, slots=True)
class LastDecision:
    """How a comment came to be where it is."""

    comment: str
    status: CommentStatus
    act: Act
    moderator: str | None
    """Display name; None: the service itself."""
    at: datetime


def last(conn: Connection, public_ids: Collection[str], *, site_ids: Collection[int]) -> list[LastDecision]:
    """The last entry that moved each of these comments, for those that were ever moved."""
    newest = (
        sa.select(sa.func.max(decision.c.id))
        .where(decision.c.comment_id == comment.c.id, decision.c.to_status.is_not(None))
        .correlate(comment)
        .scalar_subquery()
    )
    query = (
        sa.select(comment.c.public_id, comment.c.status, decision.c.decision, decision.c.created_at, moderator.c.name)
        .join(decision, decision.c.id == newest)
        .outerjoin(moderator, moderator.c.id == decision.c.moderator_id)
        .where(comment.c.public_id.in_(public_ids), comment.c.site_id.in_(site_ids))
    )
    return [
        LastDecision(row.public_id, CommentStatus(row.status), Act(row.decision), row.name, row.created_at)
        for row in conn.execute(query)
    ]


def of_batch(conn: Connection, batch: str, *, site_ids: Collection[int]) -> tuple[Act, int] | None:
    """What was done in one go, and to how many comments; None if there is no such batch."""
    query = sa.select(decision.c.decision, sa.func.count()).where(
        decision.c.batch == batch, decision.c.site_id.in_(site_ids), decision.c.to_status.is_not(None)
    )
    row = conn.execute(query.group_by(decision.c.decision).limit(1)).first()
    return None if row is None else (Act(row[0]), row[1])


def past(conn: Connection, public_id: str, *, site_ids: Collection[int]) -> list[PastDecision]:
    """The history of one comment, oldest first."""
    query = (
        sa.select(decision, moderator.c.name)
        .join(comment, comment.c.id == decision.c.comment_id)
        .outerjoin(moderator, moderator.c.id == decision.c.moderator_id)
        .where(comment.c.public_id == public_id, comment.c.site_id.in_(site_ids))
        .order_by(decision.c.id)
    )
    return [
        PastDecision(
            act=Act(row.decision),
            from_status=None if row.from_status is None else CommentStatus(row.from_status),
            to_status=None if row.to_status is None else CommentStatus(row.to_status),
            moderator=row.name,
            reason=row.reason,
            details=row.details,
            batch=row.batch,
            created_at=row.created_at,
        )
        for row in conn.execute(query)
    ]


def _is_superseded() -> sa.Exists:
    """Whether a later entry has moved the same comment."""
    later = decision.alias("later")
    moved = (later.c.comment_id == decision.c.comment_id, later.c.to_status.is_not(None), later.c.id > decision.c.id)
    return sa.exists().where(*moved)


def _last_move(conn: Connection, comment_id: int) -> int | None:
    """Number of the last entry that moved this comment."""
    query = sa.select(decision.c.number).where(decision.c.comment_id == comment_id, decision.c.to_status.is_not(None))
    number: int | None = conn.execute(query.order_by(decision.c.id.desc()).limit(1)).scalar_one_or_none()
    return number


def _move(conn: Connection, row: Any, after: CommentStatus, what: _Act, *, message: str | None) -> None:  # noqa: ANN401 - a comment's row
    """Give a comment its new status, with all that follows from it."""
    before = CommentStatus(row.status)
    values = {"status": after, "decided_at": what.now, "message": message, "state_version": row.state_version + 1}
    if after is not CommentStatus.APPROVED:
        values["pinned_at"] = None
    conn.execute(sa.update(comment).where(comment.c.id == row.id).values(values))
    conn.execute(sa.update(comment_link).where(comment_link.c.comment_id == row.id).values(status=after))
    search_index.move(conn, row.id, before, after)
    conn.execute(sa.delete(claim).where(claim.c.comment_id == row.id))
    history.write(
        conn,
        what.act,
        site_id=row.site_id,
        comment_id=row.id,
        subject=row.public_id,
        moderator_id=what.moderator_id,
        from_status=before,
        to_status=after,
        reason=what.reason,
        details=what.details,
        batch=what.batch,
        now=what.now,
    )
    _answer_appeal(conn, row, what)
    _answer_reports(conn, row, what)
    _count_for_author(conn, row.author_id, before, after)
    _publish_or_hide(conn, row, before, after)
    if what.act is not Act.UNDO:
        _tell_others(conn, row, before, after, what.now)


def _answer_appeal(conn: Connection, row: Any, what: _Act) -> None:  # noqa: ANN401 - a comment's row
    """A decision answers the writer's appeal; undone, it leaves the appeal open again."""
    own = sa.update(appeal).where(appeal.c.comment_id == row.id)
    if what.act is Act.UNDO:
        conn.execute(own.where(appeal.c.answered_at == row.decided_at).values(answered_at=None))
    else:
        conn.execute(own.where(appeal.c.answered_at.is_(None)).values(answered_at=what.now))


def settle_reports(conn: Connection, comment_id: int, now: datetime) -> int:
    """Let what readers reported so far count no more; how many there were."""
    still = (report.c.comment_id == comment_id, report.c.settled_at.is_(None))
    return conn.execute(sa.update(report).where(*still).values(settled_at=now)).rowcount


def _answer_reports(conn: Connection, row: Any, what: _Act) -> None:  # noqa: ANN401 - a comment's row
    """A moderator's decision settles what readers reported; undone, it leaves that open again."""
    if what.act is Act.UNDO:
        these = (report.c.comment_id == row.id, report.c.settled_at == row.decided_at)
        conn.execute(sa.update(report).where(*these).values(settled_at=None))
    elif what.act in _DECISIONS:
        settle_reports(conn, row.id, what.now)


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
        moves.move_on(conn, [row.thread_id], {"approved_count": thread.c.approved_count + step})


def _tell_others(conn: Connection, row: Any, before: CommentStatus, after: CommentStatus, now: datetime) -> None:  # noqa: ANN401 - a comment's row
    """Leave word in the outbox, in the same transaction, of what somebody may have asked to be told."""
    if before is CommentStatus.PENDING or after is CommentStatus.APPROVED:
        values = {
            "site_id": row.site_id,
            "comment_id": row.id,
            "event": f"comment_{after}",
            "created_at": now,
            "due_at": now + NOTICE_DELAY,
        }
        conn.execute(sa.insert(outbox).values(values))


def _withhold_notices(conn: Connection, comment_id: int, now: datetime) -> None:
    """Take back what nobody has been told yet."""
    unsent = sa.and_(outbox.c.comment_id == comment_id, outbox.c.sent_at.is_(None), outbox.c.due_at > now)
    about_decisions = (outbox.c.event.like("comment_%"), outbox.c.event.not_in(list(Event)))
    conn.execute(sa.delete(outbox).where(unsent, *about_decisions))
