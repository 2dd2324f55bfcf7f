"""Adding, changing and removing rules: each one row and, in the same transaction, one entry in the history.

A rule that is removed stays as a row that has ended, so that what it found keeps its cause.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.acts import Act
from commentsvc.domain.clock import wire_time
from commentsvc.domain.errors import NotFoundError, TooManyRulesError
from commentsvc.domain.findings import Leaning
from commentsvc.domain.rules import MOST_RULES, Rule, RuleKind
from commentsvc.store import history
from commentsvc.store.rules import is_in_force
from commentsvc.store.schema import rule


def add(
    conn: Connection,
    site_id: int,
    wanted: Rule,
    *,
    moderator_id: int | None,
    now: datetime,
    comment: str | None = None,
) -> int:
    """Put a rule in force; one of the same kind and pattern that is there, or has ended, becomes as wanted.

    Args:
        conn: In a transaction that has locked no rule.
        site_id: Row id.
        wanted: Its pattern in normal form (`normal_pattern`).
        moderator_id: Who; None: whoever runs the service.
        now: When.
        comment: Public id of the comment that it was made from.

    Returns:
        Row id of the rule.

    Raises:
        TooManyRulesError: The site has 1,000 in force (409, `too_many_rules`).
    """
    history.lock(conn, [site_id])
    there = _find(conn, site_id, wanted.kind, wanted.pattern)
    if there is not None and _is_in_force(there, now):
        _change(conn, there, wanted, moderator_id=moderator_id, now=now)
        return int(there.id)
    if _count(conn, site_id, now) >= MOST_RULES:
        raise TooManyRulesError
    row_id = (
        _insert(conn, site_id, wanted, moderator_id, now)
        if there is None
        else _revive(conn, there, wanted, moderator_id, now)
    )
    details = {**_details(wanted), **({} if comment is None else {"comment": comment})}
    _write(conn, Act.ADD_RULE, site_id, row_id, wanted, details, moderator_id=moderator_id, now=now)
    return row_id


def change(
    conn: Connection, site_id: int, row_id: int, wanted: Rule, *, moderator_id: int | None, now: datetime
) -> None:
    """Give a rule another leaning, reason or end; what changes nothing leaves no entry.

    Args:
        conn: In a transaction that has locked no rule.
        site_id: Row id.
        row_id: Of the rule.
        wanted: Its kind and pattern stay what they are, whatever stands here.
        moderator_id: Who.
        now: When.

    Raises:
        NotFoundError: The site has no such rule in force (404).
    """
    history.lock(conn, [site_id])
    there = _one_in_force(conn, site_id, row_id, now)
    _change(conn, there, wanted, moderator_id=moderator_id, now=now)


def remove(conn: Connection, site_id: int, row_id: int, *, moderator_id: int | None, now: datetime) -> None:
    """End a rule now.

    Raises:
        NotFoundError: The site has no such rule in force (404).
    """
    history.lock(conn, [site_id])
    there = _one_in_force(conn, site_id, row_id, now)
    conn.execute(sa.update(rule).where(rule.c.id == there.id).values(expires_at=now))
    was = _rule(there)
    _write(conn, Act.REMOVE_RULE, site_id, row_id, was, _details(was), moderator_id=moderator_id, now=now)


def remove_pattern(
    conn: Connection, site_id: int, kind: RuleKind, pattern: str, *, moderator_id: int | None, now: datetime
) -> None:
    """End the rule with this pattern, if there is one in force."""
    history.lock(conn, [site_id])
    there = _find(conn, site_id, kind, pattern)
    if there is not None and _is_in_force(there, now):
        remove(conn, site_id, there.id, moderator_id=moderator_id, now=now)


def _change(conn: Connection, there: Any, wanted: Rule, *, moderator_id: int | None, now: datetime) -> None:  # noqa: ANN401 - a rule's row
    before = _rule(there)
    after = replace(before, leaning=wanted.leaning, reason=wanted.reason, expires_at=wanted.expires_at)
    if after == before:
        return
    values = {"leaning": after.leaning, "reason": after.reason, "expires_at": after.expires_at}
    conn.execute(sa.update(rule).where(rule.c.id == there.id).values(values))
    details = {**_details(after), "before": _details(before)}
    _write(conn, Act.CHANGE_RULE, there.site_id, there.id, after, details, moderator_id=moderator_id, now=now)


def _insert(conn: Connection, site_id: int, wanted: Rule, moderator_id: int | None, now: datetime) -> int:
    values = _values(wanted, moderator_id, now) | {
        "site_id": site_id,
        "kind": wanted.kind,
        "pattern": wanted.pattern,
        "author_id": int(wanted.pattern) if wanted.kind is RuleKind.AUTHOR else None,
    }
    return int(conn.execute(sa.insert(rule).values(values).returning(rule.c.id)).scalar_one())


def _revive(conn: Connection, there: Any, wanted: Rule, moderator_id: int | None, now: datetime) -> int:  # noqa: ANN401 - a rule's row
    """Put a rule that had ended in force again; it keeps what it has found."""
    conn.execute(sa.update(rule).where(rule.c.id == there.id).values(_values(wanted, moderator_id, now)))
    return int(there.id)


def _values(wanted: Rule, moderator_id: int | None, now: datetime) -> dict[str, object]:
    return {
        "leaning": wanted.leaning,
        "reason": wanted.reason,
        "expires_at": wanted.expires_at,
        "moderator_id": moderator_id,
        "created_at": now,
    }


def _find(conn: Connection, site_id: int, kind: RuleKind, pattern: str) -> Any:  # noqa: ANN401 - a rule's row, or None
    mine = (rule.c.site_id == site_id, rule.c.kind == kind, rule.c.pattern == pattern)
    return conn.execute(sa.select(rule).where(*mine)).first()


def _one_in_force(conn: Connection, site_id: int, row_id: int, now: datetime) -> Any:  # noqa: ANN401 - a rule's row
    row = conn.execute(sa.select(rule).where(rule.c.site_id == site_id, rule.c.id == row_id, is_in_force(now))).first()
    if row is None:
        raise NotFoundError
    return row


def _is_in_force(there: Any, now: datetime) -> bool:  # noqa: ANN401 - a rule's row
    return there.expires_at is None or there.expires_at > now


def _count(conn: Connection, site_id: int, now: datetime) -> int:
    query = sa.select(sa.func.count()).select_from(rule).where(rule.c.site_id == site_id, is_in_force(now))
    return conn.execute(query).scalar_one()


def _rule(row: Any) -> Rule:  # noqa: ANN401 - a rule's row
    return Rule(RuleKind(row.kind), row.pattern, Leaning(row.leaning), row.reason, row.expires_at, row.id)


def _details(shown: Rule) -> dict[str, object]:
    """For the history; of an author only that it is one, for which see the rule or the comment it was made from."""
    pattern = {} if shown.kind is RuleKind.AUTHOR else {"pattern": shown.pattern}
    until = None if shown.expires_at is None else wire_time(shown.expires_at)
    return {"kind": str(shown.kind), **pattern, "leaning": str(shown.leaning), "until": until}


def _write(
    conn: Connection,
    act: Act,
    site_id: int,
    row_id: int,
    about: Rule,
    details: dict[str, object],
    *,
    moderator_id: int | None,
    now: datetime,
) -> None:
    history.write(
        conn,
        act,
        site_id=site_id,
        subject=f"rule:{row_id}",
        moderator_id=moderator_id,
        reason=about.reason,
        details=details,
        now=now,
    )
