"""A site's own rules; for now its word list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.findings import Leaning
from commentsvc.store.schema import rule
from commentsvc.store.upsert import insert_or_ignore

_WORD = "word"


@dataclass(frozen=True, slots=True)
class StoredWord:
    """One entry of a word list."""

    pattern: str
    leaning: Leaning
    reason: str | None


def words(conn: Connection, site_id: int, *, now: datetime) -> list[StoredWord]:
    """The words that this site holds or takes for spam, in alphabetical order."""
    query = (
        sa.select(rule)
        .where(rule.c.site_id == site_id, rule.c.kind == _WORD)
        .where(sa.or_(rule.c.expires_at.is_(None), rule.c.expires_at > now))
        .order_by(rule.c.pattern)
    )
    return [StoredWord(row.pattern, Leaning(row.leaning), row.reason) for row in conn.execute(query)]


def add_words(conn: Connection, site_id: int, patterns: Sequence[str], leaning: Leaning, *, now: datetime) -> None:
    """Add words; one that is there gets the new leaning."""
    forget_words(conn, site_id, patterns)
    for pattern in patterns:
        values = {"site_id": site_id, "kind": _WORD, "pattern": pattern, "leaning": leaning, "created_at": now}
        insert_or_ignore(conn, rule, values, unique=["site_id", "kind", "pattern"])


def forget_words(conn: Connection, site_id: int, patterns: Sequence[str]) -> None:
    """Take words off the list."""
    conn.execute(sa.delete(rule).where(rule.c.site_id == site_id, rule.c.kind == _WORD, rule.c.pattern.in_(patterns)))
