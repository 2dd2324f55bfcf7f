"""What the script of an open page is told: what was done, who was faster, and what can be undone."""

import asyncio

import pytest

from commentsvc.store import history
from tests.support.moderation import Place, Visitor

pytestmark = pytest.mark.anyio


async def _ben(place: Place) -> Visitor:
    await place.add_moderator("ben@desk.example", name="Ben")
    return await place.signed_in("ben@desk.example")


async def test_a_decision_tells_what_it_did_and_what_is_left(place: Place, mo: Visitor) -> None:
    comment, _other = await place.add_comment(), await place.add_comment()
    answer = await mo.ask(f"/moderation/comments/{comment}/decisions", {"decision": "reject", "seen": "pending"})
    assert answer.status_code == 200
    told = answer.json()
    assert (told["comment"], told["decision"], told["status"]) == (comment, "reject", "rejected")
    assert (told["counts"]["pending"], told["counts"]["rejected"]) == (1, 1)


async def test_whoever_was_slower_is_told_who_decided_what(place: Place, mo: Visitor) -> None:
    comment, ben = await place.add_comment(), await _ben(place)
    path, wish = f"/moderation/comments/{comment}/decisions", {"seen": "pending"}
    await ben.ask(path, wish | {"decision": "approve"})
    answer = await mo.ask(path, wish | {"decision": "mark_spam"})
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["code"] == "decision_not_possible"
    at = "2026-03-02T09:30:00Z"
    assert told["decided"] == {"status": "approved", "decision": "approve", "moderator": "Ben", "at": at}
    assert (await place.statuses())[comment] == "approved"


async def test_a_script_without_a_session_is_told_so_and_not_sent_elsewhere(place: Place) -> None:
    stranger = place.browser()
    answer = await stranger.http.get("/moderation/events", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_required")
    assert (await stranger.get("/moderation/events")).status_code == 303


async def test_several_are_decided_in_one_go_and_undone_in_one_go(place: Place, mo: Visitor) -> None:
    ids = [await place.add_comment(name=f"Reader {n}") for n in range(4)]
    ben = await _ben(place)
    await ben.ask(f"/moderation/comments/{ids[3]}/decisions", {"decision": "approve", "seen": "pending"})

    told = (
        await mo.ask("/moderation/decisions", {"comments": " ".join(ids), "decision": "mark_spam", "seen": "pending"})
    ).json()
    assert told["decided"] == ids[:3]
    assert [(each["id"], each["moderator"], each["status"]) for each in told["skipped"]] == [
        (ids[3], "Ben", "approved")
    ]
    await ben.ask(f"/moderation/comments/{ids[0]}/decisions", {"decision": "approve", "seen": "spam"})

    undone = (await mo.ask("/moderation/undo", {"batch": told["batch"]})).json()
    assert set(undone["decided"]) == set(ids[1:3])
    assert [each["id"] for each in undone["skipped"]] == [ids[0]]
    statuses = await place.statuses()
    assert [statuses[each] for each in ids] == ["approved", "pending", "pending", "approved"]


async def test_ticked_boxes_do_the_same_without_a_script_and_can_be_undone(place: Place, mo: Visitor) -> None:
    ids = [await place.add_comment(name=f"Reader {n}") for n in range(3)]
    fields = await mo.hidden("/moderation", action="/moderation/decisions")
    answer = await mo.post("/moderation/decisions", fields | {ids[0]: "on", ids[2]: "on", "decision": "reject"})
    assert answer.status_code == 303
    page = (await mo.get(answer.headers["location"])).text
    assert "2 comments rejected." in page
    undo = await mo.hidden(answer.headers["location"], action="/moderation/undo")
    answer = await mo.post("/moderation/undo", undo)
    assert "2 comments put back to where they were." in (await mo.get(answer.headers["location"])).text
    assert set((await place.statuses()).values()) == {"pending"}


async def test_a_single_decision_can_be_undone_without_a_script(place: Place, mo: Visitor) -> None:
    comment = await place.add_comment()
    answer = await mo.decide(comment, "approve")
    undo = await mo.hidden(answer.headers["location"], action="/moderation/undo")
    assert (await mo.post("/moderation/undo", undo)).status_code == 303
    assert (await place.statuses())[comment] == "pending"


async def test_what_cannot_be_is_refused_and_changes_nothing(place: Place, mo: Visitor) -> None:
    comment = await place.add_comment()
    before = await place.dump()
    wish = {"decision": "approve", "seen": "pending"}
    for path, fields, status in (
        ("/moderation/decisions", wish, 400),
        ("/moderation/decisions", wish | {"comments": "1"}, 400),
        ("/moderation/decisions", wish | {"comments": " ".join(f"{n:a>24}" for n in range(101))}, 400),
        ("/moderation/decisions", wish | {"comments": comment, "extra": "1"}, 400),
        ("/moderation/decisions", {"comments": comment, "seen": "pending"}, 400),
        (f"/moderation/comments/{comment}/decisions", wish | {"message": "x" * 501}, 422),
        (f"/moderation/comments/{comment}/decisions", wish | {"back": "//evil.example"}, 400),
        ("/moderation/undo", {}, 400),
        ("/moderation/undo", {"batch": "1"}, 400),
        ("/moderation/claims", {"comments": "1"}, 400),
        (f"/moderation/comments/{comment}/like/decisions", wish | {"by": "name"}, 400),
        (f"/moderation/comments/{comment}/like/decisions", wish | {"by": "domain"}, 400),
        (f"/moderation/comments/{comment}/like/decisions", wish, 400),
    ):
        answer = await mo.ask(path, fields)
        assert answer.status_code == status, (path, fields, answer.text)
    assert await place.dump() == before


async def test_the_writer_gets_the_message_and_the_history_the_reason(place: Place, mo: Visitor) -> None:
    comment = await place.add_comment()
    fields = {"decision": "reject", "seen": "pending", "reason": "off topic", "message": "Please stay on topic."}
    await mo.ask(f"/moderation/comments/{comment}/decisions", fields)
    rows = await place.dump()
    assert rows["comment"][0]["message"] == "Please stay on topic."
    assert (rows["decision"][0]["reason"], rows["decision"][0]["details"]) == (
        "off topic",
        {"message": "Please stay on topic."},
    )


async def test_two_who_decide_on_the_same_200_at_once_decide_each_once(place: Place, mo: Visitor) -> None:
    """Whoever is second is told; nothing is overwritten, and the history stays whole."""
    ids = [await place.add_comment(name=f"Reader {n}", email=f"r{n % 20}@x.example") for n in range(200)]
    ben = await _ben(place)
    token = (await mo.hidden("/moderation/account", action="/moderation/sign-out"))["csrf_token"]
    bens = (await ben.hidden("/moderation/account", action="/moderation/sign-out"))["csrf_token"]
    headers = {"Origin": mo.origin, "Sec-Fetch-Site": "same-origin", "Accept": "application/json"}

    async def work(who: Visitor, token: str, verb: str, order: list[str]) -> dict[str, int]:
        gate, told = asyncio.Semaphore(4), {}

        async def one(comment: str) -> None:
            async with gate:
                fields = {"decision": verb, "seen": "pending", "csrf_token": token}
                answer = await who.post(f"/moderation/comments/{comment}/decisions", fields, headers)
                told[comment] = answer.status_code

        await asyncio.gather(*(one(comment) for comment in order))
        return told

    mine, theirs = await asyncio.gather(work(mo, token, "approve", ids), work(ben, bens, "mark_spam", ids[::-1]))
    assert {(mine[each], theirs[each]) for each in ids} <= {(200, 409), (409, 200)}
    statuses = await place.statuses()
    assert all(statuses[each] == ("approved" if mine[each] == 200 else "spam") for each in ids)
    rows = await place.dump()
    assert len(rows["decision"]) == 200
    assert await place.store.read(lambda conn: history.first_fault(conn, place.sites["gazette"].id)) is None
