"""Tokens that let a moderator's scripts in; the database knows only their digests."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.ids import new_public_id
from commentsvc.store.schema import api_token


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token as its owner sees it: never what opens anything."""

    id: str
    """Public id."""
    moderator_id: int
    name: str
    may_decide: bool
    """Else it only reads."""
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    """When it was last used, as far as it was written down."""


def add(
    conn: Connection,
    id_digest: bytes,
    moderator_id: int,
    *,
    name: str,
    may_decide: bool,
    expires_at: datetime | None,
    now: datetime,
) -> str:
    """Remember a token; its public id.

    Args:
        conn: In a transaction that writes.
        id_digest: Of the token.
        moderator_id: Whose rights it carries, as they are whenever it is used.
        name: For the moderator's own list.
        may_decide: Whether it may do more than read.
        expires_at: It is worth nothing from then on; None: until it is removed.
        now: When.
    """
    values = {
        "id_digest": id_digest,
        "public_id": new_public_id(),
        "moderator_id": moderator_id,
        "name": name,
        "may_decide": may_decide,
        "created_at": now,
        "expires_at": expires_at,
    }
    conn.execute(sa.insert(api_token).values(values))
    return str(values["public_id"])


def of_moderator(conn: Connection, moderator_id: int) -> list[ApiToken]:
    """All tokens of one moderator, the newest first, those that have expired among them."""
    query = sa.select(api_token).where(api_token.c.moderator_id == moderator_id)
    rows = conn.execute(query.order_by(api_token.c.created_at.desc(), api_token.c.public_id))
    return [_token(row) for row in rows]


def find(conn: Connection, id_digest: bytes, *, now: datetime) -> ApiToken | None:
    """The token with this digest, if it has not expired."""
    is_valid = sa.or_(api_token.c.expires_at.is_(None), api_token.c.expires_at > now)
    row = conn.execute(sa.select(api_token).where(api_token.c.id_digest == id_digest, is_valid)).first()
    return None if row is None else _token(row)


def touch(conn: Connection, id_digest: bytes, *, now: datetime) -> None:
    """Write down that the token was used."""
    conn.execute(sa.update(api_token).where(api_token.c.id_digest == id_digest).values(used_at=now))


def remove(conn: Connection, moderator_id: int, public_id: str) -> bool:
    """Forget one of a moderator's own tokens; False if they have none with this public id."""
    mine = (api_token.c.moderator_id == moderator_id, api_token.c.public_id == public_id)
    return conn.execute(sa.delete(api_token).where(*mine)).rowcount > 0


def _token(row: sa.Row[tuple[object, ...]]) -> ApiToken:
    return ApiToken(
        id=row.public_id,
        moderator_id=row.moderator_id,
        name=row.name,
        may_decide=row.may_decide,
        created_at=row.created_at,
        expires_at=row.expires_at,
        used_at=row.used_at,
    )
