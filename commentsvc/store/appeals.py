"""Appeals of writers against decisions: made once, answered by another decision or dismissed."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.acts import Act
from commentsvc.domain.appeals import APPEALABLE, WaitingAppeal
from commentsvc.domain.errors import AppealedAlreadyError, AppealNotPossibleError, NoAppealError
from commentsvc.domain.notices import Event
from commentsvc.store import history, outbox, queue
from commentsvc.store.locks import locked_comment
from commentsvc.store.schema import appeal, comment


def add(conn: Connection, public_id: str, text: str, *, site_id: int, now: datetime) -> None:
    """Write an appeal down, with its entry in the history and word of it in the outbox.

    Args:
        conn: In a transaction.
        public_id: Of the comment, proven by its receipt.
        text: Cleaned, at most 1,000 characters.
        site_id: Row id of the receipt's site.
        now: When.

    Raises:
        UnknownCommentError: It is gone (404).
        AppealedAlreadyError: There was an appeal before (409).
        AppealNotPossibleError: It is neither rejected nor spam, or its words were erased (409).
    """
    row = locked_comment(conn, public_id, [site_id])
    if conn.execute(sa.select(appeal.c.comment_id).where(appeal.c.comment_id == row.id)).first() is not None:
        raise AppealedAlreadyError
    if row.status not in APPEALABLE or row.erased_at is not None:
        raise AppealNotPossibleError
    values = {"comment_id": row.id, "site_id": site_id, "text": text, "created_at": now}
    conn.execute(sa.insert(appeal).values(values))
    _write(conn, Act.APPEAL, row, moderator_id=None, message=None, now=now)
    outbox.add_event(conn, Event.COMMENT_APPEALED, public_id, now=now)


def waiting(conn: Connection, *, site_ids: Collection[int], limit: int) -> list[WaitingAppeal]:
    """The appeals that nobody has answered, oldest first."""
    query = (
        sa.select(comment.c.public_id, appeal.c.text, appeal.c.created_at)
        .join(comment, comment.c.id == appeal.c.comment_id)
        .where(_waits(site_ids))
        .order_by(appeal.c.created_at, appeal.c.comment_id)
        .limit(limit)
    )
    rows = conn.execute(query).all()
    comments = queue.some(conn, [row.public_id for row in rows], site_ids=site_ids)
    return [WaitingAppeal(comments[row.public_id], row.text, row.created_at) for row in rows]


def count_waiting(conn: Connection, *, site_ids: Collection[int], up_to: int) -> int:
    """How many wait, counting no further than `up_to`."""
    some = sa.select(appeal.c.comment_id).where(_waits(site_ids)).limit(up_to).subquery()
    return conn.execute(sa.select(sa.func.count()).select_from(some)).scalar_one()


def dismiss(
    conn: Connection,
    public_id: str,
    *,
    site_ids: Collection[int],
    moderator_id: int,
    message: str | None,
    now: datetime,
) -> None:
    """Leave the decision as it is.

    Args:
        conn: In a transaction.
        public_id: Of the comment.
        site_ids: Sites that the moderator looks after.
        moderator_id: Who.
        message: For the writer, instead of what they were told with the decision.
        now: When.

    Raises:
        UnknownCommentError: Absent, or another site's (404).
        NoAppealError: There is none, or it has been answered (409).
    """
    row = locked_comment(conn, public_id, site_ids)
    own = sa.and_(appeal.c.comment_id == row.id, appeal.c.answered_at.is_(None))
    if conn.execute(sa.update(appeal).where(own).values(answered_at=now)).rowcount == 0:
        raise NoAppealError
    if message is not None:
        conn.execute(sa.update(comment).where(comment.c.id == row.id).values(message=message))
    _write(conn, Act.DISMISS_APPEAL, row, moderator_id=moderator_id, message=message, now=now)


def _waits(site_ids: Collection[int]) -> sa.ColumnElement[bool]:
    return sa.and_(appeal.c.site_id.in_(site_ids), appeal.c.answered_at.is_(None))


def _write(
    conn: Connection,
    act: Act,
    row: Any,  # noqa: ANN401 - a comment's row
    *,
    moderator_id: int | None,
    message: str | None,
    now: datetime,
) -> None:
    history.write(
        conn,
        act,
        site_id=row.site_id,
        comment_id=row.id,
        subject=row.public_id,
        moderator_id=moderator_id,
        details={} if message is None else {"message": message},
        now=now,
    )
