"""The questions that are asked most cost a fixed, small number of statements, however much is there."""

from collections.abc import Callable

import pytest
from sqlalchemy.engine import Connection

from commentsvc.domain.status import CommentStatus
from commentsvc.store import (
    claims,
    likes,
    moderators,
    own_comments,
    published,
    queue,
    sessions,
    sites,
    submissions,
    threads,
)
from commentsvc.store.engine import Store
from commentsvc.store.published import Sort
from commentsvc.store.submissions import Once
from commentsvc.store.surroundings import look_around
from tests.store.count_statements import listening
from tests.store.make_comments import ARTICLE, NOW, Make, asked

pytestmark = pytest.mark.anyio


async def _count(store: Store, job: Callable[[Connection], object]) -> int:
    with listening(store) as heard:
        await store.write(job)
    return len(heard.statements)


async def test_reading_costs_a_few_statements(store: Store, make: Make) -> None:
    ids = await make.comments(12)
    replies = [await make.comment(parent=public_id) for public_id in ids[:6]]
    thread, site_id = await make.thread(), make.site.id

    def page(after: str | None, limit: int) -> Callable[[Connection], object]:
        return lambda conn: published.roots(conn, thread, sort=Sort.TOP, after=after, limit=limit, replies_each=3)

    assert await _count(store, page(None, 2)) == 2  # what is pinned, and the newest, which have no replies
    assert await _count(store, page(None, 12)) == 3
    assert await _count(store, page(ids[6], 6)) == 3
    assert await _count(store, lambda conn: published.replies(conn, thread, ids[0], after=None, limit=5)) == 1
    assert await _count(store, lambda conn: published.replies(conn, thread, ids[0], after=replies[0], limit=5)) == 2
    assert await _count(store, lambda conn: published.newest(conn, site_id=site_id, thread_id=None, limit=9)) == 1
    assert await _count(store, lambda conn: threads.find(conn, site_id, ARTICLE)) == 1
    assert await _count(store, lambda conn: threads.counts(conn, site_id, [ARTICLE] * 50)) == 1
    assert await _count(store, lambda conn: own_comments.own(conn, ids)) == 1
    assert await _count(store, sites.all_sites) == 1


async def test_moderating_costs_a_few_statements(store: Store, make: Make) -> None:
    ids = [await make.comment(status=CommentStatus.PENDING) for _ in range(5)]
    mine = [make.site.id]

    def page(after: str | None) -> Callable[[Connection], object]:
        return lambda conn: queue.page(conn, CommentStatus.PENDING, site_ids=mine, after=after, limit=3)

    assert (await _count(store, page(None)), await _count(store, page(ids[1]))) == (2, 3)
    assert await _count(store, lambda conn: queue.one(conn, ids[0], site_ids=mine)) == 1
    assert await _count(store, lambda conn: queue.counts(conn, site_ids=mine, up_to=100)) == 1
    assert await _count(store, lambda conn: likes.count(conn, ids, up_to=100)) == 1
    assert await _count(store, lambda conn: claims.held(conn, ids, but_by=1, now=NOW)) == 1
    assert await _count(store, lambda conn: moderators.by_id(conn, 1)) == 1
    assert await _count(store, lambda conn: sessions.find(conn, b"a", seen_since=NOW, created_since=NOW)) == 1


async def test_screening_costs_a_few_statements(store: Store, make: Make) -> None:
    public_id, site_id, thread = await make.comment(), make.site.id, await make.thread()
    assert await _count(store, lambda conn: submissions.repeated(conn, site_id, Once(b"12345678", (b"f",)))) == 1
    assert await _count(store, lambda conn: submissions.parent_of(conn, thread, public_id)) == 1
    assert await _count(store, lambda conn: submissions.same_text_count(conn, site_id, b"digest", since=NOW)) == 1
    assert await _count(store, lambda conn: submissions.own_count(conn, 1, since=NOW)) == 1
    assert await _count(store, lambda conn: look_around(conn, asked(site_id, parent=public_id, proof=public_id))) == 1
    assert await _count(store, lambda conn: look_around(conn, asked(site_id, blind_indexes=[b"a", b"b"]))) == 1
