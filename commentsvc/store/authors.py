"""Authors of one site: a sealed address, a blind index, and a record."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.comment import AuthorRecord
from commentsvc.store.schema import author
from commentsvc.store.upsert import insert_or_ignore


def find_or_add(
    conn: Connection, *, site_id: int, blind_index: bytes | None, sealed_email: bytes | None, now: datetime
) -> int:
    """Row id of the author with this blind index, made if there is none; without an address, always a new one."""
    values = {"site_id": site_id, "blind_index": blind_index, "sealed_email": sealed_email, "first_seen_at": now}
    if blind_index is None:
        return int(conn.execute(sa.insert(author).values(values).returning(author.c.id)).scalar_one())
    query = sa.select(author.c.id).where(author.c.site_id == site_id, author.c.blind_index == blind_index)
    found = conn.execute(query).scalar_one_or_none()
    if found is None:
        found = insert_or_ignore(conn, author, values, unique=["site_id", "blind_index"])
    return int(conn.execute(query).scalar_one() if found is None else found)


def record(conn: Connection, author_id: int) -> AuthorRecord:
    """What became of this author's earlier comments."""
    return as_record(conn.execute(sa.select(author).where(author.c.id == author_id)).one())


def as_record(row: Any) -> AuthorRecord:  # noqa: ANN401 - a row of any query with the author's columns
    """The record in a row that has the author's columns."""
    return AuthorRecord(row.approved_count, row.rejected_count, row.spam_count, row.first_seen_at)
