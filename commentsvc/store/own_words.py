"""A comment's words, changed or deleted by its own writer, whom a receipt has proven."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.acts import Act
from commentsvc.domain.errors import EditNotPossibleError
from commentsvc.domain.findings import Finding
from commentsvc.domain.notices import Event
from commentsvc.domain.own_words import BY_AUTHOR, may_edit_until
from commentsvc.domain.site import Site
from commentsvc.domain.status import CommentStatus
from commentsvc.store import decisions, edits, erasing, history, moves, outbox, remembered, submissions
from commentsvc.store.edits import NewText
from commentsvc.store.locks import locked_comment
from commentsvc.store.schema import comment, comment_finding


def editable(conn: Connection, public_id: str, site: Site, *, at: datetime) -> Any:  # noqa: ANN401 - a comment's row
    """The comment's row, locked: what its writer changes now, no moderator decides on meanwhile.

    Args:
        conn: In a transaction that writes.
        public_id: Of the comment, proven by its receipt.
        site: Of the receipt.
        at: The present moment, exactly.

    Raises:
        UnknownCommentError: It is gone (404).
        EditNotPossibleError: Its time is over, it was decided otherwise, changed by a moderator, or erased (409).
    """
    row = locked_comment(conn, public_id, [site.id])
    until = may_edit_until(
        CommentStatus(row.status),
        row.created_at,
        minutes=site.policy.edit_minutes,
        edited_by=row.edited_by,
        is_erased=row.erased_at is not None,
    )
    if until is None or at >= until:
        raise EditNotPossibleError(f"until {until}")
    return row


def edit(
    conn: Connection,
    row: Any,  # noqa: ANN401 - a comment's row
    new: NewText,
    findings: Sequence[Finding],
    *,
    is_held: bool,
    now: datetime,
) -> None:
    """Replace a comment's words by its writer's new ones, and what screening saw of it.

    Args:
        conn: In the transaction of `editable`.
        row: As that gave it.
        new: What it is to say.
        findings: Of all judges.
        is_held: Whether a public comment waits for a moderator again; readers no longer see it then.
        now: When.
    """
    details = {"before": edits.digest(row.source, new.salt), "after": edits.digest(new.source, new.salt)}
    edits.keep_former(conn, row, new.salt, by=BY_AUTHOR, moderator_id=None, now=now)
    if is_held:
        decisions.hold_again(conn, row, Act.EDIT, details=details, now=now)
        outbox.add_event(conn, Event.COMMENT_PENDING, row.public_id, now=now)
    _note_findings(conn, row, findings)
    status = CommentStatus.PENDING if is_held else CommentStatus(row.status)
    edits.put_words(conn, row, new, status, by=BY_AUTHOR, now=now)
    if is_held:
        return
    if status is CommentStatus.APPROVED:
        moves.move_on(conn, [row.thread_id])
    history.write(
        conn,
        Act.EDIT,
        site_id=row.site_id,
        comment_id=row.id,
        subject=row.public_id,
        moderator_id=None,
        details=details,
        now=now,
    )


def delete(conn: Connection, public_id: str, *, site_id: int, now: datetime) -> CommentStatus:
    """Delete a comment for its writer, its words with it; where others answered, an empty place stays.

    A second time, and when its words are gone already, it changes nothing.

    Args:
        conn: In a transaction that writes.
        public_id: Of the comment, proven by its receipt.
        site_id: Row id of the receipt's site.
        now: When.

    Returns:
        Its status.

    Raises:
        UnknownCommentError: It is gone (404).
    """
    row = locked_comment(conn, public_id, [site_id])
    before = CommentStatus(row.status)
    if row.erased_at is not None:
        return before
    if before not in erasing.MOVED:  # refused: its author's record stays as it is
        gone = {"status": CommentStatus.DELETED, "decided_at": now}
        conn.execute(sa.update(comment).where(comment.c.id == row.id).values(gone))
    erasing.erase_words(conn, [row], is_moved=True, now=now)
    remembered.remember_first(conn, erasing.SCRUB_DUE, value=True)
    history.write(
        conn,
        Act.DELETE_OWN,
        site_id=row.site_id,
        comment_id=row.id,
        subject=row.public_id,
        moderator_id=None,
        from_status=before,
        to_status=CommentStatus.DELETED,
        now=now,
    )
    return CommentStatus.DELETED


def _note_findings(conn: Connection, row: Any, findings: Sequence[Finding]) -> None:  # noqa: ANN401 - a comment's row
    values = {"findings": [asdict(finding) for finding in findings]}
    conn.execute(sa.update(comment).where(comment.c.id == row.id).values(values))
    conn.execute(sa.delete(comment_finding).where(comment_finding.c.comment_id == row.id))
    submissions.note_findings(conn, row.id, row.site_id, findings)
