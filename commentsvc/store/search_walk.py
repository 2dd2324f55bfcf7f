"""A walk through the full-text index, in the order of row ids and in portions, so that it can stop in time.

Whatever is looked for, no portion costs much: the index skips to what all lists have in common, and only as far as the
portion reaches. Words that are each in half of all comments and never together are the worst that can be asked for.
What is rare needs no walk on PostgreSQL: its index gives all of it at once. Whether these comments meet the rest, they
are asked themselves: to look for a few comments in the index's long lists costs many times as much.
"""

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.engine import Connection

from commentsvc.store import search_frequency
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
_FEW = 1_000
"""So many rows PostgreSQL finds, looks at and sorts within some milliseconds;"""
_SOME = 6_000
"""and so many, bucket after bucket: most searches have enough after the first ones."""
_UNCOMMON = 1 / 50
_COMMON = 1 / 2
"""Shares of all comments."""


@dataclass(frozen=True, slots=True)
class Walked:
    """What a walk found."""

    row_ids: list[int]
    """In the order of the walk."""
    stopped_at: int | None
    """The first row id that was not looked at; None: the walk came to its end, or to its limit."""


@dataclass(frozen=True, slots=True)
class _Sought:
    groups: list[Group]
    """All that must be met."""
    by_index: list[Group]
    """What of it PostgreSQL's index is asked for."""
    at_most: float
    """How many comments there are, by the rarest group alone; infinite if nothing is known."""
    is_sparse: bool

    @property
    def asks_comments(self) -> bool:
        """Whether the index is not asked for all of it."""
        return self.by_index != self.groups

    def values(self, first: int, last: int, limit: int) -> dict[str, object]:
        """For PostgreSQL's statement."""
        return {"wanted": _tsquery(self.groups), "first": first, "last": last, "limit": limit}


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
    if last < first:
        return Walked([], None)
    found, size, looked_at, left = list[int](), _FIRST_PORTION, 0, seconds_left()
    sought = _sought(conn, list(wanted), last)
    if sought.at_most <= _SOME:
        return Walked(_all(conn, sought, first, last, limit, is_oldest_first=False), None)
    while last >= first and len(found) < limit:
        bucket = _bucket(sought, len(found), looked_at)
        start = max(first, (last - size + 1) // bucket * bucket)
        found += _portion(conn, sought, start, last, limit - len(found), bucket, is_oldest_first=False)
        before, left = left, seconds_left()
        looked_at, last, size = looked_at + last - start + 1, start - 1, _next_size(last - start + 1, before, left)
        if len(found) < limit and last >= first and left <= 0:
            return Walked(found, last)
    return Walked(found, None)


def oldest_first(conn: Connection, wanted: Iterable[Group], *, first: int, last: int, limit: int) -> list[int]:
    """Walk up from `first` to `last`, both included, however long it takes; row ids, at most `limit`."""
    if last < first:
        return []
    found, size, looked_at = list[int](), _FIRST_PORTION, 0
    sought = _sought(conn, list(wanted), last)
    if sought.at_most <= _SOME:
        return _all(conn, sought, first, last, limit, is_oldest_first=True)
    while first <= last and len(found) < limit:
        bucket = _bucket(sought, len(found), looked_at)
        end = min(last, (first + size) // bucket * bucket - 1)
        end = max(end, min(last, first // bucket * bucket + bucket - 1))
        found += _portion(conn, sought, first, end, limit - len(found), bucket, is_oldest_first=True)
        looked_at, size, first = looked_at + end - first + 1, min(size * _GROWTH, _LONGEST_PORTION), end + 1
    return found


def _next_size(size: int, before: float, left: float) -> int:
    """As many row ids as half of the time that is left may do for; no more than eight times as many as before."""
    took = before - left
    fitting = size * left / (2 * took) if took > 0 else float("inf")
    return int(max(BUCKET, min(size * _GROWTH, fitting)))


def _sought(conn: Connection, groups: list[Group], last: int) -> _Sought:
    """What PostgreSQL knows beforehand; SQLite walks quickly by itself, for its index has an order."""
    numbers = search_frequency.numbers(conn, groups) if conn.dialect.name == "postgresql" else None
    if numbers is None:
        return _Sought(groups, groups, float("inf"), is_sparse=False)
    met_by = [sum(min(numbers.get(token, 0) for token in phrase) for phrase in group) for group in groups]
    at_most = min(met_by)
    most = last * (_UNCOMMON if at_most <= last * _UNCOMMON else _COMMON)
    by_index = [
        tuple(tuple(token for token in phrase if numbers.get(token, 0) <= most) for phrase in group)
        for group, number in zip(groups, met_by, strict=True)
        if number <= most
    ]
    return _Sought(groups, by_index, at_most, is_sparse=at_most * _SPARSE < last)


def _bucket(sought: _Sought, found: int, looked_at: int) -> int:
    """Coarse buckets where little is to be expected, or where it has shown that little is found."""
    return COARSE if sought.is_sparse or found * _SPARSE < looked_at else BUCKET


def _all(conn: Connection, sought: _Sought, first: int, last: int, limit: int, *, is_oldest_first: bool) -> list[int]:
    """All that there are, for PostgreSQL and what is rare."""
    if sought.at_most > _FEW or not sought.by_index:
        return _by_bucket(conn, sought, first, last, limit, COARSE, is_oldest_first=is_oldest_first)
    query = _on_postgresql(asks_comments=sought.asks_comments, is_oldest_first=is_oldest_first, is_by_bucket=False)
    values = sought.values(first, last, limit) | {"by_index": _tsquery(sought.by_index)}
    return list(conn.execute(query, values).scalars().all())


def _portion(
    conn: Connection, sought: _Sought, first: int, last: int, limit: int, bucket: int, *, is_oldest_first: bool
) -> list[int]:
    if conn.dialect.name == "postgresql":
        return _by_bucket(conn, sought, first, last, limit, bucket, is_oldest_first=is_oldest_first)
    query = _on_sqlite(sought.groups, first, last, is_oldest_first=is_oldest_first)
    return list(conn.execute(query.limit(limit)).scalars().all())


def _on_sqlite(groups: list[Group], first: int, last: int, *, is_oldest_first: bool) -> sa.Select[Any]:
    """FTS5 gives rows in their order, one by one; where nothing more is found, it stops with the last bucket."""
    within = tuple((label,) for label in between_row_ids(first, last))
    all_groups = [*groups, within]
    wanted = " AND ".join(f"({' OR '.join(_quoted(phrase, ' ', chr(34)) for phrase in group)})" for group in all_groups)
    key = fts.c.rowid
    query = sa.select(key).where(fts.c.tokens.op("MATCH")(wanted), key.between(first, last))
    return query.order_by(key.asc() if is_oldest_first else key.desc())


def _by_bucket(
    conn: Connection, sought: _Sought, first: int, last: int, limit: int, size: int, *, is_oldest_first: bool
) -> list[int]:
    """GIN gives all rows at once, in no order: so one bucket after the other is asked for, and each sorted.

    The buckets come in order and the join keeps it; no further one is asked for when there are enough rows.
    """
    low, high = first // size, last // size
    query = _on_postgresql(asks_comments=sought.asks_comments, is_oldest_first=is_oldest_first, is_by_bucket=True)
    label = f"'/{'c' if size == COARSE else 'b'}"
    values = sought.values(first, last, limit) | {
        "by_index": " & ".join([*map(_any_of, sought.by_index), label]),
        "from": low if is_oldest_first else high,
        "to": high if is_oldest_first else low,
        "step": 1 if is_oldest_first else -1,
    }
    return list(conn.execute(query, values).scalars().all())


@functools.cache
def _on_postgresql(*, asks_comments: bool, is_oldest_first: bool, is_by_bucket: bool) -> sa.Select[Any]:
    """What the index finds, and of it what meets everything.

    `+ 0` and `IS true`: the table's own index would be taken for the range, and every row in it read; and this one for
    what is common as well.
    """
    key, tokens = gin.c.comment_id + 0, gin.c.tokens
    bucket = sa.func.generate_series(*(sa.bindparam(name, type_=sa.Integer) for name in ("from", "to", "step")))
    buckets = bucket.table_valued("number").render_derived(name="bucket")
    by_index: sa.ColumnElement[str] = sa.bindparam("by_index", type_=sa.Text)
    if is_by_bucket:
        by_index = by_index + sa.cast(buckets.c.number, sa.Text) + sa.literal("'", sa.Text)
    first, last = sa.bindparam("first", type_=sa.BigInteger), sa.bindparam("last", type_=sa.BigInteger)
    query = sa.select(gin.c.comment_id).where(tokens.op("@@")(sa.cast(by_index, TSQUERY)), key.between(first, last))
    if asks_comments:
        read_once = sa.select(sa.cast(sa.bindparam("wanted", type_=sa.Text), TSQUERY)).scalar_subquery()
        query = query.where(tokens.op("@@")(read_once).is_(sa.true()))
    query = query.order_by(key.asc() if is_oldest_first else key.desc())
    if is_by_bucket:
        rows = query.lateral("found")
        query = sa.select(rows.c.comment_id).select_from(buckets.join(rows, sa.true()))
    return query.limit(sa.bindparam("limit", type_=sa.Integer))


def _tsquery(groups: list[Group]) -> str:
    return " & ".join(map(_any_of, groups))


def _any_of(group: Group) -> str:
    return f"({' | '.join(map(_phrase, group))})"


def _phrase(phrase: tuple[str, ...]) -> str:
    return f"({' <-> '.join(_quoted((token,), '', chr(39)) for token in phrase)})"


def _quoted(tokens: tuple[str, ...], between: str, mark: str) -> str:
    """Tokens hold letters, digits, marks and the signs of labels: never a quotation mark or a backslash."""
    return f"{mark}{between.join(tokens)}{mark}"
