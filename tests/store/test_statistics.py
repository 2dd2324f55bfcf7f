"""What is counted of some days: posts, waits, screening, hands and appeals, of one site only."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.acts import Act
from commentsvc.domain.status import CommentStatus, Decision
from commentsvc.store import history, statistics
from commentsvc.store.engine import Store
from commentsvc.store.schema import appeal, comment, comment_finding, rule
from commentsvc.store.statistics import Appeals
from tests.store.make_comments import NOW, Make
from tests.store.test_history_pages import _many, _moderator

pytestmark = pytest.mark.anyio

PENDING, APPROVED, SPAM = CommentStatus.PENDING, CommentStatus.APPROVED, CommentStatus.SPAM
DAY = timedelta(days=1)
BOUNDS = [NOW - DAY, NOW, NOW + DAY]


async def test_posts_are_counted_where_they_came_by_what_they_are_today(store: Store, make: Make) -> None:
    await make.comment(status=SPAM, now=NOW - timedelta(hours=1))
    await make.comment(now=NOW)
    await make.comment(status=PENDING, now=NOW + timedelta(hours=23))
    await make.comment(now=NOW + DAY)  # the first moment after the span
    await (await make.other_site()).comment(now=NOW)
    before, day = await store.read(lambda conn: statistics.posts(conn, make.site.id, BOUNDS))
    assert {status: count for status, count in before.items() if count} == {SPAM: 1}
    assert {status: count for status, count in day.items() if count} == {APPROVED: 1, PENDING: 1}


async def test_waits_are_those_of_moderators_decisions_on_waiting_posts(store: Store, make: Make) -> None:
    who = await _moderator(store, "Mo")
    waiting = await make.comment(status=PENDING, now=NOW)
    for minutes in (5, 1, 3):
        waiting = await make.comment(status=PENDING, now=NOW)
        await make.decide(waiting, Decision.APPROVE, moderator_id=who, now=NOW + timedelta(minutes=minutes))
    await make.decide(waiting, Decision.REJECT, moderator_id=who, now=NOW + timedelta(hours=2))  # did not wait
    await make.comment(now=NOW)  # by the site's own policy
    none, waits = await store.read(lambda conn: statistics.waits(conn, make.site.id, BOUNDS))
    assert none == []
    assert waits == pytest.approx([60, 180, 300], abs=0.1)


async def test_many_waits_are_sampled_evenly(store: Store, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statistics, "WAITS_EACH", 5)
    who = await _moderator(store, "Mo")
    for number in range(20):
        waiting = await make.comment(status=PENDING, now=NOW)
        await make.decide(waiting, Decision.APPROVE, moderator_id=who, now=NOW + timedelta(seconds=number))
    (waits,) = await store.read(lambda conn: statistics.waits(conn, make.site.id, BOUNDS[1:]))
    assert waits == pytest.approx([0, 4, 8, 12, 16], abs=0.1)


async def test_each_judge_is_measured_by_what_became_of_its_posts(store: Store, make: Make) -> None:
    ids = [await make.comment(status=status) for status in (APPROVED, SPAM, PENDING)]
    here = make.site.id

    def note(conn: Connection) -> None:
        rule_id = conn.execute(
            sa.insert(rule)
            .values(site_id=here, kind="word", pattern="casino", leaning="hold", created_at=NOW)
            .returning(rule.c.id)
        ).scalar_one()
        for public_id, phase, leaning, by_rule in (
            (ids[0], "links", "hold", None),
            (ids[1], "links", "spam", None),
            (ids[1], "links", "hold", None),  # twice on the same post counts once
            (ids[1], "word_list", "hold", rule_id),
            (ids[2], "standing", "pass", None),  # spoke for nothing
        ):
            row = conn.execute(sa.select(comment.c.id).where(comment.c.public_id == public_id)).scalar_one()
            values = {"comment_id": row, "site_id": here, "phase": phase, "leaning": leaning, "rule_id": by_rule}
            conn.execute(sa.insert(comment_finding).values(values))

    await store.write(note)
    found = await store.read(lambda conn: statistics.screened(conn, here, BOUNDS[1], BOUNDS[2]))
    assert found.posts == 3
    assert [(each.phase, each.rule, each.by_status) for each in found.judged] == [
        ("links", None, {APPROVED: 1, SPAM: 1}),
        ("word_list", None, {SPAM: 1}),
        ("word_list", "casino", {SPAM: 1}),
    ]


async def test_hands_are_told_by_decisions_and_other_acts(store: Store, make: Make) -> None:
    mo, ida = await _moderator(store, "Mo"), await _moderator(store, "Ida")
    await _moderator(store, "Idle")
    await _many(make, 3, mo)
    await _many(make, 1, ida)
    here = make.site.id
    for when in (NOW, NOW - 2 * DAY):
        await store.write(
            lambda conn, when=when: history.write(  # type: ignore[misc]  # bound at once
                conn, Act.ADD_RULE, site_id=here, subject="rule:1", moderator_id=mo, now=when
            )
        )
    done = await store.read(lambda conn: statistics.handiwork(conn, here, BOUNDS[1], BOUNDS[2]))
    assert [(each.name, each.decisions) for each in done] == [("Mo", 3), ("Ida", 1)]
    assert done[0].others >= 1


async def test_appeals_are_counted_with_their_ends(store: Store, make: Make) -> None:
    here = make.site.id
    for status, answered in ((APPROVED, NOW), (SPAM, NOW), (SPAM, None)):
        public_id = await make.comment(status=status)
        row = await make.row(public_id)
        values = {"comment_id": row.id, "site_id": here, "text": "Please.", "created_at": NOW, "answered_at": answered}
        await store.write(lambda conn, values=values: conn.execute(sa.insert(appeal).values(values)))  # type: ignore[misc]  # bound at once
    found = await store.read(lambda conn: statistics.appeals(conn, here, BOUNDS[1], BOUNDS[2]))
    assert found == Appeals(made=3, answered=2, upheld=1)
