"""Invitations to a site: one-time links of which the database knows only the digest."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.acts import Act
from commentsvc.domain.errors import InvitationNotValidError, NotFoundError
from commentsvc.domain.ids import new_public_id
from commentsvc.domain.roles import Role
from commentsvc.store import history, members
from commentsvc.store.schema import invitation, membership, moderator, site


@dataclass(frozen=True, slots=True)
class Invitation:
    """One that is open: not used, not expired, and whoever made it still owns the site."""

    public_id: str
    site_id: int
    site_key: str
    site_name: str
    name: str
    """What the owner calls the person invited."""
    role: Role
    invited_by: int
    inviter: str
    """Name of the owner who made it."""
    created_at: datetime
    expires_at: datetime
    is_registered: bool
    """Whether an account was asked for with it; then only signing in leads on."""


def add(
    conn: Connection,
    id_digest: bytes,
    *,
    site_id: int,
    name: str,
    role: Role,
    by: int,
    now: datetime,
    expires_at: datetime,
) -> str:
    """Remember an invitation and write it into the history; its public id."""
    history.lock(conn, [site_id])
    conn.execute(sa.delete(invitation).where(invitation.c.site_id == site_id, invitation.c.expires_at <= now))
    public_id = new_public_id()
    values = {
        "id_digest": id_digest,
        "public_id": public_id,
        "site_id": site_id,
        "name": name,
        "role": role,
        "invited_by": by,
        "created_at": now,
        "expires_at": expires_at,
    }
    conn.execute(sa.insert(invitation).values(values))
    details = {"name": name, "role": str(role)}
    _write(conn, Act.INVITE, site_id, public_id, by=by, details=details, now=now)
    return public_id


def open_on(conn: Connection, site_id: int, *, now: datetime) -> list[Invitation]:
    """A site's open invitations, oldest first."""
    return _open(conn, invitation.c.site_id == site_id, now=now)


def by_digest(conn: Connection, id_digest: bytes, *, now: datetime) -> Invitation | None:
    """The open invitation behind a link."""
    found = _open(conn, invitation.c.id_digest == id_digest, now=now)
    return found[0] if found else None


def withdraw(conn: Connection, public_id: str, *, site_id: int, by: int, now: datetime) -> None:
    """Make an open invitation worth nothing.

    Raises:
        NotFoundError: This site has no such open invitation (404).
    """
    history.lock(conn, [site_id])
    found = [each for each in open_on(conn, site_id, now=now) if each.public_id == public_id]
    if not found:
        raise NotFoundError
    conn.execute(sa.delete(invitation).where(invitation.c.public_id == public_id))
    details = {"name": found[0].name, "role": str(found[0].role)}
    _write(conn, Act.WITHDRAW_INVITATION, site_id, public_id, by=by, details=details, now=now)


def register(conn: Connection, id_digest: bytes, *, now: datetime) -> None:
    """Use up the one account that may be asked for with an invitation; it stays open for whoever signs in.

    Raises:
        InvitationNotValidError: It is not open, or an account was asked for with it before (403).
    """
    unused = sa.and_(invitation.c.id_digest == id_digest, invitation.c.registered_at.is_(None))
    is_open = by_digest(conn, id_digest, now=now) is not None
    if not is_open or conn.execute(sa.update(invitation).where(unused).values(registered_at=now)).rowcount != 1:
        raise InvitationNotValidError


def accept(conn: Connection, id_digest: bytes, moderator_id: int, *, now: datetime) -> Invitation:
    """Use an invitation up: the moderator joins its site.

    Raises:
        InvitationNotValidError: It is not open (403, `invitation_not_valid`).
        AlreadyMemberError: They look after the site already; it stays open (409, `already_member`).
    """
    found = by_digest(conn, id_digest, now=now)
    if found is None:
        raise InvitationNotValidError
    members.join(
        conn,
        moderator_id,
        site_id=found.site_id,
        role=found.role,
        invitation=found.public_id,
        invited_by=found.invited_by,
        now=now,
    )
    unused = sa.and_(invitation.c.id_digest == id_digest, invitation.c.used_at.is_(None))
    if conn.execute(sa.update(invitation).where(unused).values(used_at=now)).rowcount != 1:
        raise InvitationNotValidError  # somebody was faster; the transaction takes back the joining
    return found


def _write(
    conn: Connection, act: Act, site_id: int, public_id: str, *, by: int, details: Mapping[str, object], now: datetime
) -> None:
    subject = f"invitation:{public_id}"
    history.write(conn, act, site_id=site_id, subject=subject, moderator_id=by, details=details, now=now)


def _open(conn: Connection, condition: sa.ColumnElement[bool], *, now: datetime) -> list[Invitation]:
    by_an_owner = sa.and_(
        membership.c.site_id == invitation.c.site_id,
        membership.c.moderator_id == invitation.c.invited_by,
        membership.c.role == Role.OWNER,
    )
    query = (
        sa.select(invitation, site.c.key, site.c.name.label("site_name"), moderator.c.name.label("inviter"))
        .join(site, site.c.id == invitation.c.site_id)
        .join(moderator, moderator.c.id == invitation.c.invited_by)
        .join(membership, by_an_owner)
        .where(condition, invitation.c.used_at.is_(None), invitation.c.expires_at > now)
        .where(moderator.c.disabled_at.is_(None))
        .order_by(invitation.c.created_at, invitation.c.public_id)
    )
    return [_invitation(row) for row in conn.execute(query)]


def _invitation(row: Any) -> Invitation:  # noqa: ANN401 - a joined row
    return Invitation(
        public_id=row.public_id,
        site_id=row.site_id,
        site_key=row.key,
        site_name=row.site_name,
        name=row.name,
        role=Role(row.role),
        invited_by=row.invited_by,
        inviter=row.inviter,
        created_at=row.created_at,
        expires_at=row.expires_at,
        is_registered=row.registered_at is not None,
    )
