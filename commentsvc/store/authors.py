"""Authors of one site: a sealed address, a blind index, and a record."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.comment import AuthorRecord
from commentsvc.domain.ids import new_public_id
from commentsvc.store.insert_together import Row
from commentsvc.store.schema import author
from commentsvc.store.upsert import insert_or_ignore

RECORD = (
    author.c.approved_count.label("author_approved"),
    author.c.rejected_count.label("author_rejected"),
    author.c.spam_count.label("author_spam"),
    author.c.first_seen_at.label("author_first_seen_at"),
)
"""What `as_record` needs, under names of its own: a thread counts what is approved as well."""
_ADD = sa.insert(author).returning(author.c.id)
_ADDRESS_AGAIN = (
    sa.update(author)
    .where(author.c.id == sa.bindparam("row_id"))
    .values(sealed_email=sa.bindparam("sealed"), address_erased_at=None)
)


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
    query = _filed_under(site_id, blind_indexes)
    found = conn.execute(query).first() if blind_indexes else None
    if found is None:
        index = blind_indexes[0] if blind_indexes else None
        added = add(conn, site_id=site_id, blind_index=index, sealed_email=sealed_email, now=now)
        return int(conn.execute(query).one().id) if added is None else added
    if found.address_erased_at is not None:
        give_address_again(conn, found.id, sealed_email)
    return int(found.id)


def add(
    conn: Connection, *, site_id: int, blind_index: bytes | None, sealed_email: bytes | None, now: datetime
) -> int | None:
    """Row id of a new author; None if somebody else has just made one with the same blind index."""
    values = {"site_id": site_id, "sealed_email": sealed_email, "first_seen_at": now}
    if blind_index is None:
        return int(conn.execute(_ADD, values).scalar_one())
    values |= {"blind_index": blind_index}
    added = insert_or_ignore(conn, author, values, unique=["site_id", "blind_index"])
    return None if added is None else int(added)


def new_row(row_id: int, *, site_id: int, blind_index: bytes | None, sealed_email: bytes | None, now: datetime) -> Row:
    """A new author under an id of `row_ids.next_of`, for whoever writes a comment of theirs with it."""
    values = {"id": row_id, "site_id": site_id, "blind_index": blind_index, "sealed_email": sealed_email}
    return author, values | {"first_seen_at": now}


def give_address_again(conn: Connection, author_id: int, sealed_email: bytes | None) -> None:
    """Take the address of an author whose address was erased; its reader has typed it anew."""
    conn.execute(_ADDRESS_AGAIN, {"row_id": author_id, "sealed": sealed_email})


def find(conn: Connection, *, site_id: int, blind_indexes: Sequence[bytes]) -> int | None:
    """Row id of the author who can be written to under one of these blind indexes of one address."""
    found = conn.execute(_filed_under(site_id, blind_indexes)).first()
    return None if found is None or found.address_erased_at is not None else int(found.id)


def find_any(conn: Connection, *, site_id: int, blind_indexes: Sequence[bytes]) -> int | None:
    """The same, also if the address itself is gone and only its index was kept for a block."""
    found = conn.execute(_filed_under(site_id, blind_indexes)).first()
    return None if found is None else int(found.id)


def _filed_under(site_id: int, blind_indexes: Sequence[bytes]) -> sa.Select[Any]:
    mine = (author.c.site_id == site_id, author.c.blind_index.in_(blind_indexes))
    return sa.select(author.c.id, author.c.address_erased_at).where(*mine).limit(1)


def has_address() -> sa.ColumnElement[bool]:
    """Whether an author can be written to; the sealed address itself is nothing that the public service may read."""
    return sa.and_(author.c.blind_index.is_not(None), author.c.address_erased_at.is_(None))


def record(conn: Connection, author_id: int) -> AuthorRecord:
    """What became of this author's earlier comments."""
    return as_record(conn.execute(sa.select(*RECORD).where(author.c.id == author_id)).one())


def as_record(row: Any) -> AuthorRecord:  # noqa: ANN401 - a row of any query with the author's columns
    """The record in a row that has the columns of `RECORD`."""
    return AuthorRecord(row.author_approved, row.author_rejected, row.author_spam, row.author_first_seen_at)


def public_id_of(conn: Connection, author_id: int) -> str:
    """The id under which links know this author; made when it is first needed."""
    fresh = sa.update(author).where(author.c.id == author_id, author.c.public_id.is_(None))
    conn.execute(fresh.values(public_id=new_public_id()))
    return str(conn.execute(sa.select(author.c.public_id).where(author.c.id == author_id)).scalar_one())


def note_told(conn: Connection, author_id: int, *, now: datetime) -> None:
    """Remember when a mail was last sent to this author."""
    conn.execute(sa.update(author).where(author.c.id == author_id).values(last_told_at=now))
