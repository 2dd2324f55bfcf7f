"""Second factors: a closed secret per moderator, the last code that was taken, and recovery codes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.store.schema import moderator, recovery_code


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """What is stored of one moderator's."""

    closed_secret: bytes | None = field(repr=False)
    """None: there is none, not even one begun."""
    confirmed_at: datetime | None
    """None: it was begun at most; signing in does not ask for it."""
    codes_left: int
    """Recovery codes that have not been used."""

    @property
    def is_on(self) -> bool:
        """Whether signing in asks for it."""
        return self.confirmed_at is not None


def of_moderator(conn: Connection, moderator_id: int) -> SecondFactor:
    """The state of this moderator's second factor."""
    unused = sa.select(sa.func.count()).select_from(recovery_code)
    unused = unused.where(recovery_code.c.moderator_id == moderator_id, recovery_code.c.used_at.is_(None))
    query = sa.select(
        moderator.c.sealed_totp_secret, moderator.c.totp_confirmed_at, unused.scalar_subquery().label("codes_left")
    ).where(moderator.c.id == moderator_id)
    row = conn.execute(query).one()
    return SecondFactor(row.sealed_totp_secret, row.totp_confirmed_at, row.codes_left)


def begin(conn: Connection, moderator_id: int, closed_secret: bytes) -> bool:
    """Store a secret that is still to be confirmed; False if a confirmed one is there, which stays."""
    fresh = {"sealed_totp_secret": closed_secret, "totp_last_step": None}
    return _change(conn, moderator_id, moderator.c.totp_confirmed_at.is_(None), fresh)


def confirm(conn: Connection, moderator_id: int, closed_secret: bytes, step: int, *, now: datetime) -> bool:
    """Switch on what `begin` stored, with the step of its first code; False if it is no longer that secret."""
    is_begun = sa.and_(moderator.c.totp_confirmed_at.is_(None), moderator.c.sealed_totp_secret == closed_secret)
    return _change(conn, moderator_id, is_begun, {"totp_confirmed_at": now, "totp_last_step": step})


def use_step(conn: Connection, moderator_id: int, step: int) -> bool:
    """Take the code of a time step, if neither it nor a later one was taken before; one statement decides."""
    is_new = sa.and_(
        moderator.c.totp_confirmed_at.is_not(None),
        sa.or_(moderator.c.totp_last_step.is_(None), moderator.c.totp_last_step < step),
    )
    return _change(conn, moderator_id, is_new, {"totp_last_step": step})


def replace_codes(conn: Connection, moderator_id: int, digests: Collection[bytes]) -> None:
    """Give a moderator these recovery codes; those from before are worth nothing any more."""
    conn.execute(sa.delete(recovery_code).where(recovery_code.c.moderator_id == moderator_id))
    conn.execute(
        sa.insert(recovery_code), [{"moderator_id": moderator_id, "code_digest": digest} for digest in digests]
    )


def use_code(conn: Connection, moderator_id: int, digest: bytes, *, now: datetime) -> bool:
    """Use a recovery code up; False if there is none such, or it was used before."""
    unused = sa.and_(
        recovery_code.c.moderator_id == moderator_id,
        recovery_code.c.code_digest == digest,
        recovery_code.c.used_at.is_(None),
    )
    return conn.execute(sa.update(recovery_code).where(unused).values(used_at=now)).rowcount == 1


def take_away(conn: Connection, moderator_id: int) -> bool:
    """Switch it off and forget everything of it; False if there was none that was on."""
    conn.execute(sa.delete(recovery_code).where(recovery_code.c.moderator_id == moderator_id))
    was_on = _change(conn, moderator_id, moderator.c.totp_confirmed_at.is_not(None), {"totp_confirmed_at": None})
    _change(conn, moderator_id, sa.true(), {"sealed_totp_secret": None, "totp_last_step": None})
    return was_on


def _change(
    conn: Connection, moderator_id: int, condition: sa.ColumnElement[bool], values: Mapping[str, object]
) -> bool:
    query = sa.update(moderator).where(moderator.c.id == moderator_id, condition).values(values)
    return conn.execute(query).rowcount == 1
