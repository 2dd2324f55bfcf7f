"""One decision over a whole search: asked first, done in portions, undone together."""

import pytest

from commentsvc.store import bulk
from tests.support.moderation import Place, Visitor

pytestmark = pytest.mark.anyio


async def _start(mo: Visitor, query: str = "q=casino&status=pending", decision: str = "mark_spam") -> str:
    """Ask, agree, and the run's address."""
    page = f"/moderation/bulk?search={query.replace('&', '%26').replace('=', '%3D')}&decision={decision}"
    answer = await mo.post("/moderation/bulk", await mo.hidden(page, action="/moderation/bulk"))
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def _press(mo: Visitor, run: str, action: str = "") -> str:
    answer = await mo.post(run + action, await mo.hidden(run, action=run + action))
    assert answer.status_code == 303, answer.text
    return (await mo.get(answer.headers["location"])).text


async def test_it_asks_first_and_then_decides_portion_by_portion(
    place: Place, mo: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "PORTION", 2)
    made = [await place.add_comment("casino") for _ in range(5)]
    other = await place.add_comment("garden")
    page = (await mo.get("/moderation/bulk?search=q%3Dcasino%26status%3Dpending&decision=mark_spam")).text
    assert "Mark as spam 5 comments?" in page
    assert set((await place.statuses()).values()) == {"pending"}

    run = await _start(mo)
    late = await place.add_comment("casino")
    await mo.decide(made[3], "approve", page=f"/moderation/comments/{made[3]}")
    for shown in (
        "<strong>2</strong> done",
        "<strong>4</strong> done",
        "1 left alone because",
    ):
        assert shown in await _press(mo, run)
    statuses = await place.statuses()
    assert [statuses[each] for each in made] == ["spam", "spam", "spam", "approved", "spam"]
    assert {statuses[other], statuses[late]} == {"pending"}

    dump = await place.dump()
    entries = [row for row in dump["decision"] if row["decision"] == "mark_spam"]
    assert len(entries) == 4
    assert len({row["batch"] for row in entries}) == 1


async def test_going_on_after_the_end_does_nothing_and_a_script_is_told_in_json(place: Place, mo: Visitor) -> None:
    for _ in range(3):
        await place.add_comment("casino")
    run = await _start(mo)
    fields = await mo.hidden(run, action=run)
    ours = {"Origin": mo.origin, "Sec-Fetch-Site": "same-origin", "Accept": "application/json"}
    answers = [(await mo.post(run, fields, ours)).json() for _ in range(2)]
    assert answers == [{"total": 3, "done": 3, "skipped": 0, "is_finished": True}] * 2
    assert len((await place.dump())["decision"]) == 3
    undone = [(await mo.post(f"{run}/undo", fields, ours)).json() for _ in range(2)]
    assert undone == [{"back": back, "is_finished": True, "page": f"{run}?undone=all"} for back in (3, 0)]


async def test_all_of_it_is_undone_in_portions_but_for_what_was_decided_since(
    place: Place, mo: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "PORTION", 2)
    made = [await place.add_comment("casino") for _ in range(4)]
    run = await _start(mo)
    await _press(mo, run)
    await _press(mo, run)
    await mo.decide(made[0], "approve", page=f"/moderation/comments/{made[0]}")
    assert "Go on until all are" in await _press(mo, run, "/undo")
    assert "Undone" in await _press(mo, run, "/undo")
    statuses = await place.statuses()
    assert [statuses[each] for each in made] == ["approved", "pending", "pending", "pending"]


async def test_nobody_goes_on_with_anothers_run(place: Place, mo: Visitor) -> None:
    await place.add_comment("casino")
    run = await _start(mo)
    await place.add_moderator("ida@desk.example", name="Ida")
    ida = await place.signed_in("ida@desk.example")
    token = await ida.hidden("/moderation", action="/moderation/sign-out")
    assert (await ida.get(run)).status_code == 404
    for action in ("", "/undo"):
        assert (await ida.post(run + action, token)).status_code == 404
    assert set((await place.statuses()).values()) == {"pending"}


@pytest.mark.parametrize(
    "query",
    ["search=q%3Da&decision=approve", "search=status%3Dpending&decision=restore", "search=status%3Dx&decision=approve",
     "search=status%3Dpending&decision=x", "search=status%3Dpending%26x%3D1&decision=approve", "decision=approve"],
)  # fmt: skip
async def test_what_was_not_meant_is_refused(mo: Visitor, query: str) -> None:
    assert (await mo.get(f"/moderation/bulk?{query}")).status_code == 400
