"""A site's comments as rules are made from them and tried against them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.links import hrefs
from commentsvc.domain.rules import PastComment, Written
from commentsvc.domain.status import CommentStatus
from commentsvc.store.schema import comment, comment_link

_COLUMNS = (
    comment.c.public_id,
    comment.c.status,
    comment.c.created_at,
    comment.c.name,
    comment.c.website,
    comment.c.source,
    comment.c.text,
    comment.c.tree,
    comment.c.author_id,
    comment.c.site_id,
)


@dataclass(frozen=True, slots=True)
class DomainRecord:
    """What became of a site's comments that link to one domain."""

    domain: str
    approved: int = 0
    refused: int = 0
    """Rejected or marked as spam."""


def recent(conn: Connection, site_id: int, *, skipped: int = 0, limit: int) -> list[PastComment]:
    """The site's last comments, whatever became of them, the newest first."""
    query = sa.select(*_COLUMNS).where(comment.c.site_id == site_id)
    newest_first = (comment.c.created_at.desc(), comment.c.id.desc())
    return [_past(row) for row in conn.execute(query.order_by(*newest_first).offset(skipped).limit(limit))]


def one(conn: Connection, public_id: str, *, site_ids: Collection[int]) -> tuple[int, PastComment] | None:
    """A comment with the row id of its site; another site's is as good as absent."""
    query = sa.select(*_COLUMNS).where(comment.c.public_id == public_id, comment.c.site_id.in_(site_ids))
    row = conn.execute(query).first()
    return None if row is None else (row.site_id, _past(row))


def domain_record(conn: Connection, site_id: int, domain: str, *, up_to: int) -> DomainRecord:
    """What became of the comments that link to a domain, looking at no more than `up_to` of them."""
    some = (
        sa.select(comment_link.c.status)
        .where(comment_link.c.site_id == site_id, comment_link.c.domain == domain)
        .order_by(comment_link.c.status)  # approved ones first: a few of them matter more than the rest
        .limit(up_to)
        .subquery()
    )
    rows = conn.execute(sa.select(some.c.status, sa.func.count()).group_by(some.c.status))
    counts: dict[str, int] = {status: count for status, count in rows}  # noqa: C416 - a row is no pair to mypy
    return DomainRecord(
        domain,
        approved=counts.get(CommentStatus.APPROVED, 0),
        refused=counts.get(CommentStatus.REJECTED, 0) + counts.get(CommentStatus.SPAM, 0),
    )


def _past(row: Any) -> PastComment:  # noqa: ANN401 - a row of `_COLUMNS`
    written = Written(
        row.name, row.website, row.source, row.text, links=tuple(hrefs(row.tree)), author_id=row.author_id
    )
    return PastComment(row.public_id, CommentStatus(row.status), row.created_at, written)
