"""Like posts together: the same author, the same text, the same linked domain."""

import pytest

from commentsvc.domain.comment import Rendered, Tree
from tests.support.moderation import Place, Visitor

pytestmark = pytest.mark.anyio


async def _linking(place: Place, name: str, domain: str) -> str:
    href = f"https://{domain}/{name}"
    tree: Tree = [["p", ["a", {"href": href}, "here"]]]
    rendered = Rendered("<p></p>", tree, "here", (href,), 1)
    return await place.add_comment(name, name=name, email=f"{name}@x.example", rendered=rendered)


async def test_a_card_tells_how_many_more_are_like_it(place: Place, mo: Visitor) -> None:
    for n in range(3):
        await place.add_comment("Buy now", name=f"Seller {n}", email="seller@x.example")
    await place.add_comment("Something else", name="Ada", email="ada@x.example")
    page = (await mo.get("/moderation")).text
    assert page.count("2 more by the same author") == page.count("2 more with the same text") == 3
    assert "3 more" not in page


async def test_all_that_link_to_the_same_place_are_rejected_together(place: Place, mo: Visitor) -> None:
    ids = [await _linking(place, f"seller{n}", "spam.example") for n in range(23)]
    other = await _linking(place, "honest", "library.example")
    path = f"/moderation/comments/{ids[0]}/like?by=domain&domain=spam.example"
    page = (await mo.get(path)).text
    assert "23 waiting with a link to spam.example" in page
    assert page.count("<article") == 20
    fields = await mo.hidden(path, action=f"/moderation/comments/{ids[0]}/like/decisions")
    answer = await mo.post(f"/moderation/comments/{ids[0]}/like/decisions", fields | {"decision": "mark_spam"})
    assert "23 comments marked as spam." in (await mo.get(answer.headers["location"])).text
    statuses = await place.statuses()
    assert [statuses[each] for each in (*ids, other)] == ["spam"] * 23 + ["pending"]
    undo = await mo.hidden(answer.headers["location"], action="/moderation/undo")
    await mo.post("/moderation/undo", undo)
    assert set((await place.statuses()).values()) == {"pending"}


async def test_more_than_a_portion_is_decided_in_one_batch(place: Place, mo: Visitor) -> None:
    ids = [await place.add_comment("Buy now", name=f"Seller {n}", email=None) for n in range(130)]
    fields = {"by": "text", "decision": "reject", "seen": "pending"}
    told = (await mo.ask(f"/moderation/comments/{ids[5]}/like/decisions", fields)).json()
    assert (len(told["decided"]), told["skipped"], told["more"]) == (130, [], False)
    assert len({row["batch"] for row in (await place.dump())["decision"]}) == 1


async def test_what_another_site_has_is_not_counted_and_not_decided(place: Place, mo: Visitor) -> None:
    await place.add_site("herald", "The Herald")
    mine = await place.add_comment("Buy now")
    theirs = await place.add_comment("Buy now", site="herald")
    assert "more with the same text" not in (await mo.get("/moderation")).text
    fields = {"by": "text", "decision": "reject", "seen": "pending"}
    assert (await mo.ask(f"/moderation/comments/{mine}/like/decisions", fields)).json()["decided"] == [mine]
    assert (await mo.ask(f"/moderation/comments/{theirs}/like/decisions", fields)).status_code == 404
    assert (await place.statuses())[theirs] == "pending"
