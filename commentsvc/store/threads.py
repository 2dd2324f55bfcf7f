"""Threads: found by site and address, opened by the first submission."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.acts import Act
from commentsvc.domain.comment import Thread
from commentsvc.domain.errors import NotFoundError
from commentsvc.domain.status import CommentStatus
from commentsvc.store import history, moves
from commentsvc.store.schema import comment, site, thread
from commentsvc.store.upsert import insert_or_ignore

_SALT_BYTES = 16
_LOOKED_AT = 500
COLUMNS = (
    thread.c.id,
    thread.c.site_id,
    thread.c.address,
    thread.c.url,
    thread.c.title,
    thread.c.is_open,
    thread.c.revision,
    thread.c.approved_count,
    thread.c.pseudonym_salt,
    thread.c.created_at,
)
"""What `as_thread` needs."""


@dataclass(frozen=True, slots=True)
class LivelyThread:
    """A thread and when somebody last wrote there."""

    thread: Thread
    last_at: datetime


def find(conn: Connection, site_id: int, address: str) -> Thread | None:
    """The thread filed under this address."""
    row = conn.execute(sa.select(thread).where(thread.c.site_id == site_id, thread.c.address == address)).first()
    return None if row is None else as_thread(row)


def by_id(conn: Connection, thread_id: int) -> Thread:
    """The thread with this row id; it must exist."""
    return as_thread(conn.execute(sa.select(thread).where(thread.c.id == thread_id)).one())


def places(conn: Connection, thread_ids: Collection[int]) -> list[tuple[str, str]]:
    """Key of the site and address of each of these threads."""
    query = sa.select(site.c.key, thread.c.address).join_from(thread, site).where(thread.c.id.in_(thread_ids))
    return [(row.key, row.address) for row in conn.execute(query)]


def find_or_open(conn: Connection, *, site_id: int, address: str, url: str, title: str | None, now: datetime) -> Thread:
    """The thread filed under this address, made if there is none."""
    values = {
        "site_id": site_id,
        "address": address,
        "url": url,
        "title": title,
        "pseudonym_salt": secrets.token_bytes(_SALT_BYTES),
        "created_at": now,
    }
    found = find(conn, site_id, address)
    if found is None:
        insert_or_ignore(conn, thread, values, unique=["site_id", "address"])
        found = find(conn, site_id, address)
        assert found is not None  # noqa: S101 - it was there or it was just made
    return found


def counts(conn: Connection, site_id: int, addresses: Sequence[str]) -> dict[str, int]:
    """Address → approved comments, for the addresses that have a thread."""
    query = sa.select(thread.c.address, thread.c.approved_count).where(
        thread.c.site_id == site_id, thread.c.address.in_(addresses)
    )
    return {row.address: row.approved_count for row in conn.execute(query)}


def lock(conn: Connection, thread_ids: Collection[int]) -> None:
    """Wait for everybody who changes what readers see of these threads, and keep them waiting; taken by row id.

    The lock lets new comments in: their foreign keys hold the thread's row, and two of them that are published at once
    would otherwise wait for each other.
    """
    rows = sa.select(thread.c.id).where(thread.c.id.in_(thread_ids)).order_by(thread.c.id)
    conn.execute(rows.with_for_update(key_share=True)).all()


def set_open(conn: Connection, thread_id: int, *, is_open: bool) -> None:
    """Take comments on this article, or no longer; readers see it, so the revision moves."""
    moves.move_on(conn, [thread_id], {"is_open": is_open})


def set_open_by(
    conn: Connection, site_id: int, address: str, *, is_open: bool, moderator_id: int, now: datetime
) -> Thread:
    """Close or open a thread, with an entry in the history; what is so already stays without one.

    Raises:
        NotFoundError: Nobody has ever posted there (404).
    """
    found = find(conn, site_id, address)
    if found is None:
        raise NotFoundError
    lock(conn, [found.id])
    if by_id(conn, found.id).is_open is not is_open:
        set_open(conn, found.id, is_open=is_open)
        act = Act.OPEN_THREAD if is_open else Act.CLOSE_THREAD
        subject = f"thread:{address}"
        history.write(conn, act, site_id=site_id, subject=subject, moderator_id=moderator_id, now=now)
    return by_id(conn, found.id)


def lively(conn: Connection, site_id: int, *, limit: int) -> list[LivelyThread]:
    """The threads with the newest comments that are public or wait, newest first; older ones are found by address.

    It looks at the site's newest comments only, so that it costs the same however many there are.
    """
    newest = [
        sa.select(comment.c.id, comment.c.thread_id, comment.c.created_at)
        .where(comment.c.site_id == site_id, comment.c.status == status)
        .order_by(comment.c.id.desc())
        .limit(_LOOKED_AT)
        .subquery(f"newest_{status}")
        for status in (CommentStatus.APPROVED, CommentStatus.PENDING)
    ]
    some = sa.union_all(*(sa.select(part) for part in newest)).subquery("some")
    last = (
        sa.select(some.c.thread_id, sa.func.max(some.c.id).label("last"), sa.func.max(some.c.created_at).label("at"))
        .group_by(some.c.thread_id)
        .order_by(sa.desc("last"))
        .limit(limit)
        .subquery("last")
    )
    query = sa.select(thread, last.c.at).join(last, last.c.thread_id == thread.c.id).order_by(last.c.last.desc())
    return [LivelyThread(as_thread(row), row.at) for row in conn.execute(query)]


def with_comments(conn: Connection, site_id: int, *, after: int, limit: int) -> list[Thread]:
    """A site's threads in which something is published, by row id from the one behind `after`."""
    is_due = sa.and_(thread.c.site_id == site_id, thread.c.approved_count > 0, thread.c.id > after)
    return [as_thread(row) for row in conn.execute(sa.select(thread).where(is_due).order_by(thread.c.id).limit(limit))]


def as_thread(row: Any) -> Thread:  # noqa: ANN401 - a row of any query over `thread`
    """The thread in a row that has its columns."""
    return Thread(
        id=row.id,
        site_id=row.site_id,
        address=row.address,
        url=row.url,
        title=row.title,
        is_open=row.is_open,
        revision=row.revision,
        count=row.approved_count,
        pseudonym_salt=row.pseudonym_salt,
        created_at=row.created_at,
    )
