"""Moderators' sessions and one-time sign-in links; the database knows only digests of what opens them."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.ids import new_public_id
from commentsvc.store import moderators
from commentsvc.store.moderators import Moderator
from commentsvc.store.schema import moderator, session, sign_in_link


@dataclass(frozen=True, slots=True)
class Session:
    """A moderator's session."""

    moderator_id: int
    created_at: datetime
    seen_at: datetime
    """When it was last used, as far as it was written down."""


@dataclass(frozen=True, slots=True)
class ListedSession:
    """A session as its moderator sees it in their own list."""

    public_id: str
    device: str
    created_at: datetime
    seen_at: datetime
    is_this: bool
    """Whether the list was asked for with it."""


def start(conn: Connection, id_digest: bytes, moderator_id: int, *, device: str, now: datetime) -> None:
    """Begin a session.

    Args:
        conn: In a transaction that writes.
        id_digest: Of what the browser's cookie holds.
        moderator_id: Whose.
        device: For the moderator's own list of sessions: ``Firefox on Linux``.
        now: When.
    """
    values = {
        "id_digest": id_digest,
        "public_id": new_public_id(),
        "moderator_id": moderator_id,
        "device": device,
        "created_at": now,
        "seen_at": now,
    }
    conn.execute(sa.insert(session).values(values))


_FOUND = moderators.with_roles(
    sa.select(session.c.created_at, session.c.seen_at, *moderators.READ)
    .join_from(session, moderator, moderator.c.id == session.c.moderator_id)
    .where(
        session.c.id_digest == sa.bindparam("id_digest"),
        session.c.seen_at > sa.bindparam("seen_since"),
        session.c.created_at > sa.bindparam("created_since"),
    )
)


def find(
    conn: Connection, id_digest: bytes, *, seen_since: datetime, created_since: datetime
) -> tuple[Session, Moderator] | None:
    """The session with this id, if it is neither idle nor old, and whose it is."""
    values = {"id_digest": id_digest, "seen_since": seen_since, "created_since": created_since}
    rows = conn.execute(_FOUND, values).all()
    return (Session(rows[0].id, rows[0].created_at, rows[0].seen_at), moderators.from_rows(rows)) if rows else None


def of_moderator(
    conn: Connection, moderator_id: int, *, this: bytes, seen_since: datetime, created_since: datetime
) -> list[ListedSession]:
    """A moderator's sessions that can still be used: this one first, then the one used last."""
    query = sa.select(session).where(
        session.c.moderator_id == moderator_id,
        session.c.seen_at > seen_since,
        session.c.created_at > created_since,
    )
    rows = conn.execute(query.order_by(session.c.seen_at.desc(), session.c.public_id)).all()
    listed = [
        ListedSession(row.public_id, row.device, row.created_at, row.seen_at, row.id_digest == this) for row in rows
    ]
    return sorted(listed, key=lambda each: not each.is_this)


def touch(conn: Connection, id_digest: bytes, *, now: datetime) -> None:
    """Write down that the session was used."""
    conn.execute(sa.update(session).where(session.c.id_digest == id_digest).values(seen_at=now))


def end(conn: Connection, id_digest: bytes) -> None:
    """End one session."""
    conn.execute(sa.delete(session).where(session.c.id_digest == id_digest))


def end_listed(conn: Connection, moderator_id: int, public_id: str) -> bool:
    """End one of a moderator's own sessions by its public id; False if they have none such."""
    own = sa.and_(session.c.moderator_id == moderator_id, session.c.public_id == public_id)
    return conn.execute(sa.delete(session).where(own)).rowcount == 1


def end_others(conn: Connection, moderator_id: int, *, but: bytes) -> int:
    """End all sessions of one moderator but one; how many there were."""
    others = sa.and_(session.c.moderator_id == moderator_id, session.c.id_digest != but)
    return conn.execute(sa.delete(session).where(others)).rowcount


def end_all(conn: Connection, moderator_id: int) -> None:
    """End all sessions of one moderator."""
    conn.execute(sa.delete(session).where(session.c.moderator_id == moderator_id))


def end_old(conn: Connection, *, seen_before: datetime, created_before: datetime) -> None:
    """Forget sessions that nobody can use any more."""
    conn.execute(
        sa.delete(session).where(sa.or_(session.c.seen_at <= seen_before, session.c.created_at <= created_before))
    )


def add_link(conn: Connection, id_digest: bytes, moderator_id: int, *, expires_at: datetime) -> None:
    """Remember a one-time sign-in link."""
    values = {"id_digest": id_digest, "moderator_id": moderator_id, "expires_at": expires_at}
    conn.execute(sa.insert(sign_in_link).values(values))


def link_owner(conn: Connection, id_digest: bytes, *, now: datetime) -> int | None:
    """Row id of the moderator whom an unused, unexpired link lets in."""
    query = sa.select(sign_in_link.c.moderator_id).where(_usable(id_digest, now))
    return conn.execute(query).scalar_one_or_none()


def use_link(conn: Connection, id_digest: bytes, *, now: datetime) -> int | None:
    """Use a link up; row id of its moderator, None if it was used before or has expired."""
    used = sa.update(sign_in_link).where(_usable(id_digest, now)).values(used_at=now)
    return conn.execute(used.returning(sign_in_link.c.moderator_id)).scalar_one_or_none()


def _usable(id_digest: bytes, now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(
        sign_in_link.c.id_digest == id_digest, sign_in_link.c.used_at.is_(None), sign_in_link.c.expires_at > now
    )
