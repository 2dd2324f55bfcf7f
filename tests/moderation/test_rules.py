"""The pages about rules: everything by form, tried before it counts, each change with its entry, each site its own."""

from typing import Any

import httpx2
import pytest

from commentsvc.domain.findings import Leaning
from commentsvc.domain.rules import Rule, RuleKind
from commentsvc.domain.status import CommentStatus
from tests.support.moderation import Place, Visitor

pytestmark = pytest.mark.anyio

RULES = "/moderation/sites/gazette/rules"
POLICY = f"{RULES}/policy"
CASINO = Rule(RuleKind.WORD, "casino", Leaning.HOLD, "adverts")


async def send(visitor: Visitor, action: str, page: str | None = None, **fields: str) -> httpx2.Response:
    """Fill in one form of a page and press a button."""
    return await visitor.post(action, await visitor.hidden(page or action, action=f"{action}#") | fields)


async def stored(place: Place) -> list[tuple[Any, ...]]:
    rows = (await place.dump())["rule"]
    return [(row["kind"], row["pattern"], row["leaning"], row["reason"]) for row in rows]


async def acts(place: Place) -> list[tuple[Any, Any]]:
    return [(row["decision"], row["moderator_id"]) for row in (await place.dump())["decision"]]


async def test_several_words_are_added_at_once_each_with_its_entry(place: Place, mo: Visitor) -> None:
    lines = "casino\r\n\r\n  work  from home \r\ncasino"
    answer = await send(mo, RULES, kind="word", patterns=lines, leaning="spam", reason="adverts", period="week")
    assert answer.headers["location"] == f"{RULES}?done=added"
    assert await stored(place) == [("word", "casino", "spam", "adverts"), ("word", "work from home", "spam", "adverts")]
    assert await acts(place) == [("add_rule", 1)] * 2
    page = (await mo.get(answer.headers["location"])).text
    for words in ("The rules are in force.", "work from home", "until 9 March 2026", "by <bdi>Mo</bdi>", "not met yet"):
        assert words in page
    place.time.pass_by(days=7)
    mo = await place.signed_in()
    assert "ended 9 March 2026" in (await mo.get(RULES)).text


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"kind": "word", "patterns": "  \r\n"}, 422),
        ({"kind": "word", "patterns": "x" * 201}, 422),
        ({"kind": "word", "patterns": "\r\n".join(str(i) for i in range(101))}, 422),
        ({"kind": "link_domain", "patterns": "fine.example\r\nno domain"}, 422),
        ({"kind": "word", "patterns": "x", "reason": "y" * 501}, 422),
        ({"kind": "author", "patterns": "1"}, 400),
        ({"kind": "moon", "patterns": "x"}, 400),
        ({"kind": "word", "patterns": "x", "leaning": "pass"}, 400),
        ({"kind": "word", "patterns": "x", "period": "century"}, 400),
        ({"kind": "word", "patterns": "x", "do": "explode"}, 400),
        ({"kind": "word", "patterns": "x", "site_id": "2"}, 400),
        ({"kind": "word", "patterns": "x", "moderator_id": "2"}, 400),
    ],
)
async def test_what_cannot_be_a_rule_is_told_and_nothing_is_saved(
    place: Place, mo: Visitor, fields: dict[str, str], status: int
) -> None:
    before = await place.dump()
    answer = await send(mo, RULES, **fields)
    assert answer.status_code == status
    if status == 422:
        assert "Nothing was saved:" in answer.text
        assert fields["patterns"].splitlines()[0].strip() in answer.text
    assert await place.dump() == before


async def test_a_rule_is_tried_before_it_counts_and_nothing_is_written(place: Place, mo: Visitor) -> None:
    for i, status in enumerate(CommentStatus):
        await place.add_comment(f"My casino {i}", name=f"Reader {i}", status=status)
    await place.add_comment("A game of chess")
    await place.add_site("herald", "The Herald")
    await place.add_comment("Another casino", site="herald")
    before = await place.dump()
    page = (await send(mo, RULES, kind="word", patterns="casino", do="try")).text
    assert "It would have held 5 of the last 6 comments, 1 of which you approved." in page
    assert "1 waiting, 1 approved, 1 rejected, 1 marked as spam, 1 deleted" in page
    assert page.count('<a href="/moderation/comments/') == 5
    assert ">casino</textarea>" in page
    page = (await send(mo, RULES, kind="name", patterns="Nobody", do="try")).text
    assert "It would have found none of the last 6 comments." in page
    assert await place.dump() == before


async def test_a_rule_is_changed_tried_and_ended(place: Place, mo: Visitor) -> None:
    await place.add_comment("My casino", status=CommentStatus.APPROVED)
    one = f"{RULES}/{await place.add_rule(CASINO)}"
    page = await send(mo, one, leaning="spam", reason="", period="kept", do="try")
    assert "It would have held the only comment there is." in page.text
    assert await stored(place) == [("word", "casino", "hold", "adverts")]
    assert (await send(mo, one, leaning="spam", reason="x" * 501)).status_code == 422
    answer = await send(mo, one, leaning="spam", reason="", period="kept", do="save")
    assert answer.headers["location"] == f"{RULES}?done=changed"
    assert await stored(place) == [("word", "casino", "spam", None)]
    assert (await send(mo, one, leaning="spam", do="remove")).headers["location"] == f"{RULES}?done=removed"
    assert [act for act, _ in (await acts(place))[-3:]] == ["add_rule", "change_rule", "remove_rule"]
    assert (await mo.get(one)).status_code == 404
    assert "Ended (1)" in (await mo.get(RULES)).text


async def test_only_an_owner_changes_the_policy_and_the_number_of_links(place: Place, mo: Visitor) -> None:
    row_id = await place.add_rule(Rule(RuleKind.LINKS, "5", Leaning.SPAM))
    page = (await mo.get(RULES)).text
    assert POLICY not in page
    assert 'value="links"' not in page
    before = await place.dump()
    token = await mo.hidden(RULES, action=f"{RULES}#")
    for action, fields in (
        (POLICY, {"hold": "nothing"}),
        (RULES, {"kind": "links", "patterns": "1"}),
        (f"{RULES}/{row_id}", {"do": "remove"}),
    ):
        assert (await mo.post(action, token | fields)).status_code == 403
    assert await place.dump() == before
    await place.own()
    assert (await send(mo, RULES, kind="links", patterns="1")).status_code == 303
    numbers = {"trust_after": "3", "max_links": "0", "edit_minutes": "0", "report_hold": "5"}
    answer = await send(mo, POLICY, RULES, hold="new_authors", language="he", **numbers)
    assert answer.headers["location"] == f"{RULES}?done=policy"
    assert '<option value="he" lang="he" selected>עברית</option>' in (await mo.get(RULES)).text
    assert (await send(mo, POLICY, RULES, language="tlh")).status_code == 400
    policy = (await place.dump())["site"][0]["policy"]
    assert isinstance(policy, dict)
    assert (policy["hold"], policy["trust_after"], policy["max_links"]) == ("new_authors", 3, 0)
    assert (policy["edit_minutes"], policy["report_hold"]) == (0, 5)
    assert [act for act, _ in await acts(place)] == ["add_rule", "add_rule", "change_policy"]
    words = (await mo.get("/moderation/sites/gazette")).text
    assert "Writers cannot change a comment once it is posted" in words
    assert "5 reports by readers let a public comment wait" in words
    wrong_ones: list[dict[str, str]] = [{"trust_after": "0"}, {"trust_after": "101"}, {"max_links": "x"}]
    wrong_ones += [{"max_links": "-1"}, {"edit_minutes": "1441"}, {"report_hold": "101"}]
    for wrong in wrong_ones:
        assert (await send(mo, POLICY, RULES, **wrong)).status_code == 422


async def test_another_limit_for_links_is_tried_against_the_one_there_is(place: Place, mo: Visitor) -> None:
    await place.own()
    for i in range(4):
        await place.add_comment(f"{i} links", links=[f"https://l{n}.example/" for n in range(i)])
    page = (await send(mo, POLICY, RULES, max_links="1", do="try")).text
    assert "It would have held 2 of the last 4 comments, none of which you approved; as it is now, it finds 1." in page
    assert (await place.dump())["decision"] == []


async def test_a_foreign_sites_rules_are_as_good_as_absent(place: Place, mo: Visitor) -> None:
    await place.add_site("herald", "The Herald")
    row_id = await place.add_rule(CASINO, site="herald")
    before, token = await place.dump(), await mo.hidden(RULES, action=f"{RULES}#")
    for path in ("", f"/{row_id}"):
        answers = [await mo.get(f"/moderation/sites/{key}/rules{path}") for key in ("herald", "nothing")]
        assert {(answer.status_code, answer.text) for answer in answers} == {(404, answers[0].text)}
    for path, fields in (("", {"kind": "word", "patterns": "x"}), (f"/{row_id}", {"do": "remove"}), ("/policy", {})):
        assert (await mo.post(f"/moderation/sites/herald/rules{path}", token | fields)).status_code == 404
    for number in (row_id, "x", "0", "9" * 30, "-1", "\u0663"):
        assert (await mo.get(f"{RULES}/{number}")).status_code == 404
    assert await place.dump() == before


# -- from a comment ------------------------------------------------------------------------------------------------


async def test_one_key_from_a_comment_offers_what_most_likely_matters(place: Place, mo: Visitor) -> None:
    links = ["https://gazette.example/other", "https://cheap.example/x"]
    comment = await place.add_comment("Buy", name="Eve", links=links)
    page = (await mo.get(f"/moderation/comments/{comment}/block")).text
    assert 'name="domain:cheap.example" value="yes" checked' in page
    assert page.count("checked") == 2  # and the leaning
    plain = await place.add_comment("Buy", name="Eve")
    assert 'name="author" value="yes" checked' in (await mo.get(f"/moderation/comments/{plain}/block")).text


async def test_rules_are_made_from_a_comment_and_the_next_card_is_there(place: Place, mo: Visitor) -> None:
    comment = await place.add_comment("Buy pills", name="Eve", links=["https://cheap.example/x"])
    following = await place.add_comment("Next")
    action = f"/moderation/comments/{comment}/block"
    chosen = {"author": "yes", "name": "yes", "domain:cheap.example": "yes", "word": "pills", "leaning": "spam"}
    assert "It would have held 1 of the last 2 comments" in (await send(mo, action, do="try", word="pills")).text
    assert await stored(place) == []
    answer = await send(mo, action, mark_spam="yes", **chosen)
    assert answer.headers["location"].startswith(f"/moderation?done=mark_spam&comment={comment}&batch=")
    assert answer.headers["location"].endswith(f"#c-{following}")
    assert [each[:3] for each in await stored(place)] == [
        ("author", "1", "spam"),
        ("name", "Eve", "spam"),
        ("link_domain", "cheap.example", "spam"),
        ("word", "pills", "spam"),
    ]
    assert (await place.statuses())[comment] == "spam"
    assert [act for act, _ in await acts(place)] == ["mark_spam", *["add_rule"] * 4]
    assert "the comment by <bdi>Eve</bdi> on 2 March 2026" in (await mo.get(RULES)).text


async def test_without_a_decision_the_same_card_still_waits(place: Place, mo: Visitor) -> None:
    comment = await place.add_comment()
    answer = await send(mo, f"/moderation/comments/{comment}/block", author="yes")
    assert answer.headers["location"] == f"/moderation#c-{comment}"


async def test_nothing_chosen_or_nothing_possible_makes_no_rule(place: Place, mo: Visitor) -> None:
    comment = await place.add_comment()
    action = f"/moderation/comments/{comment}/block"
    stale = await mo.hidden(action, action=action)
    await mo.decide(comment, "approve")
    before = await place.dump()
    assert (await send(mo, action, reason="x")).status_code == 422
    assert (await send(mo, action, word="x" * 201)).status_code == 422
    assert (await send(mo, action, **{"domain:other.example": "yes"})).status_code == 400
    answer = await mo.post(action, stale | {"author": "yes", "mark_spam": "yes"})
    assert answer.status_code == 409
    assert "Nothing was changed." in answer.text
    assert await place.dump() == before


async def test_a_foreign_comment_cannot_be_blocked_from(place: Place, mo: Visitor) -> None:
    await place.add_site("herald", "The Herald")
    foreign = await place.add_comment(site="herald")
    token = await mo.hidden(RULES, action=f"{RULES}#")
    for each in (foreign, "a" * 24, "x"):
        assert (await mo.get(f"/moderation/comments/{each}/block")).status_code == 404
        assert (await mo.post(f"/moderation/comments/{each}/block", token | {"author": "yes"})).status_code == 404
    assert (await place.dump())["rule"] == []
