"""A million comments that wait, on two sites, with what a real queue has: likes, links, findings, rare words."""

import itertools
import json
import random  # noqa: TID251 - the same comments each time
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
from sqlalchemy.engine import make_url

from commentsvc.domain.ids import ID_BYTES
from commentsvc.store.search_index import Indexed, as_vector, tokens_of

COMMENTS, THREADS, AUTHORS, SITES = 1_000_000, 5_000, 200_000, 2
START = datetime(2025, 1, 1, tzinfo=UTC)
RARE, COMMON, NEVER_WITH_COMMON = "lighthouse", "casino", "garden"
"""Words: in one of 50,000; in a third of all; in a third of all, but never in a comment with the one before."""
FEW_PHASE, MANY_PHASE, COMMON_DOMAIN = "decoy", "repeats", "shop0.example"
_AT_ONCE = 20_000
_SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "er", "in", "or", "us")]
_COMMENT = (
    "id", "public_id", "site_id", "thread_id", "author_id", "pseudonym", "name", "source", "html", "tree", "text",
    "text_digest", "rendered_with", "status", "findings", "created_at",
)  # fmt: skip
_FINDING = ("comment_id", "site_id", "phase", "leaning")
_LINK = ("comment_id", "domain", "site_id", "status")
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of some tables, and the documents of the full-text index."""

    comments: list[Row]
    findings: list[Row]
    links: list[Row]
    documents: list[tuple[int, list[str]]]


def fill_sqlite(database_url: str) -> None:
    """Fill tables that exist and are empty but for the two sites."""
    file = make_url(database_url).database
    assert file is not None
    conn = sqlite3.connect(file, isolation_level=None)
    conn.execute("PRAGMA synchronous = OFF")
    conn.execute("PRAGMA cache_size = -400000")
    conn.execute("BEGIN")
    for table, columns, rows in _others():
        conn.executemany(_insert(table, columns), (_plain(row) for row in rows))
    for batch in _batches():
        for table, columns, rows in _tables(batch):
            conn.executemany(_insert(table, columns), map(_plain, rows))
        documents = ((row_id, " ".join(tokens)) for row_id, tokens in batch.documents)
        conn.executemany("INSERT INTO comment_search (rowid, tokens) VALUES (?, ?)", documents)
    conn.execute("COMMIT")
    conn.close()


async def fill_postgresql(database_url: str) -> None:
    """The same; afterwards vacuumed and analysed, as its own autovacuum does it within minutes of such a load."""
    conn = await asyncpg.connect(database_url.replace("+asyncpg", ""))
    await conn.execute("DROP INDEX ix_comment_search_tokens")
    await conn.execute("CREATE TEMP TABLE document (comment_id bigint, tokens text)")
    for table, columns, rows in _others():
        await conn.copy_records_to_table(table, records=rows, columns=columns)
    for batch in _batches():
        for table, columns, rows in _tables(batch):
            await conn.copy_records_to_table(table, records=rows, columns=columns)
        documents = [(row_id, as_vector(tokens)) for row_id, tokens in batch.documents]
        await conn.copy_records_to_table("document", records=documents)
        await conn.execute("INSERT INTO comment_search SELECT comment_id, tokens::tsvector FROM document")
        await conn.execute("TRUNCATE document")
    await conn.execute("SET maintenance_work_mem = '512MB'")
    await conn.execute(
        "CREATE INDEX ix_comment_search_tokens ON comment_search USING gin (tokens) WITH (fastupdate = off)"
    )
    for sequence in ("comment", "thread", "author"):
        await conn.execute(f"SELECT setval('{sequence}_id_seq', (SELECT max(id) FROM {sequence}))")  # noqa: S608 - a name
    await conn.execute("VACUUM ANALYZE")
    await conn.close()


def _others() -> Iterator[tuple[str, list[str], list[Row]]]:
    threads = [
        (n, _site(n), f"https://news.example/{n}", f"https://news.example/{n}", f"Article {n}", b"s" * 16, START)
        for n in range(1, THREADS + 1)
    ]
    yield "thread", ["id", "site_id", "address", "url", "title", "pseudonym_salt", "created_at"], threads
    authors = [(n, _site(n), START) for n in range(1, AUTHORS + 1)]
    yield "author", ["id", "site_id", "first_seen_at"], authors


def _tables(batch: Batch) -> Iterator[tuple[str, list[str], list[Row]]]:
    yield "comment", list(_COMMENT), batch.comments
    yield "comment_finding", list(_FINDING), batch.findings
    yield "comment_link", list(_LINK), batch.links


def _insert(table: str, columns: list[str]) -> str:
    marks = ", ".join("?" * len(columns))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - names of our own


def _plain(row: Row) -> Row:
    return tuple(value.strftime("%Y-%m-%d %H:%M:%S.%f") if isinstance(value, datetime) else value for value in row)


def _site(number: int) -> int:
    """Four fifths of everything on the first site, the rest on the other."""
    return 1 if number % 5 else 2


def _batches() -> Iterator[Batch]:
    dice = random.Random(1)  # noqa: S311 - the same comments each time
    writer = _Writer(dice)
    for first in range(1, COMMENTS + 1, _AT_ONCE):
        batch = Batch([], [], [], [])
        for number in range(first, first + _AT_ONCE):
            writer.write(number, batch)
        yield batch


class _Writer:
    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self._words = [a + b + c for a, b, c in itertools.islice(itertools.product(_SYLLABLES, repeat=3), 30_000)]
        dice.shuffle(self._words)
        self._weights = list(itertools.accumulate(1 / (n + 3) for n in range(len(self._words))))
        self._shared = [self._text(number) for number in range(1_000)]

    def write(self, number: int, batch: Batch) -> None:
        dice = self._dice
        site_id, is_shared = _site(number), dice.random() < 0.3  # noqa: PLR2004 - nearly a third share their text
        text = dice.choice(self._shared) if is_shared else self._text(number)
        # A number's remainder by five decides on the site, of threads and authors, too.
        thread_id = number % 5 + 5 * dice.randrange(1, THREADS // 5)
        author_id = number % 5 + 5 * int(AUTHORS / 5 * dice.random() ** 2) or 5
        author_id = min(author_id, AUTHORS - 5 + number % 5)
        created_at = START + timedelta(seconds=number * 50)
        phases = self._phases(number, is_shared=is_shared)
        domains = self._domains(number)
        batch.comments.append((
            number, _public_id(number), site_id, thread_id, author_id or 5, b"p" * 16, f"Reader {author_id}", text,
            f"<p>{text}</p>", json.dumps([["p", text]]), text, hash(text).to_bytes(8, signed=True), 1, "pending",
            json.dumps([_finding(phase) for phase in phases]), created_at,
        ))  # fmt: skip
        batch.findings.extend((number, site_id, phase, "hold") for phase in phases)
        batch.links.extend((number, domain, site_id, "pending") for domain in domains)
        indexed = Indexed(
            row_id=number,
            site_id=site_id,
            status="pending",
            author_id=author_id or 5,
            thread_id=thread_id,
            created_at=created_at,
            name=f"Reader {author_id}",
            text=text,
            title=f"Article {thread_id}",
            phases=phases,
            domains=domains,
        )
        batch.documents.append((number, tokens_of(indexed)))

    def _text(self, number: int) -> str:
        words = self._dice.choices(self._words, cum_weights=self._weights, k=self._dice.randrange(8, 60))
        words += ([COMMON], [NEVER_WITH_COMMON], [])[number % 3]
        words += [RARE] if number % 50_000 == 7 else []  # noqa: PLR2004 - one in 50,000
        return " ".join(words)

    def _phases(self, number: int, *, is_shared: bool) -> list[str]:
        found = [MANY_PHASE] if is_shared else []
        found += ["links"] if number % 10 == 0 else []
        found += ["standing"] if self._dice.random() < 0.4 else []  # noqa: PLR2004 - many first comments
        return found + ([FEW_PHASE] if number % 20_000 == 11 else [])  # noqa: PLR2004 - a few

    def _domains(self, number: int) -> list[str]:
        if number % 10:
            return []
        return [f"shop{min(int(self._dice.expovariate(0.3)), 40)}.example", f"own{number}.example"]


def _finding(phase: str) -> dict[str, Any]:
    return {"phase": phase, "leaning": "hold", "words": "Something was noticed", "trigger": None, "rule_id": None}


def _public_id(number: int) -> str:
    """Of the form that public ids have; the same for the same comment."""
    digits = "abcdefghijklmnopqrstuvwxyz234567"
    mixed = number * 0x9E3779B97F4A7C15F39CC0605CEDC835 % (1 << ID_BYTES * 8)
    return "".join(digits[mixed >> shift & 31] for shift in range(0, 120, 5))
