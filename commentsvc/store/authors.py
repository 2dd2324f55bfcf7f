"""Authors of one site: a sealed address, a blind index, and a record."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.comment import AuthorRecord
from commentsvc.domain.ids import new_public_id
from commentsvc.store.schema import author
from commentsvc.store.upsert import insert_or_ignore


def find_or_add(
    conn: Connection, *, site_id: int, blind_indexes: Sequence[bytes], sealed_email: bytes | None, now: datetime
) -> int:
    """Row id of the author with one of these blind indexes, made under the first if there is none.

    Args:
        conn: In a transaction that writes.
        site_id: Row id of the site.
        blind_indexes: Of one address, newest key first; empty without an address: then the author is a new one.
        sealed_email: The same address, sealed.
        now: For a new author.
    """
    values = {"site_id": site_id, "sealed_email": sealed_email, "first_seen_at": now}
    if not blind_indexes:
        return int(conn.execute(sa.insert(author).values(values).returning(author.c.id)).scalar_one())
    query = _filed_under(site_id, blind_indexes)
    found = conn.execute(query).first()
    if found is None:
        values |= {"blind_index": blind_indexes[0]}
        added = insert_or_ignore(conn, author, values, unique=["site_id", "blind_index"])
        return int(conn.execute(query).one().id if added is None else added)
    if found.sealed_email is None:  # it was erased, and is given anew
        conn.execute(sa.update(author).where(author.c.id == found.id).values(sealed_email=sealed_email))
    return int(found.id)


def find(conn: Connection, *, site_id: int, blind_indexes: Sequence[bytes]) -> int | None:
    """Row id of the author who can be written to under one of these blind indexes of one address."""
    found = conn.execute(_filed_under(site_id, blind_indexes)).first()
    return None if found is None or found.sealed_email is None else int(found.id)


def find_any(conn: Connection, *, site_id: int, blind_indexes: Sequence[bytes]) -> int | None:
    """The same, also if the address itself is gone and only its index was kept for a block."""
    found = conn.execute(_filed_under(site_id, blind_indexes)).first()
    return None if found is None else int(found.id)


def _filed_under(site_id: int, blind_indexes: Sequence[bytes]) -> sa.Select[Any]:
    mine = (author.c.site_id == site_id, author.c.blind_index.in_(blind_indexes))
    return sa.select(author.c.id, author.c.sealed_email).where(*mine).limit(1)


def record(conn: Connection, author_id: int) -> AuthorRecord:
    """What became of this author's earlier comments."""
    return as_record(conn.execute(sa.select(author).where(author.c.id == author_id)).one())


def as_record(row: Any) -> AuthorRecord:  # noqa: ANN401 - a row of any query with the author's columns
    """The record in a row that has the author's columns."""
    return AuthorRecord(row.approved_count, row.rejected_count, row.spam_count, row.first_seen_at)


def public_id_of(conn: Connection, author_id: int) -> str:
    """The id under which links know this author; made when it is first needed."""
    fresh = sa.update(author).where(author.c.id == author_id, author.c.public_id.is_(None))
    conn.execute(fresh.values(public_id=new_public_id()))
    return str(conn.execute(sa.select(author.c.public_id).where(author.c.id == author_id)).scalar_one())


def note_told(conn: Connection, author_id: int, *, now: datetime) -> None:
    """Remember when a mail was last sent to this author."""
    conn.execute(sa.update(author).where(author.c.id == author_id).values(last_told_at=now))
