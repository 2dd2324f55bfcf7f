"""Waiting comments that are like another: the same author, the same text, the same linked domain."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.comment import Like, Likeness
from commentsvc.domain.errors import UnknownCommentError
from commentsvc.store.schema import comment, comment_link

_other = comment.alias("other")
_link = comment_link.alias("link")
# Literal text, because SQLite takes a partial index only where it sees the same words.
_OTHER_WAITS = sa.text("other.status = 'pending'")
_WAITS = sa.text("comment.status = 'pending'")


def count(conn: Connection, public_ids: Collection[str], *, up_to: int) -> dict[str, list[Like]]:
    """Public id → what else waits and is like it, for waiting comments that have any; counting ends at `up_to`."""
    found: dict[str, list[Like]] = defaultdict(list)
    rows = conn.execute(_COUNTED, {"public_ids": list(public_ids), "up_to": up_to}).all()
    for row in sorted(rows, key=lambda row: row.domain or ""):
        for by, number in ((Likeness.AUTHOR, row.author), (Likeness.TEXT, row.text), (Likeness.DOMAIN, row.links)):
            if number:
                found[row.public_id].append(Like(by, row.domain, number, number >= up_to))
    return dict(found)


def ids(
    conn: Connection,
    public_id: str,
    by: Likeness,
    domain: str | None,
    *,
    site_ids: Collection[int],
    after: str | None = None,
    limit: int,
) -> list[str]:
    """Public ids of waiting comments like this one, itself among them if it waits; oldest first.

    Args:
        conn: In a transaction.
        public_id: Of the comment.
        by: In what they are alike.
        domain: For `Likeness.DOMAIN`: where they link to.
        site_ids: Sites that the moderator looks after.
        after: Only younger ones than this.
        limit: At most so many.

    Raises:
        UnknownCommentError: Absent, or of another site.
    """
    model = _model(conn, public_id, site_ids)
    query = sa.select(comment.c.public_id).order_by(comment.c.id).limit(limit)
    match by:
        case Likeness.AUTHOR:
            query = query.where(comment.c.author_id == model.author_id, _WAITS)
        case Likeness.TEXT:
            query = query.where(comment.c.site_id == model.site_id, comment.c.text_digest == model.text_digest, _WAITS)
        case Likeness.DOMAIN:  # pragma: no branch - mypy proves that there is no other
            query = (
                sa.select(comment.c.public_id)
                .join(comment_link, comment_link.c.comment_id == comment.c.id)
                .where(comment_link.c.site_id == model.site_id, comment_link.c.domain == (domain or ""))
                .where(comment_link.c.status == "pending")
                .order_by(comment_link.c.comment_id)
                .limit(limit)
            )
    if after is not None:
        last = sa.select(comment.c.id).where(comment.c.public_id == after).scalar_subquery()
        query = query.where((comment_link.c.comment_id if by is Likeness.DOMAIN else comment.c.id) > last)
    return list(conn.execute(query).scalars())


def newest(conn: Connection, site_ids: Sequence[int]) -> str | None:
    """Public id of the youngest comment of these sites."""
    query = sa.select(comment.c.public_id).where(comment.c.site_id.in_(site_ids)).order_by(comment.c.id.desc()).limit(1)
    found: str | None = conn.execute(query).scalar_one_or_none()
    return found


def _model(conn: Connection, public_id: str, site_ids: Collection[int]) -> Any:  # noqa: ANN401 - a comment's row
    columns = (comment.c.site_id, comment.c.author_id, comment.c.text_digest)
    query = sa.select(*columns).where(comment.c.public_id == public_id, comment.c.site_id.in_(site_ids))
    row = conn.execute(query).first()
    if row is None:
        raise UnknownCommentError
    return row


def _counted(same: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    some = (
        sa.select(sa.literal(1).label("one"))
        .select_from(_other)
        .where(same, _OTHER_WAITS, _other.c.id != comment.c.id)
        .correlate(comment)
        .limit(_UP_TO)
        .subquery()
    )
    return sa.select(sa.func.count()).select_from(some).scalar_subquery()


def _linked() -> sa.ScalarSelect[int]:
    some = (
        sa.select(sa.literal(1).label("one"))
        .select_from(_link)
        .where(_link.c.site_id == comment_link.c.site_id, _link.c.domain == comment_link.c.domain)
        .where(_link.c.status == "pending", _link.c.comment_id != comment_link.c.comment_id)
        .correlate(comment_link)
        .limit(_UP_TO)
        .subquery()
    )
    return sa.select(sa.func.count()).select_from(some).scalar_subquery()


_UP_TO = sa.bindparam("up_to", type_=sa.Integer)
_WAITING = (comment.c.public_id.in_(sa.bindparam("public_ids", expanding=True)), _WAITS)
_SAME_TEXT = sa.and_(_other.c.site_id == comment.c.site_id, _other.c.text_digest == comment.c.text_digest)
_COUNTED = sa.union_all(
    sa.select(
        comment.c.public_id,
        sa.cast(sa.null(), sa.Text).label("domain"),
        _counted(_other.c.author_id == comment.c.author_id).label("author"),
        _counted(_SAME_TEXT).label("text"),
        sa.literal_column("0").label("links"),
    ).where(*_WAITING),
    sa.select(
        comment.c.public_id,
        comment_link.c.domain,
        sa.literal_column("0"),
        sa.literal_column("0"),
        _linked(),
    )
    .join(comment_link, comment_link.c.comment_id == comment.c.id)
    .where(*_WAITING),
)
"""Of each comment how many are like it, and then of each domain that it links to."""
