"""Two rows that turn out to be one author: everything of the later one becomes the earlier one's."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.rules import RuleKind
from commentsvc.store import search_index, threads
from commentsvc.store.schema import author, comment, metadata, rule

_REFERENCES = [
    key.parent for table in metadata.sorted_tables for key in table.foreign_keys if key.column.table is author
]
"""Every column of any table that says who an author is."""
_READ = [column for column in author.c if column.name not in {"sealed_email", "blind_index"}]


def lock_threads(conn: Connection, author_ids: tuple[int, int]) -> None:
    """Before anything else is locked: nobody decides on a comment of theirs meanwhile."""
    theirs = sa.select(comment.c.thread_id).where(comment.c.author_id.in_(author_ids)).distinct()
    threads.lock(conn, conn.execute(theirs).scalars().all())


def merge(conn: Connection, *, keep: int, gone: int) -> None:
    """Let one author have what two had: comments, counts, rules, wishes for mail, and a wish for none.

    Args:
        conn: In a transaction that writes, after `lock_threads`.
        keep: Row id of the earlier one.
        gone: Row id of the later one; it is removed. A link in a mail that named it leads nowhere, unless the earlier
            one was never named in a mail.
    """
    rows = {row.id: row for row in conn.execute(sa.select(*_READ).where(author.c.id.in_((keep, gone))))}
    comments = conn.execute(sa.select(comment.c.id).where(comment.c.author_id == gone)).scalars().all()
    _move_rules(conn, keep, gone)
    for column in _REFERENCES:
        conn.execute(sa.update(column.table).where(column == gone).values({column.name: keep}))
    conn.execute(sa.delete(author).where(author.c.id == gone))
    conn.execute(sa.update(author).where(author.c.id == keep).values(_together(rows[keep], rows[gone])))
    if comments:
        search_index.renew(conn, comments)


def _move_rules(conn: Connection, keep: int, gone: int) -> None:
    """A rule about the later one is about the earlier one now, unless there is one: two cannot have one pattern."""
    theirs = (rule.c.kind == RuleKind.AUTHOR, rule.c.pattern == str(gone))
    has_one = sa.select(rule.c.id).where(rule.c.kind == RuleKind.AUTHOR, rule.c.pattern == str(keep))
    if conn.execute(has_one).first() is None:
        conn.execute(sa.update(rule).where(*theirs).values(pattern=str(keep)))


def _together(one: Any, other: Any) -> dict[str, object]:  # noqa: ANN401 - authors' rows
    return {
        "approved_count": one.approved_count + other.approved_count,
        "rejected_count": one.rejected_count + other.rejected_count,
        "spam_count": one.spam_count + other.spam_count,
        "first_seen_at": min(one.first_seen_at, other.first_seen_at),
        "confirmed_at": min(filter(None, (one.confirmed_at, other.confirmed_at)), default=None),
        "last_told_at": max(filter(None, (one.last_told_at, other.last_told_at)), default=None),
        "muted_at": min(filter(None, (one.muted_at, other.muted_at)), default=None),
        "public_id": one.public_id or other.public_id,
    }
