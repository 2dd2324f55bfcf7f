"""Whoever keeps answers is told after each commit which threads moved on: by this process, and by others."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.acts import Act
from commentsvc.domain.rights import Erasure
from commentsvc.domain.status import CommentStatus, Decision
from commentsvc.store import erasing, moderators, moves, pins, rerendering, threads
from commentsvc.store.announcements import APPLICATION
from commentsvc.store.engine import Store
from commentsvc.store.moves import Moves
from tests.store.make_comments import NOW, RENDERED, Make

pytestmark = pytest.mark.anyio

_PATIENCE_SECONDS = 30


async def until(is_so: Callable[[], bool]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while not is_so():
            await asyncio.sleep(0.005)


@pytest.fixture
async def others(database_url: str) -> AsyncIterator[Moves]:
    """What a second process on the same database hears."""
    second = Store(database_url)
    await second.open()
    second.follow()
    await until(lambda: second.moves.now > 0)  # it listens
    yield second.moves
    await second.close()


def test_only_what_moved_is_newer() -> None:
    told = Moves()
    told.tell([1])
    seen = told.now
    told.tell([2, 3])
    assert told.of(1) <= seen < told.of(2) == told.of(3) == told.of(None) == told.now
    assert told.of(99) <= seen
    told.tell_all()
    assert told.of(1) == told.of(99) == told.now


async def test_every_act_that_readers_see_tells_its_thread_and_no_other(make: Make) -> None:
    quiet = await make.comment(address="https://news.example/quiet")
    pending = await make.comment(status=CommentStatus.PENDING)
    mine, store = [make.site.id], make.store
    thread = await make.thread()
    row_id = (await make.row(quiet)).thread_id
    moderator = await store.write(
        lambda conn: moderators.add(conn, blind_index=b"mo", sealed_email=b"sealed", name="Mo", now=NOW)
    )

    def pin(conn: Connection) -> None:
        pins.pin(conn, pending, is_pinned=True, site_ids=mine, moderator_id=moderator, now=NOW)

    def close(conn: Connection) -> None:
        threads.set_open(conn, thread.id, is_open=False)

    def rerender(conn: Connection) -> None:
        row = conn.execute(sa.text("SELECT id FROM comment WHERE public_id = :id"), {"id": pending}).one()
        rerendering.replace(conn, [(row.id, RENDERED)])

    seen, quiet_at = store.moves.now, store.moves.of(row_id)
    await make.decide(pending, Decision.APPROVE)
    for act in (pin, close, rerender):
        assert store.moves.of(thread.id) > seen, act
        seen = store.moves.now
        await store.write(act)
    assert store.moves.of(thread.id) > seen
    assert store.moves.of(row_id) == quiet_at


async def test_what_readers_do_not_see_tells_nobody(make: Make) -> None:
    await make.comment()
    seen = make.store.moves.now
    await make.comment(status=CommentStatus.PENDING)
    await make.decide(await make.comment(status=CommentStatus.PENDING), Decision.REJECT)
    assert make.store.moves.now == seen


async def test_erasing_a_person_tells_every_thread_they_wrote_in(make: Make) -> None:
    ids = [await make.comment(address=f"https://news.example/{name}") for name in "ab"]
    rows = [await make.row(each) for each in ids]
    author = rows[0].author_id
    await make.store.write(
        lambda conn: conn.execute(sa.text("UPDATE comment SET author_id = :author"), {"author": author})
    )
    seen = make.store.moves.now
    await erasing.erase_person(make.store, author, Erasure.WORDS, act=Act.ERASE, now=NOW)
    assert all(make.store.moves.of(row.thread_id) > seen for row in rows)


async def test_another_process_hears_of_it(make: Make, others: Moves) -> None:
    make.store.follow()
    for _ in range(3):
        comment = await make.comment(status=CommentStatus.PENDING)
        thread = (await make.row(comment)).thread_id
        seen = others.now
        await make.decide(comment, Decision.APPROVE)
        await until(lambda thread=thread, seen=seen: others.of(thread) > seen)  # type: ignore[misc]


async def test_a_command_tells_others_before_it_ends(make: Make, others: Moves, database_url: str) -> None:
    comment = await make.comment(status=CommentStatus.PENDING)
    thread, seen = (await make.row(comment)).thread_id, others.now
    command = Store(database_url)
    await command.open()
    await Make(command, make.site).decide(comment, Decision.APPROVE)
    await command.close()
    await until(lambda: others.of(thread) > seen)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_whoever_lost_the_line_hears_what_was_missed(make: Make, database_url: str) -> None:
    listening = Store(database_url)
    await listening.open()
    listening.follow()
    await until(lambda: listening.moves.now > 0)
    hang_up = sa.text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND application_name = :name"
    ).bindparams(name=APPLICATION)
    seen = listening.moves.now
    ended = await make.store.read(lambda conn: conn.execute(hang_up).scalars().all())
    assert ended == [True]
    await make.comment()  # nobody listens just now
    await until(lambda: listening.moves.now > seen)
    make.store.follow()
    seen = listening.moves.now
    thread = (await make.thread()).id
    await make.comment()
    await until(lambda: listening.moves.of(thread) > seen)
    await listening.close()


async def test_more_than_fits_into_one_message_is_told_all_the_same(make: Make, others: Moves) -> None:
    make.store.follow()
    ids = [
        (await make.row(await make.comment(address=f"https://news.example/{number}"))).thread_id for number in range(3)
    ]
    seen = others.now
    await make.store.write(lambda conn: moves.move_on(conn, [*ids, *range(10_000, 12_000)]))
    await until(lambda: all(others.of(each) > seen for each in [*ids, 10_000, 11_999]))
