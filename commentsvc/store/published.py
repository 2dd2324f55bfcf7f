"""What readers see: pages of roots by keyset, replies of each, counts, feeds."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.comment import FeedEntry, PublishedComment, Thread
from commentsvc.domain.errors import MalformedParameterError, UnknownCommentError
from commentsvc.domain.own_words import BY_MODERATOR
from commentsvc.domain.pseudonyms import thread_key
from commentsvc.domain.status import CommentStatus
from commentsvc.store import threads
from commentsvc.store.schema import comment, site, thread

_parent = comment.alias("parent")
_root = comment.alias("root")
# The conditions stand as literal text, because SQLite takes a partial index only where it sees the same words.
_VISIBLE_ROOT = sa.text("comment.is_visible AND comment.root_id IS NULL")
_VISIBLE_LOOSE_ROOT = sa.text("comment.is_visible AND comment.root_id IS NULL AND comment.pinned_at IS NULL")
_VISIBLE_REPLY = sa.text("comment.is_visible AND comment.root_id IS NOT NULL")


class Sort(StrEnum):
    """Order of the roots; replies always stand oldest first."""

    OLDEST = "oldest"
    NEWEST = "newest"
    TOP = "top"


@dataclass(frozen=True, slots=True)
class Page:
    """Some comments, and the cursor to ask for what follows: the public id of the last root or reply."""

    comments: list[PublishedComment]
    next: str | None


def roots(conn: Connection, of: Thread, *, sort: Sort, after: str | None, limit: int, replies_each: int) -> Page:
    """A page of roots, each followed by its first replies; the first page begins with what is pinned besides.

    Raises:
        MalformedParameterError: The cursor is no root of this thread.
    """
    query = _select().where(_VISIBLE_LOOSE_ROOT, comment.c.thread_id == of.id)
    if after is not None:
        is_root = sa.and_(comment.c.thread_id == of.id, comment.c.root_id.is_(None))
        query = query.where(_behind(sort, _cursor_row(conn, is_root, after)))
    rows = conn.execute(query.order_by(*_ORDER[sort]).limit(limit + 1)).all()
    page = rows[:limit]
    shown = [*(_pinned(conn, of) if after is None else ()), *page]
    replies = _first_replies(conn, [row.id for row in shown if row.reply_count], replies_each)
    comments: list[PublishedComment] = []
    for row in shown:
        comments.extend(_published(each, of.pseudonym_salt) for each in (row, *replies.get(row.id, [])))
    return Page(comments, page[-1].public_id if len(rows) > limit else None)


def _pinned(conn: Connection, of: Thread) -> Sequence[Any]:
    """What is pinned in a thread, in the order of pinning; `store.pins` keeps it to three public roots."""
    query = _select().where(comment.c.thread_id == of.id, comment.c.pinned_at.is_not(None))
    return conn.execute(query.order_by(comment.c.pinned_at, comment.c.id)).all()


def thread_of_root(conn: Connection, root: str) -> Thread:
    """The thread in which this visible root stands.

    Raises:
        UnknownCommentError: No such visible root.
    """
    query = sa.select(comment.c.thread_id).where(comment.c.public_id == root, _VISIBLE_ROOT)
    thread_id = conn.execute(query).scalar_one_or_none()
    if thread_id is None:
        raise UnknownCommentError
    return threads.by_id(conn, thread_id)


def replies(conn: Connection, of: Thread, root: str, *, after: str | None, limit: int) -> Page:
    """Replies of one root at any depth, oldest first.

    Raises:
        MalformedParameterError: The cursor is no reply of this root.
    """
    roots_here = sa.select(_root.c.id).where(_root.c.public_id == root, _root.c.thread_id == of.id)
    is_below = comment.c.root_id == roots_here.scalar_subquery()
    query = _select().where(_VISIBLE_REPLY, is_below)
    if after is not None:
        query = query.where(comment.c.id > _cursor_row(conn, is_below, after).id)
    rows = conn.execute(query.order_by(comment.c.id).limit(limit + 1)).all()
    page = [_published(each, of.pseudonym_salt) for each in rows[:limit]]
    return Page(page, page[-1].id if len(rows) > limit else None)


def one(conn: Connection, of: Thread, public_id: str) -> PublishedComment | None:
    """An approved comment of this thread."""
    query = _select().where(
        comment.c.public_id == public_id, comment.c.thread_id == of.id, comment.c.status == CommentStatus.APPROVED
    )
    row = conn.execute(query).first()
    return None if row is None else _published(row, of.pseudonym_salt)


def entry(conn: Connection, public_id: str) -> tuple[str, FeedEntry] | None:
    """Key of its site and a public comment with its article; None if it is absent, or not public."""
    query = (
        _select(thread.c.url, thread.c.title, thread.c.pseudonym_salt, site.c.key)
        .join(thread, thread.c.id == comment.c.thread_id)
        .join(site, site.c.id == comment.c.site_id)
        .where(comment.c.public_id == public_id, comment.c.status == CommentStatus.APPROVED)
    )
    row = conn.execute(query).first()
    if row is None:
        return None
    return row.key, FeedEntry(_published(row, row.pseudonym_salt), row.url, row.title)


def newest(conn: Connection, *, site_id: int, thread_id: int | None, limit: int) -> list[FeedEntry]:
    """The newest approved comments of a site, or of one of its threads, newest first."""
    mine = comment.c.site_id == site_id if thread_id is None else comment.c.thread_id == thread_id
    query = (
        _select(thread.c.url, thread.c.title, thread.c.pseudonym_salt)
        .join(thread, thread.c.id == comment.c.thread_id)
        .where(mine, comment.c.status == CommentStatus.APPROVED)
        .order_by(comment.c.id.desc())
        .limit(limit)
    )
    return [FeedEntry(_published(row, row.pseudonym_salt), row.url, row.title) for row in conn.execute(query)]


_ORDER: dict[Sort, tuple[sa.ColumnElement[Any], ...]] = {
    Sort.OLDEST: (comment.c.id.asc(),),
    Sort.NEWEST: (comment.c.id.desc(),),
    Sort.TOP: (comment.c.likes.desc(), comment.c.id.desc()),
}


def _behind(sort: Sort, cursor: Any) -> Any:  # noqa: ANN401 - a comment's row
    if sort is Sort.OLDEST:
        return comment.c.id > cursor.id
    if sort is Sort.NEWEST:
        return comment.c.id < cursor.id
    # One comparison of two pairs, which an index can answer; `or` between them could not.
    return sa.tuple_(comment.c.likes, comment.c.id) < sa.tuple_(cursor.likes, cursor.id)


def _cursor_row(conn: Connection, is_of_list: sa.ColumnElement[bool], public_id: str) -> Any:  # noqa: ANN401 - a comment's row
    """The row where a page ended; it need not be visible any more."""
    columns = (comment.c.id, comment.c.likes, comment.c.root_id)
    row = conn.execute(sa.select(*columns).where(comment.c.public_id == public_id, is_of_list)).first()
    if row is None:
        raise MalformedParameterError("no cursor of this list")
    return row


def _first_replies(conn: Connection, root_ids: Sequence[int], each: int) -> dict[int, list[Any]]:
    """The first replies of several roots."""
    if not root_ids:
        return {}
    found: dict[int, list[Any]] = {}
    given = {f"root_{i}": root_id for i, root_id in enumerate(root_ids)}
    for row in conn.execute(_first_replies_of(len(root_ids)), {**given, "each": each}):
        found.setdefault(row.root_id, []).append(row)
    return {root_id: sorted(rows, key=lambda row: row.id) for root_id, rows in found.items()}


@cache
def _first_replies_of(roots: int) -> sa.CompoundSelect[Any]:
    """A limited select for each of so many roots, so that a root with many replies costs no more.

    Kept, because to put it together takes as long as to run it.
    """
    some = [
        _select()
        .where(_VISIBLE_REPLY, comment.c.root_id == sa.bindparam(f"root_{i}"))
        .order_by(comment.c.id)
        .limit(sa.bindparam("each", type_=sa.Integer))
        .subquery(f"r{i}")
        for i in range(roots)
    ]
    return sa.union_all(*(sa.select(part) for part in some))


def _select(*more: sa.ColumnElement[Any]) -> sa.Select[Any]:
    columns = (
        comment.c.id,
        comment.c.public_id,
        comment.c.root_id,
        comment.c.pseudonym,
        comment.c.name,
        comment.c.website,
        comment.c.badge,
        comment.c.html,
        comment.c.tree,
        comment.c.status,
        comment.c.likes,
        comment.c.reply_count,
        comment.c.created_at,
        comment.c.edited_at,
        comment.c.edited_by,
        comment.c.pinned_at,
        _parent.c.public_id.label("parent_public_id"),
    )
    return sa.select(*columns, *more).outerjoin(_parent, _parent.c.id == comment.c.parent_id)


def _published(row: Any, salt: bytes) -> PublishedComment:  # noqa: ANN401 - a row of `_select`
    is_tombstone = row.status != CommentStatus.APPROVED
    return PublishedComment(
        id=row.public_id,
        parent=row.parent_public_id,
        name="" if is_tombstone else row.name,
        website=None if is_tombstone else row.website,
        key="" if is_tombstone else thread_key(row.pseudonym, salt=salt),
        badge=None if is_tombstone else row.badge,
        html="" if is_tombstone else row.html,
        tree=[] if is_tombstone else row.tree,
        created_at=row.created_at,
        edited_at=row.edited_at,
        edited_by=row.edited_by if row.edited_by == BY_MODERATOR else None,
        likes=0 if is_tombstone else row.likes,
        replies=row.reply_count,
        is_pinned=row.pinned_at is not None,
        is_tombstone=is_tombstone,
    )
