"""A site's own rules: those in force, those that have ended, and how often each was met."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.findings import Leaning
from commentsvc.domain.rules import AuthorExample, KnownRule, Rule, RuleKind
from commentsvc.store.schema import comment, moderator, rule

_example = comment.alias("example")


def in_force(conn: Connection, site_id: int, *, now: datetime) -> list[Rule]:
    """The rules that count now, by pattern within each kind; at most 1,000."""
    columns = (rule.c.kind, rule.c.pattern, rule.c.leaning, rule.c.reason, rule.c.expires_at, rule.c.id)
    query = sa.select(*columns).where(rule.c.site_id == site_id, is_in_force(now))
    rows = conn.execute(query.order_by(rule.c.kind, rule.c.pattern))
    return [
        Rule(RuleKind(kind), pattern, Leaning(leaning), reason, expires_at, row_id)
        for kind, pattern, leaning, reason, expires_at, row_id in rows
    ]


def known(conn: Connection, site_id: int, *, now: datetime) -> list[KnownRule]:
    """The rules that count now with all that is told of them, by pattern within each kind; at most 1,000."""
    query = _select().where(rule.c.site_id == site_id, is_in_force(now)).order_by(rule.c.kind, rule.c.pattern)
    return [_known(row) for row in conn.execute(query)]


def ended(conn: Connection, site_id: int, *, now: datetime, limit: int) -> list[KnownRule]:
    """The rules that expired or were removed last, the latest first."""
    query = _select().where(rule.c.site_id == site_id, rule.c.expires_at <= now)
    return [
        _known(row) for row in conn.execute(query.order_by(rule.c.expires_at.desc(), rule.c.id.desc()).limit(limit))
    ]


def one(conn: Connection, site_id: int, row_id: int) -> KnownRule | None:
    """One rule of a site, in force or not; another site's is as good as absent."""
    row = conn.execute(_select().where(rule.c.site_id == site_id, rule.c.id == row_id)).first()
    return None if row is None else _known(row)


def count_hits(conn: Connection, row_ids: Collection[int], *, now: datetime) -> None:
    """Count a comment that these rules were met by.

    To be called last in a transaction: whoever changes a rule locks the site's history first and the rule after it.
    """
    if not row_ids:
        return
    mine = rule.c.id.in_(row_ids)
    if conn.dialect.name == "postgresql":  # two comments that meet the same rules lock them in the same order
        conn.execute(sa.select(rule.c.id).where(mine).order_by(rule.c.id).with_for_update(key_share=True))
    conn.execute(sa.update(rule).where(mine).values(hits=rule.c.hits + 1, last_hit_at=now))


def is_in_force(now: datetime | sa.BindParameter[datetime]) -> sa.ColumnElement[bool]:
    """Whether a rule's time is not over."""
    return sa.or_(rule.c.expires_at.is_(None), rule.c.expires_at > now)


def _select() -> sa.Select[Any]:
    """Rules with the names of those who made them and, for authors, the first comment they are known by."""
    first = sa.select(sa.func.min(comment.c.id)).where(comment.c.author_id == rule.c.author_id).scalar_subquery()
    return (
        sa.select(
            rule,
            moderator.c.name.label("moderator_name"),
            _example.c.public_id.label("example_id"),
            _example.c.name.label("example_name"),
            _example.c.created_at.label("example_at"),
        )
        .outerjoin(moderator, moderator.c.id == rule.c.moderator_id)
        .outerjoin(_example, _example.c.id == first)
    )


def _known(row: Any) -> KnownRule:  # noqa: ANN401 - a row of `_select`
    has_example = row.example_id is not None
    return KnownRule(
        rule=Rule(RuleKind(row.kind), row.pattern, Leaning(row.leaning), row.reason, row.expires_at, row.id),
        row_id=row.id,
        hits=row.hits,
        last_hit_at=row.last_hit_at,
        created_at=row.created_at,
        moderator=row.moderator_name,
        example=AuthorExample(row.example_id, row.example_name, row.example_at) if has_example else None,
    )
