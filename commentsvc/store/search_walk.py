"""A walk through the full-text index, in the order of row ids and in portions, so that it can stop in time.

Whatever is looked for, no portion costs much: the index skips to what all lists have in common, and only as far as the
portion reaches. Words that are each in half of all comments and never together are the worst that can be asked for.
What is rare needs no walk on PostgreSQL: its index gives all of it at once.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.engine import Connection

from commentsvc.store.search_frequency import share_at_most
from commentsvc.store.search_index import fts, gin
from commentsvc.store.search_labels import BUCKET, COARSE, between_row_ids

_SPARSE = 100
"""Less than one found in so many comments is little."""
Group = tuple[tuple[str, ...], ...]
"""Phrases of which one must occur; a label or a single word is a phrase of one token."""
_FIRST_PORTION = BUCKET
"""Row ids that the first statement looks at: a search that is over soon should not wait."""
_LONGEST_PORTION = 32 * BUCKET
_GROWTH = 8
_FEW = 10_000
"""So many rows PostgreSQL finds and sorts within some milliseconds."""


@dataclass(frozen=True, slots=True)
class Walked:
    """What a walk found."""

    row_ids: list[int]
    """In the order of the walk."""
    stopped_at: int | None
    """The first row id that was not looked at; None: the walk came to its end, or to its limit."""


def newest_first(
    conn: Connection, wanted: Iterable[Group], *, first: int, last: int, limit: int, seconds_left: Callable[[], float]
) -> Walked:
    """Walk down from `last` to `first`, both included.

    Args:
        conn: To read from.
        wanted: Groups of which each must be met.
        first: Lowest row id.
        last: Highest row id.
        limit: Of comments found.
        seconds_left: Asked between two portions; the walk stops when there is nothing left, and makes its portions so
            that they fit.
    """
    groups, found, size, looked_at = list(wanted), list[int](), _FIRST_PORTION, 0
    if _is_rare(conn, groups, first, last):
        return Walked(_at_once(conn, groups, first, last, limit, is_oldest_first=False), None)
    left = seconds_left()
    while last >= first and len(found) < limit:
        bucket = _bucket(len(found), looked_at)
        start = max(first, (last - size + 1) // bucket * bucket)
        found += _portion(conn, groups, start, last, limit - len(found), bucket, is_oldest_first=False)
        before, left = left, seconds_left()
        looked_at, last, size = looked_at + last - start + 1, start - 1, _next_size(last - start + 1, before, left)
        if len(found) < limit and last >= first and left <= 0:
            return Walked(found, last)
    return Walked(found, None)


def oldest_first(conn: Connection, wanted: Iterable[Group], *, first: int, last: int, limit: int) -> list[int]:
    """Walk up from `first` to `last`, both included, however long it takes; row ids, at most `limit`."""
    groups, found, size, looked_at = list(wanted), list[int](), _FIRST_PORTION, 0
    if _is_rare(conn, groups, first, last):
        return _at_once(conn, groups, first, last, limit, is_oldest_first=True)
    while first <= last and len(found) < limit:
        bucket = _bucket(len(found), looked_at)
        end = min(last, (first + size) // bucket * bucket - 1)
        end = max(end, min(last, first // bucket * bucket + bucket - 1))
        found += _portion(conn, groups, first, end, limit - len(found), bucket, is_oldest_first=True)
        looked_at, size, first = looked_at + end - first + 1, min(size * _GROWTH, _LONGEST_PORTION), end + 1
    return found


def _next_size(size: int, before: float, left: float) -> int:
    """As many row ids as half of the time that is left may do for; no more than eight times as many as before."""
    took = before - left
    fitting = size * left / (2 * took) if took > 0 else float("inf")
    return int(max(BUCKET, min(size * _GROWTH, fitting)))


def _is_rare(conn: Connection, groups: list[Group], first: int, last: int) -> bool:
    """Whether PostgreSQL finds all there is in no time; SQLite walks quickly by itself, for its index has an order."""
    if conn.dialect.name != "postgresql":
        return False
    share = share_at_most(conn, groups)
    return share is not None and share * (last - first + 1) <= _FEW


def _at_once(
    conn: Connection, groups: list[Group], first: int, last: int, limit: int, *, is_oldest_first: bool
) -> list[int]:
    key = gin.c.comment_id
    wanted = sa.cast(sa.literal(_tsquery(groups), sa.Text), TSQUERY)
    # `+ 0`: the table's own index would be taken for the range, and every row in it read.
    query = sa.select(key).where(gin.c.tokens.op("@@")(wanted), (key + 0).between(first, last))
    return list(conn.execute(query.order_by(key.asc() if is_oldest_first else key.desc()).limit(limit)).scalars().all())


def _bucket(found: int, looked_at: int) -> int:
    """Coarse buckets once it has shown that little is found."""
    return COARSE if found * _SPARSE < looked_at else BUCKET


def _portion(
    conn: Connection, groups: list[Group], first: int, last: int, limit: int, bucket: int, *, is_oldest_first: bool
) -> list[int]:
    if conn.dialect.name == "postgresql":
        query = _on_postgresql(groups, first, last, bucket, is_oldest_first=is_oldest_first)
    else:
        query = _on_sqlite(groups, first, last, is_oldest_first=is_oldest_first)
    return list(conn.execute(query.limit(limit)).scalars().all())


def _on_sqlite(groups: list[Group], first: int, last: int, *, is_oldest_first: bool) -> sa.Select[Any]:
    """FTS5 gives rows in their order, one by one; where nothing more is found, it stops with the last bucket."""
    within = tuple((label,) for label in between_row_ids(first, last))
    all_groups = [*groups, within]
    wanted = " AND ".join(f"({' OR '.join(_quoted(phrase, ' ', chr(34)) for phrase in group)})" for group in all_groups)
    key = fts.c.rowid
    query = sa.select(key).where(fts.c.tokens.op("MATCH")(wanted), key.between(first, last))
    return query.order_by(key.asc() if is_oldest_first else key.desc())


def _on_postgresql(
    groups: list[Group], first: int, last: int, bucket_size: int, *, is_oldest_first: bool
) -> sa.Select[Any]:
    """GIN gives all rows at once, in no order: so one bucket after the other is asked for, and each sorted.

    The buckets come in order and the join keeps it; no further one is asked for when there are enough rows.
    """
    wanted = _tsquery(groups)
    low, high = first // bucket_size, last // bucket_size
    ends = (low, high, 1) if is_oldest_first else (high, low, -1)
    bucket = sa.func.generate_series(*ends).table_valued("number").render_derived(name="bucket")
    number = sa.cast(bucket.c.number, sa.Text)
    within = sa.cast(
        sa.literal(f"{wanted} & '/{'c' if bucket_size == COARSE else 'b'}", sa.Text)
        + number
        + sa.literal("'", sa.Text),
        TSQUERY,
    )
    key = gin.c.comment_id
    # `+ 0`: the table's own index would be taken for the range, and every row in it read.
    query = sa.select(key).where(gin.c.tokens.op("@@")(within), (key + 0).between(first, last))
    rows = query.order_by(key.asc() if is_oldest_first else key.desc()).lateral("found")
    return sa.select(rows.c.comment_id).select_from(bucket.join(rows, sa.true()))


def _tsquery(groups: list[Group]) -> str:
    return " & ".join(f"({' | '.join(_phrase(phrase) for phrase in group)})" for group in groups)


def _phrase(phrase: tuple[str, ...]) -> str:
    return f"({' <-> '.join(_quoted((token,), '', chr(39)) for token in phrase)})"


def _quoted(tokens: tuple[str, ...], between: str, mark: str) -> str:
    """Tokens hold letters, digits, marks and the signs of labels: never a quotation mark or a backslash."""
    return f"{mark}{between.join(tokens)}{mark}"
