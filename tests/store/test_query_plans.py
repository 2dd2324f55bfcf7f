"""With 20,000 comments, no question that readers, writers or moderators ask often reads the whole table."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.comment import Thread
from commentsvc.domain.search import Search
from commentsvc.domain.status import CommentStatus
from commentsvc.store import (
    decisions,
    history_pages,
    own_comments,
    published,
    queue,
    reader_likes,
    reports,
    retention,
    search,
    search_index,
    statistics,
    submissions,
    visibility,
)
from commentsvc.store.engine import Store
from commentsvc.store.history_pages import PastFilter
from commentsvc.store.published import Sort
from commentsvc.store.schema import comment
from commentsvc.store.submissions import Once
from commentsvc.store.surroundings import look_around
from tests.store.copy_comments import FIRST, copy_many, number
from tests.store.make_comments import NOW, Make, asked, new_author, open_thread

pytestmark = pytest.mark.anyio

MANY = 20_000
THREADS = 40


@pytest.fixture
async def full(store: Store, make: Make) -> tuple[Thread, int]:
    """Forty threads of 250 roots and 250 replies each, every fiftieth pending; one thread, and a site's id."""
    model = await make.comment()

    def fill(conn: Connection) -> Thread:
        opened = [open_thread(conn, make.site.id, f"https://news.example/{n}") for n in range(THREADS)]
        authors = [new_author(conn, make.site.id) for _ in range(THREADS)]
        is_reply, is_held = number % 2 == 0, number % 50 < 2
        copy_many(
            conn,
            model,
            MANY,
            thread_id=sa.literal(opened[0].id) + ((number - 1) // 2) % THREADS,
            author_id=sa.literal(authors[0]) + number % THREADS,
            root_id=sa.case((is_reply, FIRST + number - 1), else_=sa.null()),
            parent_id=sa.case((is_reply, FIRST + number - 1), else_=sa.null()),
            reply_count=sa.case((is_reply, 0), else_=1),
            status=sa.case((is_held, "pending"), else_="approved"),
            is_visible=sa.case((is_held, sa.false()), else_=sa.true()),
            likes=number % 7,
        )
        search_index.renew(conn, list(range(FIRST + 1, FIRST + MANY + 1)))
        if conn.dialect.name == "postgresql":  # which does it by itself after a while; SQLite never does
            conn.execute(sa.text("ANALYZE"))
        return opened[7]

    return await store.write(fill), make.site.id


def _plans(conn: Connection, job: Callable[[Connection], object]) -> list[str]:
    """The database's plan of every statement that reads comments."""
    asked: list[tuple[str, Any]] = []

    def on_execute(_conn: object, _cursor: object, statement: str, parameters: Any, *_more: object) -> None:
        asked.append((statement, parameters))

    sa.event.listen(conn, "before_cursor_execute", on_execute)
    job(conn)
    sa.event.remove(conn, "before_cursor_execute", on_execute)
    explain = {"sqlite": "EXPLAIN QUERY PLAN ", "postgresql": "EXPLAIN "}[conn.dialect.name]
    plans = []
    for statement, parameters in asked:
        if re.search(r"\b(FROM|JOIN) comment(_search)?\b", statement):
            rows = conn.exec_driver_sql(explain + statement, parameters).all()
            plans.append("\n".join(str(row[-1]) for row in rows))
    return plans


def _scans(plan: str) -> list[str]:
    return re.findall(
        r"(?:SCAN|Seq Scan on) (?:comment|parent|root|comment_search)\b(?! VIRTUAL TABLE INDEX \d+:[^\n]*M).*", plan
    )


def _sorts(plan: str) -> list[str]:
    return re.findall(r"USE TEMP B-TREE FOR .*ORDER BY|\bSort\b.*", plan)


def _page(sort: Sort, after: str | None) -> Callable[[Connection, Thread, int], object]:
    return lambda conn, of, _: published.roots(conn, of, sort=sort, after=after, limit=50, replies_each=3)


SORTED = {
    f"a page of roots, {sort}, {where}": _page(sort, after)
    for sort in Sort
    for where, after in (("first", None), ("later", "copy8015"))
}
SORTED |= {
    "the first replies": lambda conn, of, _: published.replies(conn, of, "copy8015", after=None, limit=50),
    "further replies": lambda conn, of, _: published.replies(conn, of, "copy8015", after="copy8016", limit=50),
    "a site's newest": lambda conn, _, site: published.newest(conn, site_id=site, thread_id=None, limit=50),
    "a thread's newest": lambda conn, of, site: published.newest(conn, site_id=site, thread_id=of.id, limit=50),
    "the queue": lambda conn, _, site: queue.page(conn, CommentStatus.PENDING, site_ids=[site], after=None, limit=50),
    "the queue's next page": lambda conn, _, site: queue.page(
        conn, CommentStatus.PENDING, site_ids=[site], after="copy8000", limit=50
    ),
}
OTHERS: dict[str, Callable[[Connection, Thread, int], object]] = {
    "one comment": lambda conn, of, _: published.one(conn, of, "copy8015"),
    "a root's thread": lambda conn, _of, _: published.thread_of_root(conn, "copy8015"),
    "one held comment": lambda conn, _, site: queue.one(conn, "copy8000", site_ids=[site]),
    "a search": lambda conn, _, site: search.find(
        conn,
        Search("words", status=CommentStatus.PENDING),
        site_ids=[site, site + 1],
        after=None,
        limit=20,
        count_up_to=1_000,
        today=NOW.date(),
        seconds_left=lambda: 1.0,
    ),
    "the queue of several sites": lambda conn, _, site: queue.page(
        conn, CommentStatus.PENDING, site_ids=[site, site + 1], after=None, limit=50
    ),
    "how long the queue is": lambda conn, _, site: queue.counts(conn, site_ids=[site], up_to=100),
    "the same text": lambda conn, _, site: submissions.same_text_count(conn, site, b"rare", since=NOW),
    "the same author": lambda conn, of, _: submissions.own_count(conn, of.id, since=NOW - timedelta(days=1)),
    "a repeated submission": lambda conn, _, site: submissions.repeated(conn, site, Once(b"12345678", (b"b",))),
    "all that a submission meets": lambda conn, of, site: look_around(
        conn,
        asked(
            site,
            address=of.address,
            parent="copy8015",
            proof="copy8016",
            blind_indexes=[b"a"],
            text_digest=b"rare",
            once=Once(b"12345678", (b"b",)),
            same_text_since=NOW - timedelta(days=1),
        ),
    ),
    "the comment replied to": lambda conn, of, _: submissions.parent_of(conn, of, "copy8015"),
    "a proven author": lambda conn, _, site: submissions.proven_author(conn, site, "copy8015"),
    "one's own comments": lambda conn, _of, _: own_comments.own(conn, ["copy8015", "copy8016"]),
    "a comment's history": lambda conn, _, site: decisions.past(conn, "copy8015", site_ids=[site]),
    "a like": lambda conn, _of, _: reader_likes.look(conn, "copy8015", [b"m" * 16]),
    "a reported comment": lambda conn, _of, _: reports.look(conn, "copy8015", [b"m" * 16]),
    "reported comments": lambda conn, _of, site: reports.open_ones(conn, site_ids=[site], limit=50),
    "how many are reported": lambda conn, _of, site: reports.count_open(conn, site_ids=[site, site + 1], up_to=100),
    "posts by day": lambda conn, _of, site: statistics.posts(
        conn, site, [NOW - timedelta(days=2), NOW - timedelta(days=1)]
    ),
    "how long posts waited": lambda conn, _of, site: statistics.waits(conn, site, [NOW, NOW + timedelta(days=1)]),
    "a page of the history": lambda conn, _of, site: history_pages.page(
        conn, site, PastFilter(), after=None, limit=50, entries_each=20
    ),
    "whether a tombstone holds anything": lambda conn, _of, _: visibility._has_visible_child(conn, FIRST + 8_015),
}


async def test_no_frequent_question_reads_the_whole_table_and_no_page_is_sorted_when_asked_for(
    store: Store, full: tuple[Thread, int]
) -> None:
    of, site_id = full
    faults: dict[str, list[str]] = {}
    for name, job in (SORTED | OTHERS).items():
        plans = await store.write(lambda conn, job=job: _plans(conn, lambda conn: job(conn, of, site_id)))  # type: ignore[misc]
        assert plans, name
        faults[name] = [plan for plan in plans if _scans(plan) or (name in SORTED and _sorts(plan))]
    shown = "\n\n".join(f"{name}:\n{plan}" for name, plans in faults.items() for plan in plans)
    assert not shown, shown


async def test_the_same_text_is_found_by_its_digest_and_not_among_a_days_comments(
    store: Store, full: tuple[Thread, int]
) -> None:
    _, site_id = full
    wanted = asked(site_id, text_digest=b"rare", same_text_since=NOW - timedelta(days=1))
    (plan,) = await store.write(lambda conn: _plans(conn, lambda conn: look_around(conn, wanted)))
    assert re.search(r"ix_comment_(site_id|pending)_text", plan)
    assert "ix_comment_site_id_created_at" not in plan


async def test_on_sqlite_a_portion_of_addresses_is_found_without_looking_at_all_authors(
    store: Store, full: tuple[Thread, int]
) -> None:
    _, site_id = full

    def due(conn: Connection) -> object:
        return retention.addresses_due(conn, site_id, before=NOW, now=NOW, after_row_id=0, limit=200)

    (plan,) = await store.read(lambda conn: _plans(conn, due))
    assert "USE TEMP B-TREE" not in plan
    assert "sqlite_autoindex_author" not in plan


async def test_a_scan_and_a_sort_would_be_seen(store: Store) -> None:
    def by_words(conn: Connection) -> object:
        return conn.execute(sa.select(comment.c.id).where(comment.c.source == "a").order_by(comment.c.name)).all()

    (plan,) = await store.read(lambda conn: _plans(conn, by_words))
    assert _scans(plan)
    assert _sorts(plan)
