"""Searches that a moderator keeps by name; nobody else sees them."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.errors import NotFoundError, TooManyRequestsError
from commentsvc.domain.ids import new_public_id
from commentsvc.store.schema import saved_search
from commentsvc.store.upsert import insert_or_change

MOST = 50
"""A moderator keeps no more than so many."""


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """One of them."""

    id: str
    name: str
    query: str
    """Of its address; to be checked again before it is used."""


def own(conn: Connection, moderator_id: int) -> list[SavedSearch]:
    """A moderator's searches by name, at most 50."""
    query = sa.select(saved_search).where(saved_search.c.moderator_id == moderator_id)
    rows = conn.execute(query.order_by(saved_search.c.name).limit(MOST))
    return [SavedSearch(row.public_id, row.name, row.query) for row in rows]


def keep(conn: Connection, moderator_id: int, *, name: str, query: str, now: datetime) -> None:
    """Keep a search; one with the same name is replaced.

    Raises:
        TooManyRequestsError: There are 50 already.
    """
    known = {each.name for each in own(conn, moderator_id)}
    if len(known) >= MOST and name not in known:
        raise TooManyRequestsError
    values = {
        "public_id": new_public_id(),
        "moderator_id": moderator_id,
        "name": name,
        "query": query,
        "created_at": now,
    }
    insert_or_change(conn, saved_search, values, unique=["moderator_id", "name"], changed="query")


def forget(conn: Connection, moderator_id: int, public_id: str) -> None:
    """Remove a search.

    Raises:
        NotFoundError: It is absent, or somebody else's.
    """
    mine = (saved_search.c.public_id == public_id, saved_search.c.moderator_id == moderator_id)
    if conn.execute(sa.delete(saved_search).where(*mine)).rowcount == 0:
        raise NotFoundError
