"""Reading a whole site for its export: threads, then comments, each a stream with a few rows in memory."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.acts import Act
from commentsvc.domain.exports import Addresses, ExportedComment, ExportedStatuses, ExportedThread
from commentsvc.domain.pseudonyms import thread_key
from commentsvc.domain.site import Site
from commentsvc.domain.status import CommentStatus
from commentsvc.store import history
from commentsvc.store.schema import author, comment, thread

_AT_ONCE = 200
_parent = comment.alias("parent")


def note(conn: Connection, site: Site, *, statuses: ExportedStatuses, addresses: Addresses, now: datetime) -> None:
    """Write into a site's history that its comments are exported, and with what."""
    history.write(
        conn,
        Act.EXPORT_COMMENTS,
        site_id=site.id,
        subject=f"site:{site.key}",
        moderator_id=None,
        details={"statuses": statuses, "addresses": addresses},
        now=now,
    )


def count(conn: Connection, site_id: int, statuses: ExportedStatuses) -> int:
    """How many comments the export will have."""
    query = sa.select(sa.func.count()).select_from(comment).where(comment.c.site_id == site_id, _wanted(statuses))
    return conn.execute(query).scalar_one()


def threads(conn: Connection, site_id: int) -> Iterator[ExportedThread]:
    """A site's threads, in the order in which they were made."""
    for row in _paged(conn, sa.select(thread).where(thread.c.site_id == site_id), thread.c.id):
        yield ExportedThread(row.address, row.url, row.title, row.is_open, row.created_at)


def comments(
    conn: Connection, site_id: int, *, statuses: ExportedStatuses, addresses: Addresses
) -> Iterator[ExportedComment]:
    """A site's comments in the order in which they came, so a reply comes after what it answers."""
    query = (
        sa.select(
            comment,
            _parent.c.public_id.label("parent_public_id"),
            thread.c.address,
            thread.c.pseudonym_salt,
        )
        .join(thread, thread.c.id == comment.c.thread_id)
        .outerjoin(_parent, _parent.c.id == comment.c.parent_id)
        .where(comment.c.site_id == site_id, _wanted(statuses))
    )
    if addresses is Addresses.SEALED:
        query = query.join(author, author.c.id == comment.c.author_id).add_columns(author.c.sealed_email)
    for row in _paged(conn, query, comment.c.id):
        yield _exported(row, statuses, getattr(row, "sealed_email", None))


def _wanted(statuses: ExportedStatuses) -> sa.ColumnElement[bool]:
    return sa.true() if statuses is ExportedStatuses.ALL else comment.c.is_visible


def _paged(conn: Connection, query: sa.Select[Any], key: sa.Column[int]) -> Iterator[Any]:
    """By row id, a page at a time: a sorted stream of all would be kept as a whole by one engine or the other."""
    after = 0
    while rows := conn.execute(query.where(key > after).order_by(key).limit(_AT_ONCE)).all():
        yield from rows
        after = rows[-1].id


def _exported(row: Any, statuses: ExportedStatuses, sealed: bytes | None) -> ExportedComment:  # noqa: ANN401 - a comment's row
    is_unwanted = statuses is ExportedStatuses.APPROVED and row.status != CommentStatus.APPROVED
    is_empty = is_unwanted or row.erased_at is not None
    return ExportedComment(
        id=row.public_id,
        parent=row.parent_public_id,
        thread=row.address,
        status=CommentStatus.DELETED if is_unwanted else CommentStatus(row.status),
        name="" if is_empty else row.name,
        website=None if is_empty else row.website,
        key="" if is_empty else thread_key(row.pseudonym, salt=row.pseudonym_salt),
        badge=None if is_empty else row.badge,
        source="" if is_empty else row.source,
        html="" if is_empty else row.html,
        created_at=row.created_at,
        edited_at=None if is_empty else row.edited_at,
        edited_by=None if is_empty else row.edited_by,
        likes=0 if is_empty else row.likes,
        pinned_at=None if is_empty else row.pinned_at,
        is_empty=is_empty,
        sealed=None if is_empty else sealed,
    )
