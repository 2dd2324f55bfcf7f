"""Pages of roots and of replies, joined, are the whole list: nothing twice, nothing left out."""

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.comment import Thread
from commentsvc.domain.errors import MalformedParameterError, UnknownCommentError
from commentsvc.domain.pseudonyms import thread_key
from commentsvc.domain.status import CommentStatus, Decision
from commentsvc.store import published, threads
from commentsvc.store.engine import Store
from commentsvc.store.published import Sort
from commentsvc.store.schema import comment
from tests.store.make_comments import NOW, RENDERED, Make

pytestmark = pytest.mark.anyio

LIKES = [3, 0, 5, 5, 0, 1, 3, 3, 0, 2, 5]


def _like(conn: Connection, public_id: str, likes: int) -> None:
    conn.execute(sa.update(comment).where(comment.c.public_id == public_id).values(likes=likes))


async def _liked_roots(make: Make) -> list[str]:
    ids = await make.comments(len(LIKES))
    for public_id, likes in zip(ids, LIKES, strict=True):
        await make.store.write(lambda conn, of=public_id, n=likes: _like(conn, of, n))  # type: ignore[misc]
    return ids


def _all_pages(conn: Connection, thread: Thread, sort: Sort, limit: int) -> list[list[str]]:
    pages: list[list[str]] = []
    after = None
    while True:
        page = published.roots(conn, thread, sort=sort, after=after, limit=limit, replies_each=2)
        pages.append([each.id for each in page.comments if each.parent is None])
        after = page.next
        if after is None:
            return pages


@pytest.mark.parametrize("sort", Sort)
async def test_pages_of_every_size_joined_are_all_roots_in_order(store: Store, make: Make, sort: Sort) -> None:
    ids = await _liked_roots(make)
    await make.comment(parent=ids[3])
    await make.comment(status=CommentStatus.PENDING)
    newest_first = list(reversed(range(len(ids))))
    order = {
        Sort.OLDEST: list(range(len(ids))),
        Sort.NEWEST: newest_first,
        Sort.TOP: sorted(newest_first, key=lambda n: -LIKES[n]),
    }
    thread = await make.thread()
    for limit in range(1, len(ids) + 2):
        pages = await store.read(lambda conn, limit=limit: _all_pages(conn, thread, sort, limit))  # type: ignore[misc]
        assert [public_id for page in pages for public_id in page] == [ids[n] for n in order[sort]]
        assert all(len(page) == limit for page in pages[:-1])
        assert 1 <= len(pages[-1]) <= limit


@pytest.mark.parametrize("sort", Sort)
async def test_comments_that_come_while_somebody_pages_push_nothing_twice(make: Make, sort: Sort) -> None:
    before = await make.comments(6)
    first = await make.page(sort=sort, limit=3)
    later = await make.comments(3)
    rest = await make.page(sort=sort, limit=100, after=first.next)
    seen = [each.id for each in first.comments + rest.comments]
    assert len(seen) == len(set(seen))
    assert set(before) <= set(seen) <= set(before + later)


async def test_a_cursor_that_was_removed_meanwhile_still_holds_its_place(make: Make) -> None:
    ids = await make.comments(5)
    first = await make.page(limit=2)
    assert first.next == ids[1]
    await make.decide(ids[1], Decision.DELETE)
    assert [each.id for each in (await make.page(after=first.next)).comments] == ids[2:]


async def test_a_cursor_of_another_list_is_refused(make: Make) -> None:
    root, other = await make.comments(2)
    reply, theirs = await make.comment(parent=root), await make.comment(parent=other)
    elsewhere = await make.comment(address="https://news.example/b")
    foreign = await (await make.other_site()).comment()
    for cursor in (elsewhere, foreign, reply, "a" * 24, ""):
        with pytest.raises(MalformedParameterError):
            await make.page(after=cursor)
    for cursor in (elsewhere, foreign, root, theirs, "a" * 24):
        with pytest.raises(MalformedParameterError):
            await make.replies(root, after=cursor)


async def test_an_empty_thread_has_an_empty_page(make: Make) -> None:
    page = await make.page()
    assert (page.comments, page.next) == ([], None)


async def test_each_root_brings_its_first_replies_along(make: Make) -> None:
    one, two, three = await make.comments(3)
    of_one = await make.comments(5, parent=one)
    deep = await make.comment(parent=of_one[0])
    of_three = await make.comments(1, parent=three)
    page = await make.page(replies_each=3)
    assert [each.id for each in page.comments] == [one, *of_one[:3], two, three, *of_three]
    assert [each.replies for each in page.comments if each.parent is None] == [6, 0, 1]
    assert [each.id for each in (await make.replies(one)).comments] == [*of_one, deep]


async def test_pages_of_replies_joined_are_all_replies_in_order(make: Make) -> None:
    root = await make.comment()
    ids = await make.comments(4, parent=root)
    ids += [await make.comment(parent=ids[0]), await make.comment(parent=ids[3])]
    await make.comment(parent=root, status=CommentStatus.SPAM)
    for limit in range(1, 8):
        seen: list[str] = []
        after = None
        while True:
            page = await make.replies(root, after=after, limit=limit)
            seen += [each.id for each in page.comments]
            after = page.next
            if after is None:
                break
        assert seen == ids


async def test_replies_are_asked_of_their_own_thread_only(store: Store, make: Make) -> None:
    root = await make.comment()
    await make.comment(parent=root)
    other = await make.thread("https://news.example/b")
    page = await store.read(lambda conn: published.replies(conn, other, root, after=None, limit=10))
    assert page.comments == []


async def test_the_thread_of_a_root_is_found_if_the_root_can_be_seen(store: Store, make: Make) -> None:
    root = await make.comment()
    reply, hidden = await make.comment(parent=root), await make.comment(status=CommentStatus.PENDING)
    assert await store.read(lambda conn: published.thread_of_root(conn, root)) == await make.thread()
    for public_id in (reply, hidden, "a" * 24):
        with pytest.raises(UnknownCommentError):
            await store.read(lambda conn, on=public_id: published.thread_of_root(conn, on))  # type: ignore[misc]


async def test_a_published_comment_has_all_that_a_reader_may_know(store: Store, make: Make) -> None:
    public_id = await make.comment(name="Ada", website="https://ada.example/")
    thread = await make.thread()
    found = await store.read(lambda conn: published.one(conn, thread, public_id))
    assert found is not None
    assert (found.id, found.parent, found.name, found.website) == (public_id, None, "Ada", "https://ada.example/")
    assert (found.html, found.tree, found.created_at) == (RENDERED.html, RENDERED.tree, NOW)
    assert found.key == thread_key(b"p" * 16, salt=thread.pseudonym_salt)
    assert found == (await make.page()).comments[0]


async def test_what_is_not_approved_or_stands_elsewhere_is_not_shown(store: Store, make: Make) -> None:
    thread = await make.thread()
    ids = [await make.comment(status=status) for status in CommentStatus if status is not CommentStatus.APPROVED]
    ids.append(await make.comment(address="https://news.example/b"))
    for public_id in ids:
        assert await store.read(lambda conn, on=public_id: published.one(conn, thread, on)) is None  # type: ignore[misc]


async def test_the_newest_are_a_sites_or_a_threads_approved_comments_newest_first(store: Store, make: Make) -> None:
    here = await make.comments(3)
    await make.comment(status=CommentStatus.PENDING)
    there = await make.comment(address="https://news.example/b")
    await (await make.other_site()).comment()
    thread = await make.thread()

    async def newest(thread_id: int | None, limit: int = 10) -> list[str]:
        entries = await store.read(
            lambda conn: published.newest(conn, site_id=make.site.id, thread_id=thread_id, limit=limit)
        )
        assert all(entry.thread_url.startswith("https://news.example/") for entry in entries)
        return [entry.comment.id for entry in entries]

    assert await newest(None) == [there, *reversed(here)]
    assert await newest(None, 2) == [there, here[-1]]
    assert await newest(thread.id) == list(reversed(here))


async def test_counts_are_of_approved_comments_by_address(store: Store, make: Make) -> None:
    await make.comments(2)
    await make.comment(address="https://news.example/b", status=CommentStatus.PENDING)
    await (await make.other_site()).comment(address="https://news.example/c")
    asked = [f"https://news.example/{name}" for name in "abcd"]
    counts = await store.read(lambda conn: threads.counts(conn, make.site.id, asked))
    assert counts == {asked[0]: 2, asked[1]: 0}
    assert await store.read(lambda conn: threads.counts(conn, make.site.id, [])) == {}


async def test_closing_a_thread_moves_its_revision(store: Store, make: Make) -> None:
    before = await make.thread()
    await store.write(lambda conn: threads.set_open(conn, before.id, is_open=False))
    after = await make.thread()
    assert (after.is_open, after.revision) == (False, before.revision + 1)
    assert await store.read(lambda conn: threads.by_id(conn, before.id)) == after
    assert await store.read(lambda conn: threads.find(conn, make.site.id, "https://news.example/none")) is None
    assert before.pseudonym_salt == after.pseudonym_salt
    assert len(before.pseudonym_salt) == 16
