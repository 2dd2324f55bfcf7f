"""What is asked of a submission on its way in, and what becomes of it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.errors import ForeignParentError, IdempotencyKeyReusedError, UnknownParentError
from commentsvc.domain.ids import is_public_id
from commentsvc.domain.status import CommentStatus
from commentsvc.domain.subscriptions import Scope, Wish
from commentsvc.store import authors, submissions
from commentsvc.store.engine import Store
from commentsvc.store.schema import author, subscription
from commentsvc.store.submissions import Once, Parent, ProvenAuthor
from tests.store.make_comments import NOW, RENDERED, Make, new_author

pytestmark = pytest.mark.anyio

ONCE = Once(b"key", (b"newest", b"older"))


async def test_a_submission_is_found_again_under_any_fingerprint_of_its_content(store: Store, make: Make) -> None:
    public_id = await make.comment(once=ONCE)
    for once in (ONCE, Once(b"key", (b"rotated", b"newest"))):
        assert await store.read(lambda conn, o=once: submissions.repeated(conn, make.site.id, o)) == public_id  # type: ignore[misc]
    assert await store.read(lambda conn: submissions.repeated(conn, make.site.id, Once(b"new", (b"newest",)))) is None


async def test_a_key_with_other_content_is_refused_on_its_own_site_only(store: Store, make: Make) -> None:
    await make.comment(once=ONCE)
    other = await make.other_site()
    reused = Once(b"key", (b"other",))
    with pytest.raises(IdempotencyKeyReusedError):
        await store.read(lambda conn: submissions.repeated(conn, make.site.id, reused))
    assert await store.read(lambda conn: submissions.repeated(conn, other.site.id, reused)) is None


async def test_one_replies_to_an_approved_comment_of_the_same_thread(store: Store, make: Make) -> None:
    root = await make.comment()
    reply = await make.comment(parent=root)
    thread = await make.thread()
    root_row, reply_row = (await make.row(root)).id, (await make.row(reply)).id
    assert await store.read(lambda conn: submissions.parent_of(conn, thread, root)) == Parent(root_row, root_row)
    assert await store.read(lambda conn: submissions.parent_of(conn, thread, reply)) == Parent(reply_row, root_row)


async def test_one_cannot_reply_to_what_is_hidden_absent_or_on_another_site(store: Store, make: Make) -> None:
    thread = await make.thread()
    ids = [await make.comment(status=status) for status in CommentStatus if status is not CommentStatus.APPROVED]
    for public_id in [*ids, "a" * 24, await (await make.other_site()).comment()]:
        with pytest.raises(UnknownParentError):
            await store.read(lambda conn, on=public_id: submissions.parent_of(conn, thread, on))  # type: ignore[misc]


async def test_one_cannot_reply_to_a_comment_under_another_article(store: Store, make: Make) -> None:
    thread = await make.thread()
    elsewhere = await make.comment(address="https://news.example/b")
    with pytest.raises(ForeignParentError):
        await store.read(lambda conn: submissions.parent_of(conn, thread, elsewhere))


async def test_an_earlier_comment_proves_its_writer(store: Store, make: Make) -> None:
    plain, confirmed = await make.comment(), await make.comment(wish=Wish(Scope.REPLIES))
    await store.write(lambda conn: conn.execute(sa.update(subscription).values(confirmed_at=NOW)))
    for public_id, is_confirmed in ((plain, False), (confirmed, True)):
        author_id = (await make.row(public_id)).author_id
        found = await store.read(lambda conn, on=public_id: submissions.proven_author(conn, make.site.id, on))  # type: ignore[misc]
        assert found == ProvenAuthor(author_id, b"p" * 16, is_confirmed)
    other = await make.other_site()
    assert await store.read(lambda conn: submissions.proven_author(conn, other.site.id, plain)) is None


async def test_the_same_text_and_the_same_author_are_counted_since_then_up_to_100(store: Store, make: Make) -> None:
    author_id = await store.write(lambda conn: new_author(conn, make.site.id))
    await make.comment(text_digest=b"other", now=NOW - timedelta(days=2), author_id=author_id)
    await make.comments(103, text_digest=b"same", author_id=author_id)
    other = await make.other_site()

    async def same(site_id: int, digest: bytes, days: int) -> int:
        since = NOW - timedelta(days=days)
        return await store.read(lambda conn: submissions.same_text_count(conn, site_id, digest, since=since))

    assert await same(make.site.id, b"same", 1) == 100
    assert [await same(make.site.id, b"other", days) for days in (1, 3)] == [0, 1]
    assert await same(other.site.id, b"same", 1) == 0
    assert await store.read(lambda conn: submissions.own_count(conn, author_id, since=NOW)) == 100
    assert await store.read(lambda conn: submissions.own_count(conn, author_id + 1, since=NOW)) == 0


async def test_a_new_comment_keeps_source_and_result_and_is_seen_by_nobody(make: Make) -> None:
    public_id = await make.comment(status=CommentStatus.PENDING, source="*Words.*")
    row = await make.row(public_id)
    assert is_public_id(public_id)
    assert (row.source, row.html, row.tree, row.text) == ("*Words.*", RENDERED.html, RENDERED.tree, RENDERED.text)
    assert (row.status, row.is_visible, row.likes, row.reply_count) == ("pending", False, 0, 0)
    assert (row.created_at, row.edited_at, row.decided_at) == (NOW, None, None)
    assert await make.rows(subscription) == []


async def test_the_wish_to_hear_of_replies_is_kept_unconfirmed(make: Make) -> None:
    public_id = await make.comment(wish=Wish(Scope.THREAD, wants_decision=True))
    (wish,) = await make.rows(subscription)
    assert (wish.comment_id, wish.confirmed_at) == ((await make.row(public_id)).id, None)
    assert (wish.scope, wish.frequency, wish.wants_decision) == ("thread", "each", True)


async def test_an_author_is_found_under_any_of_their_blind_indexes(store: Store, make: Make) -> None:
    here, elsewhere = make.site.id, (await make.other_site()).site.id
    asked: tuple[tuple[int, list[bytes]], ...] = (
        (here, [b"old"]),
        (here, [b"new", b"old"]),
        (here, [b"new"]),
        (elsewhere, [b"old"]),
        (here, []),
        (here, []),
    )

    def job(conn: Connection) -> list[int]:
        return [
            authors.find_or_add(conn, site_id=site_id, blind_indexes=indexes, sealed_email=b"sealed", now=NOW)
            for site_id, indexes in asked
        ]

    first, rotated, fresh, another, *nameless = await store.write(job)
    assert first == rotated
    assert len({first, fresh, another, *nameless}) == 5
    assert [row.blind_index for row in await make.rows(author)] == [b"old", b"new", b"old", None, None]
