"""The history: numbered, chained, append-only; whatever is changed in it is found."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from commentsvc.domain.acts import Act
from commentsvc.domain.history import Fault
from commentsvc.domain.status import CommentStatus, Decision
from commentsvc.store import decisions, history
from commentsvc.store.engine import Store
from commentsvc.store.schema import comment, decision, history_head, outbox
from tests.store.make_comments import NOW, Make

pytestmark = pytest.mark.anyio

PENDING, APPROVED, SPAM = CommentStatus.PENDING, CommentStatus.APPROVED, CommentStatus.SPAM


def _open_the_wall(conn: Connection) -> None:
    """What somebody with the database in hand can do: take the triggers away."""
    if conn.dialect.name == "sqlite":
        for verb in ("update", "delete"):
            conn.execute(sa.text(f"DROP TRIGGER decision_is_append_only_{verb}"))
    else:
        conn.execute(sa.text("DROP TRIGGER decision_is_append_only ON decision"))


async def _five_entries(make: Make) -> None:
    for verb in (Decision.APPROVE, Decision.REJECT, Decision.MARK_SPAM):
        await make.decide(await make.comment(status=PENDING), verb)
    twice = await make.comment(status=PENDING)
    await make.decide(twice, Decision.MARK_SPAM, reason="advert, again")
    await make.decide(twice, Decision.RESTORE, now=NOW + timedelta(microseconds=1))


async def _fault(store: Store, make: Make) -> Fault | None:
    return await store.read(lambda conn: history.first_fault(conn, make.site.id))


async def test_an_untouched_history_has_no_fault(store: Store, make: Make) -> None:
    assert await _fault(store, make) is None
    await _five_entries(make)
    assert await _fault(store, make) is None
    assert (await store.read(lambda conn: history.head(conn, make.site.id))).number == 5


async def test_each_site_has_a_chain_of_its_own(store: Store, make: Make) -> None:
    other = await make.other_site()
    await _five_entries(make)
    await _five_entries(other)
    numbers = sa.select(decision.c.number).where(decision.c.site_id == other.site.id).order_by(decision.c.id)
    assert await store.read(lambda conn: list(conn.execute(numbers).scalars())) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("verb", ["UPDATE decision SET reason = 'other'", "DELETE FROM decision"])
async def test_the_database_itself_refuses_to_change_an_entry(store: Store, make: Make, verb: str) -> None:
    await _five_entries(make)
    with pytest.raises(DBAPIError, match="append-only"):
        await store.write(lambda conn: conn.execute(sa.text(verb)))
    assert await _fault(store, make) is None


@pytest.mark.parametrize(
    "change",
    [
        "reason = 'nothing'",
        "decision = 'delete'",
        "to_status = 'deleted'",
        "subject = 'aaaaaaaaaaaaaaaaaaaaaaaa'",
        "batch = 'aaaaaaaaaaaaaaaaaaaaaaaa'",
        "hash = previous_hash",
    ],
)
async def test_the_first_altered_entry_is_named(store: Store, make: Make, change: str) -> None:
    await _five_entries(make)
    await store.write(_open_the_wall)
    for number in (4, 3):
        await store.write(
            lambda conn, n=number: conn.execute(sa.text(f"UPDATE decision SET {change} WHERE number = {n}"))  # type: ignore[misc]
        )
    fault = await _fault(store, make)
    assert fault is not None
    assert fault.number == 3


async def test_a_missing_entry_is_found_in_the_middle_and_at_the_end(store: Store, make: Make) -> None:
    await _five_entries(make)
    await store.write(_open_the_wall)
    await store.write(lambda conn: conn.execute(sa.delete(decision).where(decision.c.number == 5)))
    assert await _fault(store, make) == Fault(5, "entries are missing at the end")
    await store.write(lambda conn: conn.execute(sa.delete(decision).where(decision.c.number == 2)))
    assert await _fault(store, make) == Fault(2, "entry 2 is missing")


async def test_a_forged_chain_ends_otherwise_than_was_noted(store: Store, make: Make) -> None:
    """Whoever rewrites everything after their change still cannot keep the last hash."""
    await _five_entries(make)
    noted = await store.read(lambda conn: history.head(conn, make.site.id))
    await store.write(_open_the_wall)

    def forge(conn: Connection) -> None:
        rows = conn.execute(sa.select(decision).order_by(decision.c.number)).all()
        conn.execute(sa.delete(decision))
        conn.execute(sa.delete(history_head))
        for row in rows:
            history.write(
                conn,
                Act(row.decision),
                site_id=row.site_id,
                subject=row.subject,
                moderator_id=row.moderator_id,
                now=row.created_at,
                from_status=CommentStatus(row.from_status),
                to_status=CommentStatus(row.to_status),
                reason="kinder words" if row.number == 1 else row.reason,
                batch=row.batch,
            )

    await store.write(forge)
    assert await _fault(store, make) is None
    assert await store.read(lambda conn: history.head(conn, make.site.id)) != noted


async def test_many_are_decided_at_once_and_undone_at_once(store: Store, make: Make) -> None:
    """One batch, an entry each; what somebody decided meanwhile stays as they left it, and is told."""
    ids = [await make.comment(status=PENDING) for _ in range(4)]
    await make.decide(ids[3], Decision.APPROVE)
    mine = [make.site.id]

    many = await store.write(
        lambda conn: decisions.decide_many(
            conn, ids, Decision.MARK_SPAM, site_ids=mine, moderator_id=None, reason=None, now=NOW, seen=PENDING
        )
    )
    assert ([done.comment for done in many.decided], many.skipped) == (ids[:3], ids[3:])
    await make.decide(ids[0], Decision.DELETE)

    undone = await store.write(
        lambda conn: decisions.undo(conn, many.batch, site_ids=mine, moderator_id=None, now=NOW, since=NOW)
    )
    assert {done.comment for done in undone.decided} == set(ids[1:3])
    assert undone.skipped == ids[:1]
    statuses = {row.public_id: row.status for row in await make.rows(comment)}
    assert [statuses[public_id] for public_id in ids] == ["deleted", "pending", "pending", "approved"]
    assert await _fault(store, make) is None


async def test_undoing_an_approval_takes_the_notice_back(store: Store, make: Make) -> None:
    public_id = await make.comment(status=PENDING)
    done = await make.decide(public_id, Decision.APPROVE)
    assert len(await make.rows(outbox)) == 1
    for _ in range(2):  # the second time there is nothing left to undo
        await store.write(
            lambda conn: decisions.undo(
                conn, done.batch, site_ids=[make.site.id], moderator_id=None, now=NOW, since=NOW
            )
        )
    assert await make.rows(outbox) == []
    past = await store.read(lambda conn: decisions.past(conn, public_id, site_ids=[make.site.id]))
    assert [entry.act for entry in past] == [Act.APPROVE, Act.UNDO]


async def test_old_decisions_are_not_undone(store: Store, make: Make) -> None:
    done = await make.decide(await make.comment(status=PENDING), Decision.APPROVE)
    undone = await store.write(
        lambda conn: decisions.undo(
            conn, done.batch, site_ids=[make.site.id], moderator_id=None, now=NOW, since=NOW + timedelta(days=1)
        )
    )
    assert (undone.decided, undone.skipped) == ([], [])
