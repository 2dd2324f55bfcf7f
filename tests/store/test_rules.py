"""Rules: in force until they end, counted when met, each change with its one entry in the history."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.errors import NotFoundError, TooManyRulesError
from commentsvc.domain.findings import Leaning
from commentsvc.domain.rules import MOST_RULES, KnownRule, Rule, RuleKind
from commentsvc.domain.site import HoldPolicy
from commentsvc.domain.status import CommentStatus
from commentsvc.store import change_rules, history, policies, recent_comments, rules, sites
from commentsvc.store.engine import Store
from commentsvc.store.schema import decision, rule
from tests.store.count_statements import listening
from tests.store.make_comments import NOW, Make

pytestmark = pytest.mark.anyio

DAY = timedelta(days=1)
CASINO = Rule(RuleKind.WORD, "casino", Leaning.HOLD, "adverts")


async def add(make: Make, wanted: Rule, **changes: Any) -> int:
    given: dict[str, Any] = {"moderator_id": None, "now": NOW} | changes
    return await make.store.write(lambda conn: change_rules.add(conn, make.site.id, wanted, **given))


async def known(make: Make, *, now: Any = NOW) -> list[KnownRule]:
    return await make.store.read(lambda conn: rules.known(conn, make.site.id, now=now))


async def entries(make: Make) -> list[tuple[str, dict[str, Any]]]:
    rows = await make.rows(decision)
    assert await make.store.read(lambda conn: history.first_fault(conn, make.site.id)) is None
    return [(row.decision, row.details) for row in rows]


async def test_a_rule_counts_until_it_expires_and_on_its_own_site_alone(store: Store, make: Make) -> None:
    other = await make.other_site()
    row_id = await add(make, replace(CASINO, expires_at=NOW + DAY))
    await add(other, Rule(RuleKind.WORD, "poker", Leaning.SPAM))

    def in_force(now: Any) -> Any:
        return lambda conn: rules.in_force(conn, make.site.id, now=now)

    assert await store.read(in_force(NOW)) == [replace(CASINO, expires_at=NOW + DAY, id=row_id)]
    assert await store.read(in_force(NOW + DAY)) == []
    ended = await store.read(lambda conn: rules.ended(conn, make.site.id, now=NOW + DAY, limit=9))
    assert [each.row_id for each in ended] == [row_id]
    assert await store.read(lambda conn: rules.one(conn, other.site.id, row_id)) is None


async def test_the_same_rule_again_changes_the_one_there_is(make: Make) -> None:
    first = await add(make, CASINO)
    assert await add(make, replace(CASINO, leaning=Leaning.SPAM)) == first
    assert await add(make, replace(CASINO, leaning=Leaning.SPAM)) == first
    assert [each.rule.leaning for each in await known(make)] == [Leaning.SPAM]
    plain = {"kind": "word", "pattern": "casino", "until": None}
    assert await entries(make) == [
        ("add_rule", {**plain, "leaning": "hold"}),
        ("change_rule", {**plain, "leaning": "spam", "before": {**plain, "leaning": "hold"}}),
    ]


async def test_a_removed_rule_ends_keeps_its_row_and_can_come_back(store: Store, make: Make) -> None:
    row_id = await add(make, CASINO)
    await store.write(lambda conn: rules.count_hits(conn, [row_id], now=NOW))

    def remove(conn: Connection) -> None:
        change_rules.remove(conn, make.site.id, row_id, moderator_id=None, now=NOW + DAY)

    await store.write(remove)
    assert await known(make, now=NOW + DAY) == []
    with pytest.raises(NotFoundError):
        await store.write(remove)
    assert await add(make, CASINO, now=NOW + 2 * DAY) == row_id
    (again,) = await known(make, now=NOW + 2 * DAY)
    assert (again.hits, again.last_hit_at, again.rule.expires_at) == (1, NOW, None)
    assert [act for act, _ in await entries(make)] == ["add_rule", "remove_rule", "add_rule"]


async def test_another_sites_rule_can_neither_be_changed_nor_removed(store: Store, make: Make) -> None:
    other, row_id = await make.other_site(), await add(make, CASINO)
    for job in (
        lambda conn: change_rules.change(conn, other.site.id, row_id, CASINO, moderator_id=None, now=NOW),
        lambda conn: change_rules.remove(conn, other.site.id, row_id, moderator_id=None, now=NOW),
    ):
        with pytest.raises(NotFoundError):
            await store.write(job)
    assert len(await entries(make)) == 1


async def test_a_rule_about_an_author_is_known_by_a_comment_and_leaves_no_trace_of_them(make: Make) -> None:
    public_id = await make.comment(name="Ada")
    author = (await make.row(public_id)).author_id
    await make.comment(name="Somebody else", author_id=author)
    await add(make, Rule(RuleKind.AUTHOR, str(author), Leaning.SPAM), comment=public_id)
    (about,) = await known(make)
    assert about.example is not None
    assert (about.example.comment, about.example.name) == (public_id, "Ada")
    told = (await entries(make))[-1]
    assert told == ("add_rule", {"kind": "author", "leaning": "spam", "until": None, "comment": public_id})


async def test_each_hit_is_counted_once_a_comment(store: Store, make: Make) -> None:
    one, two = await add(make, CASINO), await add(make, Rule(RuleKind.NAME, "Admin", Leaning.HOLD))

    async def hit(*ids: int, at: datetime) -> None:
        await store.write(lambda conn: rules.count_hits(conn, ids, now=at))

    await hit(one, two, at=NOW)
    await hit(one, at=NOW + DAY)
    await hit(at=NOW + 2 * DAY)
    assert {each.row_id: (each.hits, each.last_hit_at) for each in await known(make)} == {
        one: (2, NOW + DAY),
        two: (1, NOW),
    }


async def test_a_site_has_at_most_a_thousand_rules_in_force(store: Store, make: Make) -> None:
    common = {"site_id": make.site.id, "kind": "word", "leaning": "hold", "created_at": NOW, "expires_at": NOW + DAY}
    rows = [common | {"pattern": f"word{i}"} for i in range(MOST_RULES)]
    await store.write(lambda conn: conn.execute(sa.insert(rule), rows))
    with pytest.raises(TooManyRulesError):
        await add(make, CASINO)
    await add(make, Rule(RuleKind.WORD, "word1", Leaning.SPAM))  # one that is there may still change
    await add(make, CASINO, now=NOW + DAY)
    with listening(store) as heard:
        assert len(await store.read(lambda conn: rules.in_force(conn, make.site.id, now=NOW))) == MOST_RULES + 1
    assert len(heard.statements) == 1


async def test_a_changed_policy_says_what_was_changed(store: Store, make: Make) -> None:
    def change(conn: Connection) -> None:
        def changed(policy: Any) -> Any:
            return replace(policy, hold=HoldPolicy.FLAGGED, trust_after=3)

        policies.change(conn, make.site, changed, moderator_id=None, now=NOW)

    await store.write(change)
    await store.write(change)
    found = await store.read(lambda conn: sites.by_key(conn, make.site.key))
    assert found is not None
    assert (found.policy.hold, found.policy.trust_after, found.origins) == ("flagged", 3, make.site.origins)
    assert found.revision == make.site.revision + 1
    differences = {"hold": {"before": "everything", "after": "flagged"}, "trust_after": {"before": 1, "after": 3}}
    assert await entries(make) == [("change_policy", differences)]


async def test_the_last_comments_come_newest_first_whatever_became_of_them(store: Store, make: Make) -> None:
    other = await make.other_site()
    await other.comment()
    ids = [await make.comment(status=status, now=NOW + i * DAY) for i, status in enumerate(CommentStatus)]

    def recent(**bounds: int) -> Any:
        return lambda conn: [each.id for each in recent_comments.recent(conn, make.site.id, **bounds)]

    assert await store.read(recent(limit=9)) == ids[::-1]
    assert await store.read(recent(skipped=1, limit=2)) == ids[::-1][1:3]
    assert await store.read(lambda conn: recent_comments.one(conn, ids[0], site_ids=[other.site.id])) is None
