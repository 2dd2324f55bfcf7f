"""The full-text index: for each comment one document of words and labels, kept in step by whoever changes a comment.

SQLite keeps it in an FTS5 table, PostgreSQL as a `tsvector` under a GIN index. Both get their tokens ready-made from
`domain.search_words`, so that both find the same.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSVECTOR, array
from sqlalchemy.engine import Connection

from commentsvc.domain.search_words import search_words
from commentsvc.domain.status import CommentStatus
from commentsvc.store import search_labels as labels
from commentsvc.store.insert_together import Row
from commentsvc.store.schema import comment, comment_finding, comment_link, thread


class _Tokens(sa.types.TypeDecorator[str]):
    """Goes to PostgreSQL as a text, which it reads as a `tsvector`."""

    impl = TSVECTOR
    cache_ok = True

    def bind_expression(self, bindparam: sa.BindParameter[str]) -> sa.ColumnElement[str]:
        """The text, cast."""
        return sa.cast(sa.type_coerce(bindparam, sa.Text), TSVECTOR)


_apart = sa.MetaData()
"""Apart from the other tables: SQLite's is a virtual one, which no tool can compare or copy."""
fts = sa.Table("comment_search", _apart, sa.Column("rowid", sa.Integer, primary_key=True), sa.Column("tokens", sa.Text))
"""As SQLite has it."""
gin = sa.Table(
    "comment_search",
    sa.MetaData(),
    sa.Column("comment_id", sa.BigInteger, primary_key=True),
    sa.Column("tokens", _Tokens),
)
"""As PostgreSQL has it."""

_OPTIMIZE = "INSERT INTO comment_search (comment_search) VALUES ('optimize')"
_LAST_POSITION = 16_383
"""PostgreSQL counts a text's words no further."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """What of a comment goes into the index."""

    row_id: int
    site_id: int
    status: str
    author_id: int
    thread_id: int
    created_at: datetime
    name: str
    text: str
    title: str
    phases: Collection[str] = ()
    rules: Collection[int] = ()
    domains: Collection[str] = ()


def row_of(conn: Connection, indexed: Indexed) -> Row:
    """A new comment's document."""
    tokens = tokens_of(indexed)
    if conn.dialect.name == "postgresql":
        return gin, {"comment_id": indexed.row_id, "tokens": as_vector(tokens)}
    return fts, {"rowid": indexed.row_id, "tokens": " ".join(tokens)}


def renew(conn: Connection, row_ids: Sequence[int]) -> None:
    """Index comments again: to be called after a name, text, title, finding or link of theirs changed or was erased."""
    conn.execute(sa.delete(_table(conn)).where(_key(conn).in_(row_ids)))
    rows = [values for _, values in (row_of(conn, each) for each in _read(conn, row_ids))]
    if rows:
        conn.execute(sa.insert(_table(conn)), rows[0] if len(rows) == 1 else rows)  # several cost a driver more


def move(conn: Connection, row_id: int, before: CommentStatus, after: CommentStatus) -> None:
    """Note a comment's new status, and nothing else."""
    old, new = labels.of_status(before), labels.of_status(after)
    tokens = _table(conn).c.tokens
    changed: sa.ColumnElement[Any]
    if conn.dialect.name == "postgresql":
        changed = sa.func.ts_delete(tokens, old).op("||")(sa.func.array_to_tsvector(array([sa.literal(new)])))
    else:
        changed = sa.func.replace(tokens, old, new)
    conn.execute(sa.update(_table(conn)).where(_key(conn) == row_id).values(tokens=changed))


def compact(conn: Connection) -> None:
    """Write SQLite's index anew as one piece, so that words which were erased from it are nowhere left in the file.

    Until then its older pieces still hold them. It takes seconds for each hundred thousand comments, and everybody who
    writes waits: call it after an erasure, not with each. PostgreSQL's own vacuum does it there.
    """
    if conn.dialect.name == "sqlite":
        conn.exec_driver_sql(_OPTIMIZE)


def out_of_step(conn: Connection, row_ids: Sequence[int]) -> list[int]:
    """Those of some comments, by row id, of which the index does not hold what it should."""
    table = _table(conn)
    rows = conn.execute(sa.select(_key(conn), table.c.tokens).where(_key(conn).in_(row_ids)))
    stored = {row[0]: row[1] for row in rows}
    return [each.row_id for each in _read(conn, row_ids) if not _is_same(conn, stored.get(each.row_id), each)]


def tokens_of(indexed: Indexed) -> list[str]:
    """Words and labels in their order; a label stands between the fields, so that no phrase reaches across."""
    return [
        *search_words(indexed.name),
        labels.of_site(indexed.site_id),
        *search_words(indexed.text),
        labels.of_status(indexed.status),
        *search_words(indexed.title),
        labels.of_author(indexed.author_id),
        labels.of_thread(indexed.thread_id),
        *labels.of_bucket(indexed.row_id),
        *labels.of_time(indexed.created_at),
        *map(labels.of_finding, sorted(set(indexed.phases))),
        *map(labels.of_rule, sorted(set(indexed.rules))),
        *map(labels.of_domain, sorted(set(indexed.domains))),
    ]


def as_vector(tokens: Iterable[str]) -> str:
    """The tokens as PostgreSQL reads a `tsvector`: ``'cat':1,4 '/s1':2``."""
    positions: dict[str, list[int]] = {}
    for number, token in enumerate(tokens, start=1):
        positions.setdefault(token, []).append(min(number, _LAST_POSITION))
    return " ".join(f"'{token}':{','.join(map(str, found))}" for token, found in positions.items())


def _is_same(conn: Connection, stored: str | None, indexed: Indexed) -> bool:
    if stored is None:
        return False
    tokens = tokens_of(indexed)
    if conn.dialect.name == "sqlite":
        return stored.split() == tokens
    found = {lexeme.partition(":")[0].strip("'") for lexeme in stored.split()}
    return found == set(tokens)


def _table(conn: Connection) -> sa.Table:
    return gin if conn.dialect.name == "postgresql" else fts


def _key(conn: Connection) -> sa.Column[Any]:
    return gin.c.comment_id if conn.dialect.name == "postgresql" else fts.c.rowid


def _read(conn: Connection, row_ids: Sequence[int]) -> Iterator[Indexed]:
    query = (
        sa.select(
            comment.c.id,
            comment.c.site_id,
            comment.c.status,
            comment.c.author_id,
            comment.c.thread_id,
            comment.c.created_at,
            comment.c.name,
            comment.c.text,
            thread.c.title,
        )
        .join(thread, thread.c.id == comment.c.thread_id)
        .where(comment.c.id.in_(row_ids))
        .order_by(comment.c.id)
    )
    findings, domains = _findings(conn, row_ids), _domains(conn, row_ids)
    for row in conn.execute(query):
        found = findings.get(row.id, ())
        yield Indexed(
            row_id=row.id,
            site_id=row.site_id,
            status=row.status,
            author_id=row.author_id,
            thread_id=row.thread_id,
            created_at=row.created_at,
            name=row.name,
            text=row.text,
            title=row.title or "",
            phases=[phase for phase, _ in found],
            rules=[rule_id for _, rule_id in found if rule_id is not None],
            domains=domains.get(row.id, ()),
        )


def _findings(conn: Connection, row_ids: Sequence[int]) -> Mapping[int, list[tuple[str, int | None]]]:
    columns = (comment_finding.c.comment_id, comment_finding.c.phase, comment_finding.c.rule_id)
    found: dict[int, list[tuple[str, int | None]]] = {}
    for row in conn.execute(sa.select(*columns).where(comment_finding.c.comment_id.in_(row_ids))):
        found.setdefault(row.comment_id, []).append((row.phase, row.rule_id))
    return found


def _domains(conn: Connection, row_ids: Sequence[int]) -> Mapping[int, list[str]]:
    columns = (comment_link.c.comment_id, comment_link.c.domain)
    found: dict[int, list[str]] = {}
    for row in conn.execute(sa.select(*columns).where(comment_link.c.comment_id.in_(row_ids))):
        found.setdefault(row.comment_id, []).append(row.domain)
    return found
