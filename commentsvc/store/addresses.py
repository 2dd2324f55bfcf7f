"""Sealed addresses, handed out for opening; each time the history says to whom and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.acts import Act
from commentsvc.domain.errors import NoAddressError, OwnerRequiredError, UnknownCommentError
from commentsvc.domain.roles import Role
from commentsvc.store import history
from commentsvc.store.schema import author, comment


@dataclass(frozen=True, slots=True)
class Sender:
    """Who wrote a comment, as far as an owner may know before the address is opened."""

    name: str
    site_id: int
    row_id: int
    """Of the comment."""
    author_id: int


def sender(conn: Connection, public_id: str, *, roles: Mapping[int, Role]) -> Sender:
    """The writer of a comment on a site that the asking moderator owns.

    Raises:
        UnknownCommentError: Absent, or on a site that they do not look after (404).
        OwnerRequiredError: They look after it, but do not own it (403).
    """
    row = _row(conn, public_id)
    if row is None or row.site_id not in roles:
        raise UnknownCommentError
    if roles[row.site_id] is not Role.OWNER:
        raise OwnerRequiredError
    return Sender(row.name, row.site_id, row.id, row.author_id)


def has_address(conn: Connection, asked: Sender) -> bool:
    """Whether there is an address to open; only a process that may open it may ask."""
    return _sealed(conn, asked) is not None


def hand_out(
    conn: Connection, public_id: str, *, roles: Mapping[int, Role], moderator_id: int, reason: str, now: datetime
) -> bytes:
    """The sealed address of a comment's writer, once the history says that it was asked for.

    Raises:
        UnknownCommentError, OwnerRequiredError: As `sender`.
        NoAddressError: There is none (409).
    """
    found = sender(conn, public_id, roles=roles)
    sealed = _sealed(conn, found)
    if sealed is None:
        raise NoAddressError
    history.write(
        conn,
        Act.REVEAL_ADDRESS,
        site_id=found.site_id,
        comment_id=found.row_id,
        subject=public_id,
        moderator_id=moderator_id,
        reason=reason,
        now=now,
    )
    return sealed


def _sealed(conn: Connection, asked: Sender) -> bytes | None:
    query = sa.select(author.c.sealed_email).where(author.c.id == asked.author_id)
    sealed: bytes | None = conn.execute(query).scalar_one()
    return sealed


def _row(conn: Connection, public_id: str) -> Any:  # noqa: ANN401 - a row, or None
    columns = (comment.c.id, comment.c.site_id, comment.c.name, comment.c.author_id)
    return conn.execute(sa.select(*columns).where(comment.c.public_id == public_id)).first()
