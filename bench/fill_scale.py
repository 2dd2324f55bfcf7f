"""Millions of comments through the real schema: indexes, counters, visibility and search as the service keeps them."""

import json
import sqlite3
import time
from collections.abc import Iterator
from typing import Any

import asyncpg
from sqlalchemy.engine import make_url

from bench.draw_words import draw_text
from bench.scale_rows import FINDINGS, POSTGRESQL, SQLITE, TEXTS, authors, comments, documents, threads
from commentsvc.domain.normal_text import text_digest
from commentsvc.domain.search_words import search_words
from commentsvc.markup.render_source import render
from commentsvc.store.search_index import as_vector

_AT_ONCE = 1_000_000
_SHORTEST, _LONGEST = 20, 220
"""Characters of a comment."""
_TEXT = (
    "CREATE TEMP TABLE some_text (id integer PRIMARY KEY, source text, html text, tree {json}, text text,"
    " text_digest {blob}, rendered_with integer, tokens text, length integer)"
)
_BEFORE_TEXT = 3
"""Tokens of a document that stand before those of the text."""


def fill_sqlite(database_url: str, total: int) -> None:
    """Fill tables that exist and are empty but for one site; indexes are made anew afterwards."""
    file = make_url(database_url).database
    assert file is not None
    conn = sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -2000000", "threads = 2"):
        conn.execute(f"PRAGMA {pragma}")
    conn.execute(_TEXT.format(json="json", blob="blob"))
    conn.executemany("INSERT INTO some_text VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", _texts(as_positions=False))
    indexes = conn.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name IN ('comment', 'comment_finding')"
        " AND sql IS NOT NULL"
    ).fetchall()
    conn.execute("BEGIN EXCLUSIVE")
    for name, _ in indexes:
        conn.execute(f"DROP INDEX {name}")
    for first, last in _slices(total):
        conn.execute(comments(SQLITE, first=first, last=last, total=total))
        _tell("comments", last)
    conn.execute(threads(SQLITE))
    conn.execute(authors(SQLITE))
    conn.execute(FINDINGS)
    for _, statement in indexes:
        conn.execute(statement)
    _tell("indexes", len(indexes))
    for first, last in _slices(total):
        conn.execute(documents(SQLITE, first=first, last=last))
        _tell("documents", last)
    conn.execute("COMMIT")
    conn.close()


async def fill_postgresql(database_url: str, total: int) -> None:
    """The same; afterwards vacuumed and analysed, as its own autovacuum does it within minutes of such a load."""
    conn = await asyncpg.connect(database_url.replace("+asyncpg", ""))
    for setting in ("session_replication_role = replica", "maintenance_work_mem = '1GB'", "work_mem = '256MB'"):
        await conn.execute(f"SET {setting}")
    await conn.execute(_TEXT.format(json="json", blob="bytea"))
    await conn.copy_records_to_table("some_text", records=list(_texts(as_positions=True)))
    await conn.execute("ANALYZE some_text")
    indexes = await conn.fetch(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ('comment', 'comment_finding', 'comment_search')"
        " AND indexname LIKE 'ix%'"
    )
    async with conn.transaction():
        await conn.execute("TRUNCATE thread, author, comment, comment_search CASCADE")  # so that nothing is logged
        for index in indexes:
            await conn.execute(f"DROP INDEX {index['indexname']}")
        for first, last in _slices(total):
            await conn.execute(comments(POSTGRESQL, first=first, last=last, total=total))
            _tell("comments", last)
        await conn.execute(threads(POSTGRESQL))
        await conn.execute(authors(POSTGRESQL))
        await conn.execute(FINDINGS)
        for first, last in _slices(total):
            await conn.execute(documents(POSTGRESQL, first=first, last=last))
            _tell("documents", last)
        for index in indexes:
            await conn.execute(index["indexdef"])
        _tell("indexes", len(indexes))
    for name in ("comment", "thread", "author"):
        await conn.execute(f"SELECT setval('{name}_id_seq', (SELECT max(id) FROM {name}))")  # noqa: S608 - a name
    await conn.execute("VACUUM ANALYZE")
    await conn.execute("CHECKPOINT")
    await conn.close()


def _texts(*, as_positions: bool) -> Iterator[tuple[Any, ...]]:
    """The texts as the service would render, compare and index them."""
    for number in range(1, TEXTS + 1):
        made = render(draw_text(number, characters=_SHORTEST + number * 7919 % (_LONGEST - _SHORTEST)))
        words = search_words(made.text)
        tokens = as_vector([""] * _BEFORE_TEXT + words).split(" ", 1)[1] if as_positions else " ".join(words)
        tree = json.dumps(made.tree)
        yield (
            number, made.text, made.html, tree, made.text, text_digest(made.text), made.version, tokens, len(words)
        )  # fmt: skip


def _slices(total: int) -> Iterator[tuple[int, int]]:
    for first in range(1, total + 1, _AT_ONCE):
        yield first, min(first + _AT_ONCE - 1, total)


def _tell(what: str, number: int) -> None:
    print(f"{time.strftime('%H:%M:%S')} {what}: {number:,}", flush=True)
