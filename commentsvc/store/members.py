"""The members of a site: who they are, what they may do there, and how they leave."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.acts import Act
from commentsvc.domain.errors import AlreadyMemberError, LastOwnerError, NotFoundError
from commentsvc.domain.roles import Role
from commentsvc.store import history
from commentsvc.store.schema import decision, feed_link, membership, moderator


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a site, as its owners see them: no address."""

    moderator_id: int
    name: str
    role: Role
    since: datetime
    last_act_at: datetime | None
    """When they last did something on this site; what they do elsewhere is not its owner's business."""
    has_second_factor: bool
    is_disabled: bool


def of_site(conn: Connection, site_id: int) -> list[Member]:
    """Everybody who looks after a site: owners first, then by name."""
    return _members(conn, membership.c.site_id == site_id)


def one(conn: Connection, site_id: int, moderator_id: int) -> Member | None:
    """One member of a site."""
    found = _members(conn, membership.c.site_id == site_id, membership.c.moderator_id == moderator_id)
    return found[0] if found else None


def how_many(conn: Connection, site_ids: frozenset[int]) -> dict[int, int]:
    """Site row id → number of its members."""
    query = sa.select(membership.c.site_id, sa.func.count().label("members")).where(membership.c.site_id.in_(site_ids))
    return {row.site_id: row.members for row in conn.execute(query.group_by(membership.c.site_id))}


def join(
    conn: Connection, moderator_id: int, *, site_id: int, role: Role, invitation: str, invited_by: int, now: datetime
) -> None:
    """Make somebody a member, and write it into the history.

    Raises:
        AlreadyMemberError: They are one (409, `already_member`); their role stays.
    """
    history.lock(conn, [site_id])
    if one(conn, site_id, moderator_id) is not None:
        raise AlreadyMemberError
    values = {"moderator_id": moderator_id, "site_id": site_id, "role": role, "created_at": now}
    conn.execute(sa.insert(membership).values(values))
    details = {"role": str(role), "invitation": invitation, "invited_by": invited_by}
    _write(conn, Act.JOIN, site_id, moderator_id, by=moderator_id, details=details, now=now)


def change_role(conn: Connection, moderator_id: int, role: Role, *, site_id: int, by: int, now: datetime) -> Member:
    """Give a member another role; nothing is written if it is the one they have.

    Returns:
        The member as they were.

    Raises:
        NotFoundError: They are no member of this site (404).
        LastOwnerError: The site would have no owner (409, `last_owner`).
    """
    history.lock(conn, [site_id])
    member = _known(conn, site_id, moderator_id)
    if member.role is not role:
        _check_an_owner_stays(conn, site_id, member)
        conn.execute(sa.update(membership).where(_is(site_id, moderator_id)).values(role=role))
        details = {"name": member.name, "from": str(member.role), "to": str(role)}
        _write(conn, Act.CHANGE_ROLE, site_id, moderator_id, by=by, details=details, now=now)
    return member


def remove(conn: Connection, moderator_id: int, *, site_id: int, by: int, now: datetime) -> Member:
    """Take somebody off a site; their sessions and tokens lose it with their next request.

    Returns:
        The member as they were.

    Raises:
        NotFoundError: They are no member of this site (404).
        LastOwnerError: The site would have no owner (409, `last_owner`).
    """
    history.lock(conn, [site_id])
    member = _known(conn, site_id, moderator_id)
    _check_an_owner_stays(conn, site_id, member)
    conn.execute(sa.delete(membership).where(_is(site_id, moderator_id)))
    conn.execute(sa.delete(feed_link).where(feed_link.c.site_id == site_id, feed_link.c.moderator_id == moderator_id))
    details = {"name": member.name, "role": str(member.role)}
    _write(conn, Act.REMOVE_MEMBER, site_id, moderator_id, by=by, details=details, now=now)
    return member


def write_everywhere(conn: Connection, act: Act, moderator_id: int, *, now: datetime) -> None:
    """Write what the operator did to a moderator into the history of each of their sites."""
    query = sa.select(membership.c.site_id).where(membership.c.moderator_id == moderator_id)
    site_ids = conn.execute(query.order_by(membership.c.site_id)).scalars().all()
    history.lock(conn, site_ids)
    for site_id in site_ids:
        _write(conn, act, site_id, moderator_id, by=None, details={}, now=now)


def _write(
    conn: Connection,
    act: Act,
    site_id: int,
    moderator_id: int,
    *,
    by: int | None,
    details: Mapping[str, object],
    now: datetime,
) -> None:
    subject = f"member:{moderator_id}"
    history.write(conn, act, site_id=site_id, subject=subject, moderator_id=by, details=details, now=now)


def _check_an_owner_stays(conn: Connection, site_id: int, leaving: Member) -> None:
    """Before an owner goes: somebody else must own the site, and be able to sign in."""
    if leaving.role is not Role.OWNER:
        return
    others = (each for each in of_site(conn, site_id) if each.moderator_id != leaving.moderator_id)
    if not any(each.role is Role.OWNER and not each.is_disabled for each in others):
        raise LastOwnerError


def _known(conn: Connection, site_id: int, moderator_id: int) -> Member:
    found = one(conn, site_id, moderator_id)
    if found is None:
        raise NotFoundError
    return found


def _is(site_id: int, moderator_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(membership.c.site_id == site_id, membership.c.moderator_id == moderator_id)


def _members(conn: Connection, *conditions: sa.ColumnElement[bool]) -> list[Member]:
    last_act = sa.select(decision.c.created_at).where(
        decision.c.moderator_id == membership.c.moderator_id, decision.c.site_id == membership.c.site_id
    )
    last_act = last_act.order_by(decision.c.id.desc()).limit(1)
    query = (
        sa.select(
            membership.c.moderator_id,
            moderator.c.name,
            membership.c.role,
            membership.c.created_at,
            last_act.scalar_subquery().label("last_act_at"),
            moderator.c.totp_confirmed_at,
            moderator.c.disabled_at,
        )
        .join(moderator, moderator.c.id == membership.c.moderator_id)
        .where(*conditions)
        .order_by(sa.case((membership.c.role == Role.OWNER, 0), else_=1), moderator.c.name, moderator.c.id)
    )
    return [
        Member(
            moderator_id=row.moderator_id,
            name=row.name,
            role=Role(row.role),
            since=row.created_at,
            last_act_at=row.last_act_at,
            has_second_factor=row.totp_confirmed_at is not None,
            is_disabled=row.disabled_at is not None,
        )
        for row in conn.execute(query)
    ]
