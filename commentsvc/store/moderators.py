"""Moderators and the sites they look after."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.roles import Role
from commentsvc.store.schema import membership, moderator
from commentsvc.store.upsert import insert_or_change


@dataclass(frozen=True, slots=True)
class Moderator:
    """One moderator; the address stays sealed."""

    id: int
    name: str
    password_hash: str | None = field(repr=False)
    sealed_email: bytes = field(repr=False)
    roles: dict[int, Role]
    """Site row id → role."""
    is_disabled: bool = False

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


def join_sites(conn: Connection, moderator_id: int, site_ids: Sequence[int], role: Role, *, now: datetime) -> None:
    """Let a moderator look after these sites too; a role they already have there is replaced."""
    for site_id in site_ids:
        values = {"moderator_id": moderator_id, "site_id": site_id, "role": role, "created_at": now}
        insert_or_change(conn, membership, values, unique=["moderator_id", "site_id"], changed="role")


def set_password(conn: Connection, moderator_id: int, password_hash: str) -> None:
    """Store the argon2id hash of a new password."""
    conn.execute(sa.update(moderator).where(moderator.c.id == moderator_id).values(password_hash=password_hash))


def _one(conn: Connection, condition: sa.ColumnElement[bool]) -> Moderator | None:
    row = conn.execute(sa.select(moderator).where(condition)).first()
    if row is None:
        return None
    roles = conn.execute(sa.select(membership).where(membership.c.moderator_id == row.id)).all()
    return _moderator(row, {each.site_id: Role(each.role) for each in roles})


def _moderator(row: Any, roles: dict[int, Role]) -> Moderator:  # noqa: ANN401 - a moderator's row
    return Moderator(row.id, row.name, row.password_hash, row.sealed_email, roles, row.disabled_at is not None)
