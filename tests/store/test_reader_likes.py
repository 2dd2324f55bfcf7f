"""Likes: one for each reader and comment, taken back as easily, and only of what everybody sees."""

import asyncio
from functools import partial

import pytest
import sqlalchemy as sa

from commentsvc.domain.errors import UnknownCommentError
from commentsvc.domain.status import CommentStatus, Decision
from commentsvc.store import erasing, reader_likes
from commentsvc.store.engine import Store
from commentsvc.store.published import Sort
from commentsvc.store.reader_likes import Liked
from commentsvc.store.schema import comment_like
from tests.store.count_statements import listening
from tests.store.make_comments import NOW, Make

pytestmark = pytest.mark.anyio

ADA, BO = b"a" * 16, b"b" * 16


async def _like(make: Make, public_id: str, *marks: bytes, is_liked: bool = True) -> Liked:
    job = partial(reader_likes.set_like, public_id=public_id, marks=marks or (ADA,), is_liked=is_liked)
    return await make.store.write(job)


async def test_each_reader_counts_once_and_takes_it_back(make: Make) -> None:
    public_id = await make.comment()
    revision = (await make.thread()).revision
    assert await _like(make, public_id) == await _like(make, public_id) == Liked("news", 1, is_liked=True)
    assert await _like(make, public_id, BO) == Liked("news", 2, is_liked=True)
    assert (await make.thread()).revision == revision + 2
    for _ in range(2):
        assert await _like(make, public_id, is_liked=False) == Liked("news", 1, is_liked=False)
    assert (await make.row(public_id)).likes == 1
    assert (await make.thread()).revision == revision + 3
    assert [row.reader for row in await make.rows(comment_like)] == [BO]


async def test_what_not_everybody_sees_is_as_good_as_absent(make: Make) -> None:
    root = await make.comment()
    await make.comment(parent=root)
    await make.decide(root, Decision.DELETE)  # a tombstone
    hidden = [await make.comment(status=status) for status in CommentStatus if status is not CommentStatus.APPROVED]
    for public_id in (root, *hidden, "z" * 24):
        with pytest.raises(UnknownCommentError):
            await _like(make, public_id)
        with pytest.raises(UnknownCommentError):
            await make.store.read(partial(reader_likes.look, public_id=public_id, marks=(ADA,)))
    assert await make.rows(comment_like) == []


async def test_a_like_under_an_earlier_key_is_known_and_taken_back(make: Make) -> None:
    public_id = await make.comment()
    await _like(make, public_id, ADA)
    assert (await _like(make, public_id, BO, ADA)).likes == 1
    assert await _like(make, public_id, BO, ADA, is_liked=False) == Liked("news", 0, is_liked=False)
    assert await make.rows(comment_like) == []


async def test_likes_at_one_moment_are_all_counted_and_of_the_same_reader_once(store: Store, make: Make) -> None:
    public_id, other = await make.comment(), await make.comment()
    marks = [bytes([number]) * 16 for number in range(12)] * 3
    decisions = [make.decide(other, verb) for verb in (Decision.REJECT, Decision.APPROVE)]
    outcomes = await asyncio.gather(
        *(_like(make, on, mark) for mark in marks for on in (public_id, other)), *decisions, return_exceptions=True
    )
    assert {type(each) for each in outcomes} <= {Liked, UnknownCommentError, *map(type, outcomes[-2:])}
    assert (await make.row(public_id)).likes == 12
    counts = await store.read(lambda conn: _counted(conn, (public_id, other)))
    assert all(likes == rows for likes, rows in counts)


def _counted(conn: sa.Connection, public_ids: tuple[str, ...]) -> list[tuple[int, int]]:
    query = sa.text(
        "SELECT likes, (SELECT count(*) FROM comment_like WHERE comment_id = comment.id) FROM comment "
        "WHERE public_id IN :ids"
    ).bindparams(sa.bindparam("ids", list(public_ids), expanding=True))
    return [(row[0], row[1]) for row in conn.execute(query)]


async def test_the_most_liked_stand_first_and_of_equals_the_newest(make: Make) -> None:
    ids = await make.comments(4)
    for number, mark in ((1, ADA), (1, BO), (3, ADA)):
        await _like(make, ids[number], mark)
    first = await make.page(sort=Sort.TOP, limit=2)
    second = await make.page(sort=Sort.TOP, after=first.next, limit=2)
    assert [each.id for each in (*first.comments, *second.comments)] == [ids[1], ids[3], ids[2], ids[0]]


async def test_likes_go_with_the_words(make: Make) -> None:
    public_id = await make.comment()
    await _like(make, public_id)
    row = await make.row(public_id)
    await make.store.write(lambda conn: erasing.erase_words(conn, [row], is_moved=True, now=NOW))
    assert (await make.row(public_id)).likes == 0
    assert await make.rows(comment_like) == []


async def test_liking_costs_a_few_statements(store: Store, make: Make) -> None:
    public_id = await make.comment()
    with listening(store) as heard:
        await store.read(partial(reader_likes.look, public_id=public_id, marks=(ADA,)))
    assert len(heard.statements) == 1
    with listening(store) as heard:
        await _like(make, public_id)
    assert len(heard.statements) == 7
