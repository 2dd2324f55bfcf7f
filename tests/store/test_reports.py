"""Reports: once by each reader; enough of them hold a comment, and no crowd empties a site."""

import asyncio
import itertools
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.acts import Act
from commentsvc.domain.comment import Rendered
from commentsvc.domain.errors import NoReportsError, UnknownCommentError
from commentsvc.domain.notices import Event
from commentsvc.domain.reports import ReportReason
from commentsvc.domain.roles import Role
from commentsvc.domain.status import CommentStatus, Decision
from commentsvc.store import decisions, erasing, history, moderators, own_words, queue, reports, retention, search_index
from commentsvc.store.edits import NewText
from commentsvc.store.engine import Store
from commentsvc.store.reports import MOST_HELD, NewReport
from commentsvc.store.retention import SessionsKept
from commentsvc.store.schema import comment_finding, decision, outbox, report
from tests.store.make_comments import NOW, Make

pytestmark = pytest.mark.anyio

SPAM, ABUSE, PRIVATE_DATA, OFF_TOPIC, OTHER = ReportReason
_NEW = NewText("New.", Rendered("<p>New.</p>", [["p", "New."]], "New.", (), 1), b"new digest", b"s" * 16)
_readers = itertools.count(1)


async def _report(
    make: Make, public_id: str, reason: ReportReason = SPAM, *, by: int | None = None, hold_at: int = 3, **more: Any
) -> None:
    given: dict[str, Any] = {"text": None, "is_counted": True, "now": NOW} | more
    now = given.pop("now")
    new = NewReport(marks=[(by or next(_readers)).to_bytes(16)], reason=reason, **given)
    await make.store.write(lambda conn: reports.add(conn, public_id, new, hold_at=hold_at, now=now))


async def _open(make: Make) -> dict[str, list[tuple[ReportReason, str | None]]]:
    mine = [make.site.id]
    found = await make.store.read(lambda conn: reports.open_ones(conn, site_ids=mine, limit=50))
    assert await make.store.read(lambda conn: reports.count_open(conn, site_ids=mine, up_to=50)) == len(found)
    return {each.comment.id: [(one.reason, one.text) for one in each.reports] for each in found}


async def _status(make: Make, public_id: str) -> str:
    return str((await make.row(public_id)).status)


async def _moderator(make: Make) -> int:
    def job(conn: Connection) -> int:
        who = moderators.add(conn, name="Mo", blind_index=b"mo", sealed_email=b"sealed", now=NOW)
        moderators.join_sites(conn, who, [make.site.id], Role.MODERATOR, now=NOW)
        return who

    return await make.store.write(job)


async def test_each_reader_reports_once_and_moderators_see_what_was_said(make: Make) -> None:
    first, second = await make.comment(), await make.comment()
    await _report(make, first, ABUSE, by=1, text="Rude.")
    await _report(make, first, SPAM, by=1, text="Again.")
    await _report(make, second, OTHER, now=NOW + timedelta(minutes=1))
    assert await _open(make) == {second: [(OTHER, None)], first: [(ABUSE, "Rude.")]}
    assert list(await _open(make)) == [second, first]
    assert await _open(await make.other_site()) == {}


async def test_what_not_everybody_sees_is_as_good_as_absent(make: Make) -> None:
    hidden = [await make.comment(status=status) for status in CommentStatus if status is not CommentStatus.APPROVED]
    for public_id in (*hidden, "z" * 24):
        with pytest.raises(UnknownCommentError):
            await _report(make, public_id)
        with pytest.raises(UnknownCommentError):
            await make.store.read(partial(reports.look, public_id=public_id, marks=[]))
    assert await make.rows(report) == []


async def test_enough_reports_let_a_comment_wait_again_and_say_why(make: Make) -> None:
    public_id, told = await make.comment(), len(await make.rows(outbox))
    for reason in (SPAM, ABUSE):
        await _report(make, public_id, reason)
    assert await _status(make, public_id) == "approved"
    told = len(await make.rows(outbox))
    await _report(make, public_id, SPAM)
    assert await _status(make, public_id) == "pending"
    assert (await make.page()).comments == []
    held = await make.store.read(lambda conn: queue.one(conn, public_id, site_ids=[make.site.id]))
    assert held is not None
    assert [(each.phase, each.words) for each in held.findings] == [
        ("reports", "3 readers reported it: 2 spam, 1 abuse")
    ]
    row = await make.row(public_id)
    assert await make.store.read(lambda conn: search_index.out_of_step(conn, [row.id])) == []
    assert [each.phase for each in await make.rows(comment_finding)] == ["reports"]
    assert [each.event for each in (await make.rows(outbox))[told:]] == [Event.COMMENT_PENDING]
    entry = (await make.rows(decision))[-1]
    assert (entry.decision, entry.moderator_id, entry.from_status, entry.to_status, entry.details) == (
        Act.HOLD_REPORTED, None, "approved", "pending", {"reports": 3},
    )  # fmt: skip
    assert await make.store.read(lambda conn: history.first_fault(conn, make.site.id)) is None
    assert await _open(make) == {}


async def test_reports_that_do_not_count_are_listed_and_hold_nothing(make: Make) -> None:
    public_id, other = await make.comment(), await make.comment()
    for _ in range(5):
        await _report(make, public_id, is_counted=False)
        await _report(make, other, hold_at=0)
    assert {each: len(said) for each, said in (await _open(make)).items()} == {public_id: 5, other: 5}
    assert {await _status(make, each) for each in (public_id, other)} == {"approved"}


async def test_a_decision_settles_them_and_what_they_held_once_they_hold_again_only_with_new_words(make: Make) -> None:
    public_id = await make.comment()
    for _ in range(3):
        await _report(make, public_id)
    await make.decide(public_id, Decision.APPROVE)
    assert await _open(make) == {}
    for _ in range(5):
        await _report(make, public_id)
    assert await _status(make, public_id) == "approved"
    assert [len(said) for said in (await _open(make)).values()] == [5]

    def change(conn: Connection) -> None:
        row = own_words.editable(conn, public_id, make.site, at=NOW)
        own_words.edit(conn, row, _NEW, [], is_held=False, now=NOW)

    await make.store.write(change)
    await _report(make, public_id)
    assert await _status(make, public_id) == "pending"


async def test_keeping_settles_them_and_later_ones_count_anew(make: Make) -> None:
    mo, public_id = await _moderator(make), await make.comment()
    for _ in range(2):
        await _report(make, public_id)

    async def keep(of: str, site_ids: list[int]) -> None:
        await make.store.write(
            lambda conn: reports.dismiss(conn, of, site_ids=site_ids, moderator_id=mo, now=NOW, way="script")
        )

    with pytest.raises(UnknownCommentError):
        await keep(public_id, [make.site.id + 1])
    await keep(public_id, [make.site.id])
    entry = (await make.rows(decision))[-1]
    assert (entry.decision, entry.moderator_id, entry.to_status, entry.details) == (
        Act.DISMISS_REPORTS, mo, None, {"way": "script"},
    )  # fmt: skip
    assert await _open(make) == {}
    with pytest.raises(NoReportsError):
        await keep(public_id, [make.site.id])
    for expected in ("approved", "approved", "pending"):
        await _report(make, public_id)
        assert await _status(make, public_id) == expected
    with pytest.raises(NoReportsError):
        await keep(public_id, [make.site.id])


async def test_a_decision_that_is_taken_back_leaves_them_open_again(make: Make) -> None:
    mo, public_id = await _moderator(make), await make.comment()
    await _report(make, public_id)
    done = await make.decide(public_id, Decision.REJECT)
    assert await _open(make) == {}
    await make.store.write(
        lambda conn: decisions.undo(conn, done.batch, site_ids=[make.site.id], moderator_id=mo, now=NOW, since=NOW)
    )
    assert await _open(make) == {public_id: [(SPAM, None)]}


async def test_only_some_comments_of_a_site_are_held_within_an_hour(make: Make) -> None:
    ids = [await make.comment() for _ in range(MOST_HELD + 1)]
    for public_id in ids:
        await _report(make, public_id, hold_at=1)
    assert [await _status(make, each) for each in ids] == ["pending"] * MOST_HELD + ["approved"]
    assert list(await _open(make)) == [ids[-1]]
    other = await make.other_site()
    elsewhere = await other.comment()
    await _report(other, elsewhere, hold_at=1)
    assert await _status(other, elsewhere) == "pending"
    await _report(make, ids[-1], hold_at=1, now=NOW + timedelta(hours=1))
    assert await _status(make, ids[-1]) == "pending"


async def test_of_one_comment_only_so_many_are_kept(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commentsvc.store.reports.MOST_KEPT", 3)
    public_id = await make.comment()
    for _ in range(5):
        await _report(make, public_id, hold_at=0)
    assert len(await make.rows(report)) == 3


async def test_reports_at_one_moment_hold_a_comment_once(make: Make) -> None:
    public_id = await make.comment()
    same = [_report(make, public_id, by=7_000 + number % 6) for number in range(12)]
    outcomes = await asyncio.gather(*same, make.decide(public_id, Decision.REJECT), return_exceptions=True)
    kinds = {type(each).__name__ for each in outcomes}
    assert kinds <= {"NoneType", "UnknownCommentError", "Decided", "DecisionNotPossibleError"}
    assert [each.decision for each in await make.rows(decision)].count(Act.HOLD_REPORTED) <= 1
    assert await _status(make, public_id) in {"rejected", "pending"}
    assert await make.store.read(lambda conn: history.first_fault(conn, make.site.id)) is None


async def test_they_go_with_the_words_and_when_they_are_settled_long_enough(store: Store, make: Make) -> None:
    erased, kept, still = [await make.comment() for _ in range(3)]
    for public_id in (erased, kept, still):
        await _report(make, public_id, text="Rude.")
    row = await make.row(erased)
    await store.write(lambda conn: erasing.erase_words(conn, [row], is_moved=True, now=NOW))
    await make.decide(kept, Decision.REJECT)
    sessions = SessionsKept(idle=timedelta(hours=12), absolute=timedelta(days=14))

    async def left(after: timedelta) -> int:
        await store.write(lambda conn: retention.sweep(conn, kept=sessions, now=NOW + after))
        return await store.read(lambda conn: conn.execute(sa.select(sa.func.count()).select_from(report)).scalar_one())

    assert [await left(timedelta(days=days)) for days in (30, 31)] == [2, 1]
    assert list(await _open(make)) == [still]
