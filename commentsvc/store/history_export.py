"""A site's history as it is handed out: every entry as it was hashed, in portions, up to an end that is set first."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.acts import Act
from commentsvc.domain.history import Entry, Head
from commentsvc.store import history
from commentsvc.store.engine import Store
from commentsvc.store.schema import moderator

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Chained:
    """An entry with the hashes that bind it, and the name of who made it."""

    entry: Entry
    previous: bytes
    own: bytes
    moderator: str | None


def begin(conn: Connection, site_id: int, *, key: str, moderator_id: int | None, form: str, now: datetime) -> Head:
    """Write down that the history is exported; where it ends now, that entry included.

    Args:
        conn: In a transaction that writes.
        site_id: Whose history.
        key: Of the site.
        moderator_id: Who; None: whoever runs the service.
        form: ``jsonl`` or ``csv``.
        now: When.
    """
    subject = f"site:{key}"
    history.write(
        conn,
        Act.EXPORT_HISTORY,
        site_id=site_id,
        subject=subject,
        moderator_id=moderator_id,
        details={"format": form},
        now=now,
    )
    return history.head(conn, site_id)


async def entries(store: Store, site_id: int, *, up_to: int) -> AsyncIterator[list[Chained]]:
    """All entries in their order, up to a number, a portion at a time; nothing can be changed or slip in between."""
    after = 0
    while after < up_to:
        found = await store.read(lambda conn, after=after: _portion(conn, site_id, after, up_to))  # type: ignore[misc]  # bound at once
        if not found:
            return
        yield found
        after = found[-1].entry.number


def _portion(conn: Connection, site_id: int, after: int, up_to: int) -> list[Chained]:
    rows = history.portion(conn, site_id, after=after, limit=_AT_ONCE, up_to=up_to)
    names = _names(conn, {row.moderator_id for row in rows if row.moderator_id is not None})
    return [Chained(history.as_entry(row), row.previous_hash, row.hash, names.get(row.moderator_id)) for row in rows]


def _names(conn: Connection, moderator_ids: set[int]) -> dict[int, str]:
    query = sa.select(moderator.c.id, moderator.c.name).where(moderator.c.id.in_(moderator_ids))
    return {row.id: row.name for row in conn.execute(query)}
