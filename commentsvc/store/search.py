"""Searching the comments that a moderator looks after: newest first, by keyset, never for long."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.comment import HeldComment
from commentsvc.domain.errors import UnknownCommentError
from commentsvc.domain.search import Search
from commentsvc.store import queue, search_walk
from commentsvc.store import search_labels as labels
from commentsvc.store.schema import comment, rule
from commentsvc.store.search_walk import Group

_AT_ONCE = 1_000
_NEVER = "/nothing"
"""A label that no comment has."""


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what was found."""

    comments: list[HeldComment]
    next: str | None
    """Public id of the comment to go on after."""
    count: int
    """All that were found from here on, as far as they were counted."""
    is_complete: bool
    """Whether everything was looked at. If not, `next` leads to the rest, even when nothing was found so far."""


def find(
    conn: Connection,
    search: Search,
    *,
    site_ids: Collection[int],
    after: str | None,
    limit: int,
    count_up_to: int,
    today: date,
    seconds_left: Callable[[], float],
) -> Found:
    """One page.

    Args:
        conn: To read from.
        search: What to look for.
        site_ids: Of the sites that the moderator looks after.
        after: Public id of a comment; None: from the newest.
        limit: Comments on the page.
        count_up_to: Where to stop counting.
        today: In UTC.
        seconds_left: Asked now and then; the search stops when there is nothing left.

    Raises:
        UnknownCommentError: The comment named for its author or article is absent, or another site's.
    """
    groups = list(_groups(conn, search, site_ids, today))
    first, last = _ends(conn)
    if after is not None:
        last = min(last, _row_id(conn, after, site_ids) - 1)
    walked = search_walk.newest_first(
        conn, groups, first=first, last=last, limit=max(count_up_to, limit + 1), seconds_left=seconds_left
    )
    here = walked.row_ids[:limit]
    comments = queue.these(conn, here, site_ids=site_ids)
    if len(walked.row_ids) > limit:
        following = comments[-1].id if comments else None
    elif walked.stopped_at is not None:
        following = queue.nearest(conn, walked.stopped_at + 1, site_ids=site_ids)
    else:
        following = None
    return Found(comments, following, len(walked.row_ids), walked.stopped_at is None)


def last_row_id(conn: Connection) -> int:
    """Of the newest comment there is; 0 without any."""
    return _ends(conn)[1]


def oldest(
    conn: Connection,
    search: Search,
    *,
    site_ids: Collection[int],
    first: int,
    last: int,
    limit: int,
    today: date,
) -> list[tuple[int, str]]:
    """The oldest comments found, as row id and public id.

    Args:
        conn: To read from.
        search: What to look for.
        site_ids: Of the sites that the moderator looks after.
        first: Lowest row id.
        last: Highest row id.
        limit: How many at most.
        today: In UTC.

    Raises:
        UnknownCommentError: As for `find`.
    """
    groups = list(_groups(conn, search, site_ids, today))
    ids = search_walk.oldest_first(conn, groups, first=first, last=last, limit=limit)
    query = sa.select(comment.c.id, comment.c.public_id).order_by(comment.c.id)
    return [
        (row.id, row.public_id)
        for some in range(0, len(ids), _AT_ONCE)
        for row in conn.execute(query.where(comment.c.id.in_(ids[some : some + _AT_ONCE])))
    ]


def count(conn: Connection, search: Search, *, site_ids: Collection[int], up_to: int, today: date) -> int:
    """How many are found, counting no further than `up_to`, however long it takes."""
    groups = list(_groups(conn, search, site_ids, today))
    first, last = _ends(conn)
    return len(search_walk.oldest_first(conn, groups, first=first, last=last, limit=up_to))


def _groups(conn: Connection, search: Search, site_ids: Collection[int], today: date) -> Iterator[Group]:
    """What must be met: of each group, one of its phrases. The sites come always."""
    yield from ((phrase,) for phrase in search.phrases)
    yield _any(map(labels.of_site, sorted(site_ids)))
    if search.status is not None:
        yield _any([labels.of_status(search.status)])
    if search.author is not None:
        yield _any([labels.of_author(_of(conn, search.author, comment.c.author_id, site_ids))])
    if search.thread is not None:
        yield _any([labels.of_thread(_of(conn, search.thread, comment.c.thread_id, site_ids))])
    if search.finding is not None:
        yield _any([labels.of_finding(search.finding)])
    if search.rule is not None:
        yield _any(map(labels.of_rule, _rules(conn, search.rule, site_ids)))
    if search.domain is not None:
        yield _any([labels.of_domain(search.domain)])
    if search.since is not None or search.until is not None:
        # Whole years are one label: where nothing ends, the rest of this one comes along.
        first = max(search.since or date.min, date(labels.FIRST_YEAR, 1, 1))
        last = min(search.until or date.max, date(today.year + 1, 12, 31))
        yield _any(labels.between(first, last))


def _any(tokens: Iterable[str]) -> Group:
    return tuple((token,) for token in tokens) or ((_NEVER,),)


def _of(conn: Connection, public_id: str, column: sa.Column[int], site_ids: Collection[int]) -> int:
    mine = sa.select(column).where(comment.c.public_id == public_id, comment.c.site_id.in_(site_ids))
    found = conn.execute(mine).scalar_one_or_none()
    if found is None:
        raise UnknownCommentError
    return found


def _rules(conn: Connection, spelled: str, site_ids: Collection[int]) -> Sequence[int]:
    kind, _, pattern = spelled.partition(":")
    query = sa.select(rule.c.id).where(rule.c.kind == kind, rule.c.pattern == pattern, rule.c.site_id.in_(site_ids))
    return conn.execute(query.order_by(rule.c.id)).scalars().all()


def _row_id(conn: Connection, public_id: str, site_ids: Collection[int]) -> int:
    """Of a cursor; 0 if it is absent, or another site's: then nothing follows it."""
    mine = sa.select(comment.c.id).where(comment.c.public_id == public_id, comment.c.site_id.in_(site_ids))
    return conn.execute(mine).scalar_one_or_none() or 0


def _ends(conn: Connection) -> tuple[int, int]:
    """The lowest and the highest row id of all; (1, 0) without comments."""
    lowest = sa.select(sa.func.min(comment.c.id)).scalar_subquery()
    highest = sa.select(sa.func.max(comment.c.id)).scalar_subquery()
    row = conn.execute(sa.select(lowest.label("lowest"), highest.label("highest"))).one()
    return (1, 0) if row.highest is None else (row.lowest, row.highest)
