"""What can be counted on a site in some days. Each question costs a bounded number of rows, however many there are.

Posts are counted in an index that holds all that is asked; how long they waited is taken from decisions spread evenly
over each span; screening is judged by the newest posts of the days.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.acts import Act
from commentsvc.domain.findings import Leaning
from commentsvc.domain.status import CommentStatus, Decision
from commentsvc.store.schema import appeal, comment, comment_finding, decision, moderator, rule

WAITS_EACH = 100
"""Decisions looked at in each span; if there were fewer, all of them."""
JUDGED = 5_000
"""Posts by which screening is judged: the newest."""
_OUT_OF_ORDER = 50
"""So many entries may be a little older than those before them: several processes write, and clocks differ."""
_DECISIONS = frozenset(map(str, Decision))


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of the posts that one judge, or one of the site's own rules, wanted to be looked at."""

    phase: str
    rule: str | None
    """Pattern of the rule; None: the judge as a whole."""
    by_status: dict[CommentStatus, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Screened:
    """How screening did over the newest posts of some days."""

    posts: int
    """How many were looked at, at most `JUDGED`."""
    judged: list[Judged]
    """Those that saw most first."""


@dataclass(frozen=True, slots=True)
class Handiwork:
    """What one moderator did in some days."""

    name: str
    decisions: int
    others: int
    """Edits, rules, undoing and all the rest."""


@dataclass(frozen=True, slots=True)
class Appeals:
    """Appeals that came in some days."""

    made: int
    answered: int
    upheld: int
    """The comment is public now."""


def posts(conn: Connection, site_id: int, bounds: Sequence[datetime]) -> list[dict[CommentStatus, int]]:
    """How many posts came in each span between two bounds, by the status that they have today."""
    each = [sa.func.count().filter(comment.c.status == status).label(status) for status in CommentStatus]
    found = []
    for begin, end in pairwise(bounds):
        query = sa.select(*each).where(_came(site_id, begin, end))
        row = conn.execute(query).one()._mapping  # noqa: SLF001 - public, in spite of its name
        found.append({status: row[status] for status in CommentStatus})
    return found


def waits(conn: Connection, site_id: int, bounds: Sequence[datetime]) -> list[list[float]]:
    """How long posts had waited that moderators decided in each span: seconds, ascending, at most `WAITS_EACH`."""
    found: list[list[float]] = [[] for _ in bounds[1:]]
    numbers = [first_number(conn, site_id, bound) for bound in bounds]
    spans = [
        (place, begin, max(1, -(-(end - begin) // WAITS_EACH)), end)
        for place, (begin, end) in enumerate(pairwise(numbers))
        if end > begin
    ]
    if spans:
        for row in conn.execute(_picked_waits(conn, site_id, spans)):
            found[row.place].append(max(0.0, float(row.seconds)))
    return [sorted(each) for each in found]


def screened(conn: Connection, site_id: int, begin: datetime, end: datetime) -> Screened:
    """How often each judge wanted a post to be looked at, and what moderators made of it."""
    newest = (
        sa.select(comment.c.id, comment.c.status)
        .where(_came(site_id, begin, end))
        .order_by(comment.c.created_at.desc())
        .limit(JUDGED)
        .cte("newest")
    )
    found: dict[tuple[str, str | None], Judged] = {}
    for is_by_rule in (False, True):
        for row in conn.execute(_findings(newest, is_by_rule=is_by_rule)):
            pattern = row.pattern if is_by_rule else None
            judged = found.setdefault((row.phase, pattern), Judged(row.phase, pattern))
            judged.by_status[CommentStatus(row.status)] = row.posts
    total = conn.execute(sa.select(sa.func.count()).select_from(newest)).scalar_one()
    ordered = sorted(found.values(), key=lambda judged: -sum(judged.by_status.values()))
    return Screened(total, ordered)


def handiwork(conn: Connection, site_id: int, begin: datetime, end: datetime) -> list[Handiwork]:
    """What each moderator did; those who did most first."""
    mine = sa.and_(
        decision.c.site_id == site_id,
        decision.c.number >= first_number(conn, site_id, begin),
        decision.c.number < first_number(conn, site_id, end),
    )
    theirs = sa.select(sa.func.count()).where(mine, decision.c.moderator_id == moderator.c.id).scalar_subquery()
    rows = conn.execute(sa.select(moderator.c.id, moderator.c.name, theirs.label("total"))).all()
    others = _other_acts(conn, mine)
    done = [Handiwork(row.name, row.total - others[row.id], others[row.id]) for row in rows if row.total]
    return sorted(done, key=lambda each: (-each.decisions, each.name))


def _other_acts(conn: Connection, mine: sa.ColumnElement[bool]) -> Counter[int]:
    """How many entries each moderator made that are no decisions."""
    found = Counter[int]()
    for act in Act:
        if act not in _DECISIONS:  # one by one, so that each is a short stretch of the index
            rare = sa.select(decision.c.moderator_id, sa.func.count().label("many")).where(mine)
            rows = conn.execute(rare.where(decision.c.decision == act).group_by(decision.c.moderator_id))
            found.update({row.moderator_id: row.many for row in rows})
    return found


def appeals(conn: Connection, site_id: int, begin: datetime, end: datetime) -> Appeals:
    """What became of the appeals of these days."""
    is_answered = appeal.c.answered_at.is_not(None)
    query = (
        sa.select(
            sa.func.count().label("made"),
            sa.func.count().filter(is_answered).label("answered"),
            sa.func.count().filter(is_answered, comment.c.status == CommentStatus.APPROVED).label("upheld"),
        )
        .join(comment, comment.c.id == appeal.c.comment_id)
        .where(appeal.c.site_id == site_id, appeal.c.created_at >= begin, appeal.c.created_at < end)
    )
    row = conn.execute(query).one()
    return Appeals(row.made, row.answered, row.upheld)


def first_number(conn: Connection, site_id: int, moment: datetime) -> int:
    """Number of the first entry of a site's history from a moment on; the number after its last, if there is none."""
    mine = decision.c.site_id == site_id
    later = sa.select(decision.c.number).where(mine, decision.c.created_at >= moment)
    soonest = later.order_by(decision.c.created_at).limit(_OUT_OF_ORDER).subquery()
    found = conn.execute(sa.select(sa.func.min(soonest.c.number))).scalar_one()
    if found is None:
        found = (conn.execute(sa.select(sa.func.max(decision.c.number)).where(mine)).scalar_one() or 0) + 1
    return int(found)


def _came(site_id: int, begin: datetime, end: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(comment.c.site_id == site_id, comment.c.created_at >= begin, comment.c.created_at < end)


def _picked_waits(conn: Connection, site_id: int, spans: Sequence[tuple[int, int, int, int]]) -> sa.Select[Any]:
    """Decisions at even distances in each span: its place, its first number, the distance, the number after its end."""
    names = ("place", "number", "step", "stop")
    first, *rest = [
        sa.select(*(sa.literal(value, sa.BigInteger).label(name) for name, value in zip(names, span, strict=True)))
        for span in spans
    ]
    picked = sa.select(first.union_all(*rest).subquery()).cte("picked", recursive=True)
    ahead = sa.select(picked.c.place, picked.c.number + picked.c.step, picked.c.step, picked.c.stop)
    picked = picked.union_all(ahead.where(picked.c.number + picked.c.step < picked.c.stop))
    return (
        sa.select(picked.c.place, _seconds_between(conn, comment.c.created_at, decision.c.created_at).label("seconds"))
        .join(decision, sa.and_(decision.c.site_id == site_id, decision.c.number == picked.c.number))
        .join(comment, comment.c.id == decision.c.comment_id)
        .where(decision.c.from_status == CommentStatus.PENDING, decision.c.decision != Act.UNDO)
        .where((decision.c.moderator_id + 0).is_not(None))  # + 0: no reason for SQLite to take the moderators' index
    )


def _seconds_between(
    conn: Connection, earlier: sa.ColumnElement[datetime], later: sa.ColumnElement[datetime]
) -> sa.ColumnElement[float]:
    if conn.dialect.name == "sqlite":
        return (sa.func.julianday(later) - sa.func.julianday(earlier)) * 86_400
    return sa.cast(sa.extract("epoch", later - earlier), sa.Float)


def _findings(newest: sa.CTE, *, is_by_rule: bool) -> sa.Select[Any]:
    """Posts by phase and status, or by rule and status."""
    judged = (comment_finding.c.phase, rule.c.pattern) if is_by_rule else (comment_finding.c.phase,)
    query = (
        sa.select(*judged, newest.c.status, sa.func.count(sa.distinct(newest.c.id)).label("posts"))
        .join(comment_finding, comment_finding.c.comment_id == newest.c.id)
        .where(comment_finding.c.leaning.in_([Leaning.HOLD, Leaning.SPAM]))
        .group_by(*judged, newest.c.status)
    )
    return query.join(rule, rule.c.id == comment_finding.c.rule_id) if is_by_rule else query
