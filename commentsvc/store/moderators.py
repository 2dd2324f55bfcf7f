"""Moderators and the sites they look after."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.roles import Role
from commentsvc.store.schema import api_token, feed_link, membership, moderator, session, sign_in_link
from commentsvc.store.upsert import insert_or_change, insert_or_ignore

READ = (
    moderator.c.id,
    moderator.c.name,
    moderator.c.password_hash,
    moderator.c.disabled_at,
    moderator.c.totp_confirmed_at,
)
"""The columns that a `Moderator` is made from, beside the roles."""


@dataclass(frozen=True, slots=True)
class Moderator:
    """One moderator, without the address: who serves pages may not read it, sealed or not."""

    id: int
    name: str
    password_hash: str | None = field(repr=False)
    roles: dict[int, Role]
    """Site row id → role."""
    is_disabled: bool = False
    has_second_factor: bool = False
    """Whether signing in asks for a code."""

    @property
    def site_ids(self) -> frozenset[int]:
        """The sites whose comments they may decide on."""
        return frozenset(self.roles)


def by_index(conn: Connection, candidates: Collection[bytes]) -> Moderator | None:
    """The moderator whose address has one of these blind indexes."""
    return _one(conn, moderator.c.blind_index.in_(candidates))


def by_id(conn: Connection, moderator_id: int) -> Moderator | None:
    """The moderator with this row id."""
    return _one(conn, moderator.c.id == moderator_id)


def all_moderators(conn: Connection) -> list[Moderator]:
    """Everybody, oldest first."""
    ids = conn.execute(sa.select(moderator.c.id).order_by(moderator.c.id)).scalars().all()
    found = (by_id(conn, moderator_id) for moderator_id in ids)
    return [each for each in found if each is not None]


def sealed_addresses(conn: Connection) -> dict[int, bytes]:
    """Row id → sealed address, for a command that may open them."""
    return {row.id: row.sealed_email for row in conn.execute(sa.select(moderator.c.id, moderator.c.sealed_email))}


def names(conn: Connection, site_id: int) -> list[str]:
    """Display names of those who look after a site."""
    query = sa.select(moderator.c.name).join(membership, membership.c.moderator_id == moderator.c.id)
    return list(conn.execute(query.where(membership.c.site_id == site_id)).scalars())


def add(conn: Connection, *, name: str, blind_index: bytes, sealed_email: bytes, now: datetime) -> int:
    """Make a moderator without password and sites; row id.

    Raises:
        IntegrityError: The address is taken.
    """
    values = {"name": name, "blind_index": blind_index, "sealed_email": sealed_email, "created_at": now}
    return int(conn.execute(sa.insert(moderator).values(values).returning(moderator.c.id)).scalar_one())


def add_unless_known(
    conn: Connection,
    *,
    name: str,
    candidates: Sequence[bytes],
    sealed_email: bytes,
    password_hash: str,
    now: datetime,
) -> None:
    """Make a moderator without sites; one who has any of these blind indexes already stays as they are.

    Args:
        conn: In a transaction that writes.
        name: What other moderators see.
        candidates: Blind indexes of the address, newest key first.
        sealed_email: The address.
        password_hash: argon2id.
        now: When.
    """
    if by_index(conn, candidates) is not None:
        return
    values = {
        "name": name,
        "blind_index": candidates[0],
        "sealed_email": sealed_email,
        "password_hash": password_hash,
        "created_at": now,
    }
    insert_or_ignore(conn, moderator, values, unique=["blind_index"])


def join_sites(conn: Connection, moderator_id: int, site_ids: Sequence[int], role: Role, *, now: datetime) -> None:
    """Let a moderator look after these sites too; a role they already have there is replaced."""
    for site_id in site_ids:
        values = {"moderator_id": moderator_id, "site_id": site_id, "role": role, "created_at": now}
        insert_or_change(conn, membership, values, unique=["moderator_id", "site_id"], changed="role")


def set_password(conn: Connection, moderator_id: int, password_hash: str) -> None:
    """Store the argon2id hash of a new password."""
    conn.execute(sa.update(moderator).where(moderator.c.id == moderator_id).values(password_hash=password_hash))


def disable(conn: Connection, moderator_id: int, *, now: datetime) -> None:
    """Let somebody in nowhere any more: sessions, links, tokens and feeds end at once. What they did stays."""
    conn.execute(sa.update(moderator).where(moderator.c.id == moderator_id).values(disabled_at=now))
    for table in (session, sign_in_link, api_token, feed_link):
        conn.execute(sa.delete(table).where(table.c.moderator_id == moderator_id))


def enable(conn: Connection, moderator_id: int) -> None:
    """Let them in again, with the password, second factor and sites that they had."""
    conn.execute(sa.update(moderator).where(moderator.c.id == moderator_id).values(disabled_at=None))


def _one(conn: Connection, condition: sa.ColumnElement[bool]) -> Moderator | None:
    rows = conn.execute(with_roles(sa.select(*READ)).where(condition)).all()
    return from_rows(rows) if rows else None


def with_roles(query: sa.Select[Any]) -> sa.Select[Any]:
    """A query for `READ`, with a row for each role of a moderator, or one without any."""
    return query.add_columns(membership.c.site_id, membership.c.role).outerjoin_from(
        moderator, membership, membership.c.moderator_id == moderator.c.id
    )


def from_rows(rows: Sequence[Any]) -> Moderator:
    """The moderator of the first row that a query `with_roles` gave, with the roles in all of their rows."""
    row = rows[0]
    return Moderator(
        row.id,
        row.name,
        row.password_hash,
        {each.site_id: Role(each.role) for each in rows if each.id == row.id and each.site_id is not None},
        row.disabled_at is not None,
        row.totp_confirmed_at is not None,
    )
