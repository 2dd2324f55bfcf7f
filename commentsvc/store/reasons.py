"""A site's canned reasons, in the order in which its moderators see them."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.reasons import FIRST_REASONS, CannedReason
from commentsvc.store.schema import canned_reason, site


def of_site(conn: Connection, site_id: int) -> list[CannedReason]:
    """The reasons of one site, in their order."""
    query = sa.select(canned_reason).where(canned_reason.c.site_id == site_id)
    rows = conn.execute(query.order_by(canned_reason.c.position, canned_reason.c.id))
    return [CannedReason(row.label, row.message) for row in rows]


def of_sites(conn: Connection, site_ids: Collection[int]) -> dict[str, list[CannedReason]]:
    """Site key → its reasons, for the forms of a page that shows comments of several sites."""
    found: dict[str, list[CannedReason]] = {}
    for row in conn.execute(_OF_SITES, {"site_ids": list(site_ids)}):
        found.setdefault(row.key, []).append(CannedReason(row.label, row.message))
    return found


def replace(conn: Connection, site_id: int, reasons: Sequence[CannedReason]) -> None:
    """Give a site these reasons, in this order, and no others; no label may occur twice."""
    conn.execute(sa.delete(canned_reason).where(canned_reason.c.site_id == site_id))
    rows = [
        {"site_id": site_id, "label": each.label, "message": each.message, "position": position}
        for position, each in enumerate(reasons)
    ]
    if rows:
        conn.execute(sa.insert(canned_reason), rows)


def add_first(conn: Connection, site_id: int) -> None:
    """What a new site begins with."""
    replace(conn, site_id, FIRST_REASONS)


_OF_SITES = (
    sa.select(canned_reason, site.c.key)
    .join(site, site.c.id == canned_reason.c.site_id)
    .where(canned_reason.c.site_id.in_(sa.bindparam("site_ids", expanding=True)))
    .order_by(canned_reason.c.position, canned_reason.c.id)
)
