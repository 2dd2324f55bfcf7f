"""What moderators see: pending comments oldest first, all others newest first, never another site's."""

from dataclasses import replace

import pytest

from commentsvc.domain.comment import AuthorRecord, ParentExcerpt
from commentsvc.domain.findings import Finding, Leaning
from commentsvc.domain.status import CommentStatus
from commentsvc.store import own_comments, queue, submissions
from commentsvc.store.engine import Store
from tests.store.make_comments import NOW, RENDERED, SUBMISSION, Make, new_author, parent_row

pytestmark = pytest.mark.anyio


async def _pages(make: Make, status: CommentStatus, limit: int, site_ids: list[int]) -> list[str]:
    ids: list[str] = []
    after = None
    while True:
        page = await make.store.read(
            lambda conn, after=after: queue.page(conn, status, site_ids=site_ids, after=after, limit=limit)  # type: ignore[misc]
        )
        ids += [held.id for held in page.comments]
        after = page.next
        if after is None:
            return ids


@pytest.mark.parametrize("status", CommentStatus)
async def test_pages_joined_are_all_of_the_list_in_its_order(make: Make, status: CommentStatus) -> None:
    ids = [await make.comment(status=status) for _ in range(4)]
    for other in set(CommentStatus) - {status}:
        await make.comment(status=other)
    elsewhere = await make.other_site()
    theirs = await elsewhere.comment(status=status)
    expected = ids if status is CommentStatus.PENDING else ids[::-1]
    for limit in (1, 2, 3, 4, 5):
        assert await _pages(make, status, limit, [make.site.id]) == expected
    both = await _pages(make, status, 2, [make.site.id, elsewhere.site.id])
    assert both == ([*ids, theirs] if status is CommentStatus.PENDING else [theirs, *ids[::-1]])
    assert await _pages(make, status, 2, []) == []


async def test_a_cursor_of_another_site_tells_nothing(make: Make) -> None:
    await make.comment(status=CommentStatus.PENDING)
    theirs = await (await make.other_site()).comment(status=CommentStatus.PENDING)
    page = await make.store.read(
        lambda conn: queue.page(conn, CommentStatus.PENDING, site_ids=[make.site.id], after=theirs, limit=5)
    )
    assert (page.comments, page.next) == ([], None)


async def test_a_held_comment_comes_with_its_article_parent_findings_and_record(store: Store, make: Make) -> None:
    root = await make.comment(name="Root")
    finding = Finding("links", Leaning.HOLD, "3 links (this site allows 2)", "https://a.example/")
    thread = await make.thread()
    public_id = await store.write(
        lambda conn: submissions.add(
            conn,
            thread,
            replace(SUBMISSION, name="Bob", website="https://bob.example/"),
            RENDERED,
            author_id=new_author(conn, make.site.id),
            pseudonym=b"p",
            parent=parent_row(conn, root),
            findings=[finding],
            status=CommentStatus.PENDING,
            text_digest=b"d",
            once=None,
            now=NOW,
        )
    )
    held = await store.read(lambda conn: queue.one(conn, public_id, site_ids=[make.site.id]))
    assert held is not None
    assert (held.site_key, held.site_name, held.thread_url, held.thread_title) == (
        "news", "News", "https://news.example/a", "An article",
    )  # fmt: skip
    assert held.parent == ParentExcerpt(root, "Root", RENDERED.html, CommentStatus.APPROVED)
    assert (held.name, held.website, held.source, held.html) == ("Bob", "https://bob.example/", "Words.", RENDERED.html)
    assert held.findings == (finding,)
    assert held.record == AuthorRecord(0, 0, 0, NOW)
    assert (held.status, held.created_at, held.decided_at) == (CommentStatus.PENDING, NOW, None)
    other = await make.other_site()
    assert await store.read(lambda conn: queue.one(conn, public_id, site_ids=[other.site.id])) is None


async def test_counts_stop_where_they_are_told(store: Store, make: Make) -> None:
    await make.comments(5)
    await make.comment(status=CommentStatus.SPAM)
    await (await make.other_site()).comment(status=CommentStatus.PENDING)
    counts = await store.read(lambda conn: queue.counts(conn, site_ids=[make.site.id], up_to=3))
    assert counts == dict.fromkeys(CommentStatus, 0) | {CommentStatus.APPROVED: 3, CommentStatus.SPAM: 1}


async def test_ones_own_comments_are_shown_in_every_status_with_their_site(store: Store, make: Make) -> None:
    ids = {status: await make.comment(status=status) for status in CommentStatus}
    reply = await make.comment(parent=ids[CommentStatus.APPROVED], status=CommentStatus.PENDING)
    theirs = await (await make.other_site()).comment()
    asked = [*ids.values(), reply, theirs, "a" * 24]
    found = await store.read(lambda conn: own_comments.own(conn, asked))
    assert set(found) == set(asked) - {"a" * 24}
    assert {status: found[public_id][1].status for status, public_id in ids.items()} == {s: s for s in CommentStatus}
    assert (found[reply][1].parent, found[reply][1].source) == (ids[CommentStatus.APPROVED], "Words.")
    assert found[reply][0] == "news"
    assert found[theirs][0] != "news"
    assert await store.read(lambda conn: own_comments.own(conn, [])) == {}
