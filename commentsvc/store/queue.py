"""The moderation queue and its sister lists: comments of some sites in one status, by keyset."""

import functools
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.comment import HeldComment, ParentExcerpt
from commentsvc.domain.findings import Finding, Leaning
from commentsvc.domain.status import CommentStatus
from commentsvc.store.authors import RECORD, as_record
from commentsvc.store.schema import author, comment, comment_version, site, thread

_parent = comment.alias("parent")
_LISTS_AT_ONCE = 100
"""SQLite takes no more than 500 selects in one statement."""


@dataclass(frozen=True, slots=True)
class HeldPage:
    """Some comments for moderators, and the cursor to what follows: the public id of the last one."""

    comments: list[HeldComment]
    next: str | None


def page(
    conn: Connection, status: CommentStatus, *, site_ids: Collection[int], after: str | None, limit: int
) -> HeldPage:
    """Comments in one status: the pending ones oldest first, all others newest first."""
    is_oldest_first = status is CommentStatus.PENDING
    last = None if after is None else _row_id(conn, after, site_ids)
    if after is not None and last is None:
        return HeldPage([], None)
    ids = _ends(conn, site_ids, [status], from_row_id=last, limit=limit + 1, is_oldest_first=is_oldest_first)
    comments = these(conn, ids[:limit], site_ids=site_ids)
    return HeldPage(comments, comments[-1].id if len(ids) > limit else None)


def one(conn: Connection, public_id: str, *, site_ids: Collection[int]) -> HeldComment | None:
    """One comment; another site's is as good as absent."""
    query = _select().where(comment.c.public_id == public_id, comment.c.site_id.in_(site_ids))
    row = conn.execute(query).first()
    return None if row is None else _held(row)


def some(conn: Connection, public_ids: Collection[str], *, site_ids: Collection[int]) -> dict[str, HeldComment]:
    """Public id → comment, for those that exist on these sites."""
    query = _select().where(comment.c.public_id.in_(public_ids), comment.c.site_id.in_(site_ids))
    return {row.public_id: _held(row) for row in conn.execute(query)}


def these(conn: Connection, row_ids: Sequence[int], *, site_ids: Collection[int]) -> list[HeldComment]:
    """Some comments by row id, in the order given; other sites' are left out."""
    rows = conn.execute(_THESE, {"row_ids": row_ids}).all() if row_ids else []
    found = {row.id: _held(row) for row in rows if row.site_id in site_ids}
    return [found[row_id] for row_id in row_ids if row_id in found]


def nearest(conn: Connection, row_id: int, *, site_ids: Collection[int]) -> str | None:
    """Public id of the first comment from a row id on; None if there is none."""
    ids = _ends(conn, site_ids, CommentStatus, from_row_id=row_id - 1, limit=1, is_oldest_first=True)
    query = sa.select(comment.c.public_id).where(comment.c.id.in_(ids))
    return conn.execute(query).scalar_one_or_none()


def counts(conn: Connection, *, site_ids: Collection[int], up_to: int) -> dict[CommentStatus, int]:
    """How many comments are in each status, counting no further than `up_to`, so that a long queue costs no more."""
    row = conn.execute(_COUNTS, {"site_ids": list(site_ids), "up_to": up_to}).one()
    return dict(zip(CommentStatus, row, strict=True))


def _some(status: CommentStatus) -> sa.Subquery:
    return (
        sa.select(comment.c.id)
        .where(comment.c.site_id.in_(_SITE_IDS), comment.c.status == status)
        .order_by(comment.c.site_id, comment.c.status, comment.c.id)  # as the index has them, so that it is used
        .limit(_UP_TO)
        .subquery()
    )


def _ends(
    conn: Connection,
    site_ids: Collection[int],
    statuses: Iterable[CommentStatus],
    *,
    from_row_id: int | None,
    limit: int,
    is_oldest_first: bool,
) -> list[int]:
    """The first row ids of all the sites' lists together: of each list only its first, so that no list is sorted."""
    lists = [(site_id, status) for site_id in sorted(site_ids) for status in statuses]
    found: list[int] = []
    for start in range(0, len(lists), _LISTS_AT_ONCE):
        some = lists[start : start + _LISTS_AT_ONCE]
        values: dict[str, object] = {"limit": limit, "row_id": from_row_id}
        for number, (site_id, status) in enumerate(some):
            values |= {f"site_{number}": site_id, f"status_{number}": status}
        query = _first_of(len(some), is_from_start=from_row_id is None, is_oldest_first=is_oldest_first)
        found += conn.execute(query, values).scalars()
    return sorted(found, reverse=not is_oldest_first)[:limit]


@functools.cache
def _first_of(lists: int, *, is_from_start: bool, is_oldest_first: bool) -> sa.CompoundSelect[int]:
    """The first row ids of so many lists."""
    limit, row_id = sa.bindparam("limit", type_=sa.Integer), sa.bindparam("row_id", type_=sa.BigInteger)
    order = comment.c.id.asc() if is_oldest_first else comment.c.id.desc()
    parts = []
    for number in range(lists):
        own = sa.select(comment.c.id).where(
            comment.c.site_id == sa.bindparam(f"site_{number}"), comment.c.status == sa.bindparam(f"status_{number}")
        )
        if not is_from_start:
            own = own.where(comment.c.id > row_id if is_oldest_first else comment.c.id < row_id)
        parts.append(sa.select(own.order_by(order).limit(limit).subquery().c.id))
    return sa.union_all(*parts)


def _row_id(conn: Connection, public_id: str, site_ids: Collection[int]) -> int | None:
    mine = sa.select(comment.c.id).where(comment.c.public_id == public_id, comment.c.site_id.in_(site_ids))
    return conn.execute(mine).scalar_one_or_none()


def waiting(conn: Connection, *, site_ids: Collection[int], up_to: int) -> dict[int, int]:
    """Site row id → how many comments wait there, counting no further than `up_to` in each."""
    some = (
        sa.select(comment.c.id)
        .where(comment.c.site_id == site.c.id, comment.c.status == CommentStatus.PENDING)
        .order_by(comment.c.site_id, comment.c.status, comment.c.id)  # as the index has them, so that it is used
        .limit(up_to)
        .correlate(site)
        .subquery()
    )
    count = sa.select(sa.func.count()).select_from(some).scalar_subquery()
    rows = conn.execute(sa.select(site.c.id, count.label("waiting")).where(site.c.id.in_(site_ids)))
    return {row.id: row.waiting for row in rows}


def former_sources(conn: Connection, public_ids: Collection[str]) -> dict[str, str]:
    """Public id → what it said before its last edit, for those that were edited."""
    query = (
        sa.select(comment.c.public_id, comment_version.c.source)
        .join(comment, comment.c.id == comment_version.c.comment_id)
        .where(comment.c.public_id.in_(public_ids))
        .order_by(comment_version.c.id)
    )
    return {row.public_id: row.source for row in conn.execute(query)}


def _select() -> sa.Select[Any]:
    return (
        sa.select(
            comment,
            site.c.key.label("site_key"),
            site.c.name.label("site_name"),
            thread.c.url.label("thread_url"),
            thread.c.title.label("thread_title"),
            thread.c.address.label("thread_address"),
            *RECORD,
            _parent.c.public_id.label("parent_public_id"),
            _parent.c.name.label("parent_name"),
            _parent.c.html.label("parent_html"),
            _parent.c.status.label("parent_status"),
        )
        .join(site, site.c.id == comment.c.site_id)
        .join(thread, thread.c.id == comment.c.thread_id)
        .join(author, author.c.id == comment.c.author_id)
        .outerjoin(_parent, _parent.c.id == comment.c.parent_id)
    )


def _held(row: Any) -> HeldComment:  # noqa: ANN401 - a row of `_select`
    return HeldComment(
        id=row.public_id,
        site_key=row.site_key,
        site_name=row.site_name,
        thread_url=row.thread_url,
        thread_title=row.thread_title,
        thread_address=row.thread_address,
        parent=_parent_excerpt(row),
        name=row.name,
        website=row.website,
        source=row.source,
        html=row.html,
        status=CommentStatus(row.status),
        findings=tuple(as_finding(stored) for stored in row.findings),
        record=as_record(row),
        created_at=row.created_at,
        decided_at=row.decided_at,
        tree=row.tree,
        edited_at=row.edited_at,
        edited_by=row.edited_by,
        is_pinned=row.pinned_at is not None,
        message=row.message,
        state_version=row.state_version,
        erased_at=row.erased_at,
    )


def _parent_excerpt(row: Any) -> ParentExcerpt | None:  # noqa: ANN401 - a row of `_select`
    if row.parent_public_id is None:
        return None
    return ParentExcerpt(row.parent_public_id, row.parent_name, row.parent_html, CommentStatus(row.parent_status))


def as_finding(stored: Mapping[str, Any]) -> Finding:
    """A finding as it is stored with its comment."""
    return Finding(
        stored["phase"], Leaning(stored["leaning"]), stored["words"], stored["trigger"], stored.get("rule_id")
    )


# Made once: to put a statement together costs more than most databases need to answer it.
_SITE_IDS: sa.BindParameter[int] = sa.bindparam("site_ids", expanding=True)
_UP_TO = sa.bindparam("up_to", type_=sa.Integer)
_THESE = _select().where(comment.c.id.in_(sa.bindparam("row_ids", expanding=True)))
"""The site is no condition of it: its index would be taken."""
_COUNTS = sa.select(
    *(sa.select(sa.func.count()).select_from(_some(status)).scalar_subquery() for status in CommentStatus)
)
