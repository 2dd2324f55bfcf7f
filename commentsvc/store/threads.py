"""Threads: found by site and address, opened by the first submission."""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.comment import Thread
from commentsvc.store.schema import thread
from commentsvc.store.upsert import insert_or_ignore

_SALT_BYTES = 16


def find(conn: Connection, site_id: int, address: str) -> Thread | None:
    """The thread filed under this address."""
    row = conn.execute(sa.select(thread).where(thread.c.site_id == site_id, thread.c.address == address)).first()
    return None if row is None else _thread(row)


def by_id(conn: Connection, thread_id: int) -> Thread:
    """The thread with this row id; it must exist."""
    return _thread(conn.execute(sa.select(thread).where(thread.c.id == thread_id)).one())


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
    values = {"is_open": is_open, "revision": thread.c.revision + 1}
    conn.execute(sa.update(thread).where(thread.c.id == thread_id).values(values))


def _thread(row: Any) -> Thread:  # noqa: ANN401 - a row of any query over `thread`
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
