"""Several people at the same moment: one of them wins, and nobody waits for ever."""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.comment import Rendered
from commentsvc.domain.errors import DecisionNotPossibleError, IdempotencyKeyReusedError
from commentsvc.domain.status import CommentStatus, Decision
from commentsvc.store import moderators, remembered, rerendering, sessions, submissions
from commentsvc.store.engine import Store
from commentsvc.store.schema import author, comment, decision, outbox, setting, thread
from commentsvc.store.submissions import Once
from tests.store.make_comments import NOW, RENDERED, Make, add_pending, decide, new_author, open_thread

pytestmark = pytest.mark.anyio


async def _together(store: Store, *jobs: Callable[[Connection], object]) -> list[object]:
    return await asyncio.gather(*(store.write(job) for job in jobs), return_exceptions=True)


def _kinds(outcomes: list[object]) -> Counter[str]:
    return Counter(type(outcome).__name__ for outcome in outcomes)


async def test_of_two_decisions_on_one_comment_exactly_one_wins(store: Store, make: Make) -> None:
    for _ in range(10):
        public_id = await make.comment(status=CommentStatus.PENDING)
        told = len(await make.rows(outbox))
        outcomes = await _together(
            store,
            *[lambda conn, on=public_id: decide(conn, on, Decision.APPROVE, [make.site.id])] * 4,
        )
        assert _kinds(outcomes) == {"Decided": 1, "DecisionNotPossibleError": 3}
        assert len(await make.rows(outbox)) == told + 1
    assert len(await make.rows(decision)) == (await make.thread()).count == 10


async def test_decisions_on_parents_and_replies_of_one_thread_do_not_block_each_other(store: Store, make: Make) -> None:
    root = await make.comment()
    ids = [root]
    for number in range(30):
        ids.append(await make.comment(parent=ids[number // 3]))
    verbs = [Decision.DELETE] * len(ids) + [Decision.RESTORE] * len(ids) + [Decision.APPROVE] * len(ids)
    jobs = [
        lambda conn, on=on, verb=verb: decide(conn, on, verb, [make.site.id])
        for on, verb in zip(ids * 3, verbs, strict=True)
    ]
    outcomes = await _together(store, *jobs[::2], *jobs[1::2])
    assert set(_kinds(outcomes)) <= {"Decided", "DecisionNotPossibleError"}
    rows = await make.rows(comment)
    approved = [row for row in rows if row.status == CommentStatus.APPROVED]
    below_root = [row for row in rows if row.is_visible and row.root_id is not None]
    assert (await make.thread()).count == len(approved)
    assert rows[0].reply_count == len(below_root)


async def test_comments_published_at_once_in_one_thread_do_not_block_each_other(store: Store, make: Make) -> None:
    await make.thread()

    def publish(conn: Connection) -> str:
        found = open_thread(conn, make.site.id)
        public_id = add_pending(conn, found)
        decide(conn, public_id, Decision.APPROVE, [make.site.id])
        return public_id

    for _ in range(5):
        assert _kinds(await _together(store, *[publish] * 10)) == {"str": 10}
    assert (await make.thread()).count == 50


async def test_a_first_comment_sent_by_many_opens_one_thread_and_one_author(store: Store, make: Make) -> None:
    def first(conn: Connection) -> str:
        found = open_thread(conn, make.site.id)
        return add_pending(conn, found, author_id=new_author(conn, make.site.id, b"same"))

    assert _kinds(await _together(store, *[first] * 10)) == {"str": 10}
    assert len(await make.rows(thread)) == 1
    assert len(await make.rows(author)) == 1


async def test_the_same_submission_sent_twice_at_one_moment_makes_one_comment(store: Store, make: Make) -> None:
    def submit(conn: Connection, once: Once) -> str:
        earlier = submissions.repeated(conn, make.site.id, once)
        return earlier or add_pending(conn, open_thread(conn, make.site.id), once=once)

    for number in range(5):
        once = Once(f"key {number}".encode(), (b"content",))
        other = Once(f"key {number}".encode(), (b"other content",))
        jobs = [lambda conn, once=once: submit(conn, once)] * 6
        outcomes = await _together(store, *jobs, lambda conn, once=other: submit(conn, once))  # type: ignore[misc]
        texts = [outcome for outcome in outcomes if isinstance(outcome, str)]
        errors = [outcome for outcome in outcomes if not isinstance(outcome, str)]
        assert {type(error) for error in errors} == {IdempotencyKeyReusedError}
        assert len(set(texts)) == 1
    assert len(await make.rows(comment)) == 5


async def test_a_link_used_twice_at_one_moment_lets_one_in(store: Store) -> None:
    moderator_id = await store.write(
        lambda conn: moderators.add(conn, name="Mo", blind_index=b"i", sealed_email=b"s", now=NOW)
    )
    for number in range(5):
        digest = str(number).encode()
        expires = NOW + timedelta(minutes=10)
        await store.write(lambda conn, d=digest, e=expires: sessions.add_link(conn, d, moderator_id, expires_at=e))  # type: ignore[misc]
        outcomes = await _together(store, *[lambda conn, d=digest: sessions.use_link(conn, d, now=NOW)] * 6)
        assert sorted(map(str, outcomes)) == [str(moderator_id)] + ["None"] * 5


async def test_remembering_the_same_thing_at_one_moment_is_no_error(store: Store, make: Make) -> None:
    assert await _together(store, *[lambda conn: remembered.remember(conn, "a", 1)] * 6) == [None] * 6
    assert len(await make.rows(setting)) == 1


async def test_rendering_anew_while_moderators_decide_blocks_nobody(store: Store, make: Make) -> None:
    ids = await make.comments(20)
    root = await make.comment()
    replies = await make.comments(20, parent=root)
    rows = [(row.id, Rendered("<p>New.</p>", [], "New.", (), 2)) for row in await make.rows(comment)]
    jobs: list[Callable[[Connection], object]] = [lambda conn: rerendering.replace(conn, rows[::-1])] * 3
    jobs += [lambda conn, on=on: decide(conn, on, Decision.REJECT, [make.site.id]) for on in ids + replies]  # type: ignore[misc]
    jobs += [lambda conn: rerendering.replace(conn, rows)] * 3
    assert set(_kinds(await _together(store, *jobs))) == {"NoneType", "Decided"}
    assert {row.html for row in await make.rows(comment)} == {"<p>New.</p>"} != {RENDERED.html}


async def test_a_decision_waits_for_the_one_before_it(make: Make) -> None:
    public_id = await make.comment(status=CommentStatus.PENDING)
    await make.decide(public_id, Decision.REJECT)
    with pytest.raises(DecisionNotPossibleError):
        await make.decide(public_id, Decision.REJECT)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has one that writes
async def test_many_who_write_at_once_find_the_connections_that_were_there_before(store: Store) -> None:
    made = 0

    def count(_connection: object, _record: object) -> None:
        nonlocal made
        made += 1

    for engine in store.database.engines:
        sa.event.listen(engine, "connect", count)
    jobs = [lambda conn: conn.execute(sa.select(sa.func.count()).select_from(thread)).scalar_one()] * 16
    await _together(store, *jobs)
    made = 0
    await _together(store, *jobs)
    assert made == 0
