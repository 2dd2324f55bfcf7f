"""Sites and their origins."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.errors import NotFoundError, OwnerRequiredError
from commentsvc.domain.roles import Role
from commentsvc.domain.site import (
    ADDRESS_DAYS,
    DEFAULT_BADGE,
    EDIT_MINUTES,
    LANGUAGE,
    REFUSED_DAYS,
    REPORT_HOLD,
    EmailPolicy,
    HoldPolicy,
    Panic,
    Site,
    SitePolicy,
)
from commentsvc.store import reasons
from commentsvc.store.schema import site, site_origin


def by_key(conn: Connection, key: str) -> Site | None:
    """The site with this key."""
    found = _select(conn, site.c.key == key)
    return found[0] if found else None


def all_sites(conn: Connection) -> list[Site]:
    """Every site, by key."""
    return _select(conn, sa.true())


def with_ids(conn: Connection, ids: Collection[int]) -> list[Site]:
    """The sites with these row ids, by key."""
    return _read(conn.execute(_WITH_IDS, {"ids": list(ids)}))


def looked_after(conn: Connection, key: str, roles: Mapping[int, Role], *, role: Role = Role.MODERATOR) -> Site:
    """The site with this key, for somebody who has a role there; others' are as good as absent.

    Args:
        conn: In a transaction.
        key: From the address.
        roles: Site row id → role, of whoever asks.
        role: What is needed; an owner may do all that a moderator may.

    Raises:
        NotFoundError: There is none of this key among their sites (404).
        OwnerRequiredError: They look after it, but do not own it (403).
    """
    site = by_key(conn, key)
    if site is None or site.id not in roles:
        raise NotFoundError
    if role is Role.OWNER and roles[site.id] is not Role.OWNER:
        raise OwnerRequiredError
    return site


def is_registered(conn: Connection, origin: str) -> bool:
    """Whether any site has this origin."""
    query = sa.select(site_origin.c.site_id).where(site_origin.c.origin == origin).limit(1)
    return conn.execute(query).first() is not None


def add(conn: Connection, *, key: str, name: str, origins: Sequence[str], policy: SitePolicy, now: datetime) -> Site:
    """Make a site, with some canned reasons to begin with.

    Raises:
        IntegrityError: The key is taken.
    """
    values = {"key": key, "name": name, "policy": asdict(policy), "revision": 1, "created_at": now}
    site_id = conn.execute(sa.insert(site).values(values).returning(site.c.id)).scalar_one()
    _insert_origins(conn, site_id, origins)
    reasons.add_first(conn, site_id)
    return Site(site_id, key, name, tuple(origins), policy, revision=1)


def change(conn: Connection, changed: Site) -> None:
    """Store a site's name, origins and policy, and move its revision, so that every cached thread is made anew."""
    values = {"name": changed.name, "policy": asdict(changed.policy), "revision": site.c.revision + 1}
    conn.execute(sa.update(site).where(site.c.id == changed.id).values(values))
    conn.execute(sa.delete(site_origin).where(site_origin.c.site_id == changed.id))
    _insert_origins(conn, changed.id, changed.origins)


def change_policy(conn: Connection, site_id: int, policy: SitePolicy) -> None:
    """Store a site's policy, and move its revision."""
    values = {"policy": asdict(policy), "revision": site.c.revision + 1}
    conn.execute(sa.update(site).where(site.c.id == site_id).values(values))


def _insert_origins(conn: Connection, site_id: int, origins: Sequence[str]) -> None:
    rows = [{"site_id": site_id, "origin": origin, "position": i} for i, origin in enumerate(origins)]
    if rows:
        conn.execute(sa.insert(site_origin), rows)


def _select(conn: Connection, condition: sa.ColumnElement[bool]) -> list[Site]:
    return _read(conn.execute(_ALL.where(condition)))


def _read(found: Iterable[Any]) -> list[Site]:
    rows: dict[int, list[Any]] = {}
    for row in found:
        rows.setdefault(row.id, []).append(row)
    return [_site(same) for same in rows.values()]


def _site(rows: Sequence[Any]) -> Site:
    first = rows[0]
    origins = tuple(row.origin for row in rows if row.origin is not None)
    return Site(first.id, first.key, first.name, origins, as_policy(first.policy), first.revision)


def as_policy(stored: Mapping[str, Any]) -> SitePolicy:
    """A policy as its column has it; what is younger than the row is as it is by default."""
    return SitePolicy(
        hold=HoldPolicy(stored["hold"]),
        email=EmailPolicy(stored["email"]),
        max_links=stored["max_links"],
        close_after_days=stored["close_after_days"],
        trust_after=stored.get("trust_after", 1),  # older than this wish of owners
        badge=stored.get("badge", DEFAULT_BADGE),
        address_days=stored.get("address_days", ADDRESS_DAYS),
        refused_days=stored.get("refused_days", REFUSED_DAYS),
        edit_minutes=stored.get("edit_minutes", EDIT_MINUTES),
        language=stored.get("language", LANGUAGE),
        report_hold=stored.get("report_hold", REPORT_HOLD),
        panic=Panic(stored.get("panic", Panic.OFF)),
    )


_ALL = (
    sa.select(site, site_origin.c.origin)
    .outerjoin(site_origin, site_origin.c.site_id == site.c.id)
    .order_by(site.c.key, site_origin.c.position)
)
_WITH_IDS = _ALL.where(site.c.id.in_(sa.bindparam("ids", expanding=True)))
