"""Moderation for scripts: the same decisions by token, and nothing that a browser could be made to do."""

from typing import Any

import pytest
from starlette.routing import Route

from commentsvc.domain.ids import new_public_id
from commentsvc.domain.status import CommentStatus
from commentsvc.moderation import scripts
from commentsvc.store import decisions, history
from tests.moderation.past import add_token, script
from tests.support.moderation import Place, Visitor

pytestmark = pytest.mark.anyio

_DECISION = {"decision": "approve"}
_BODIES: dict[str, dict[str, Any]] = {
    f"{scripts.BASE}/comments/{{id}}/decisions": _DECISION,
    f"{scripts.BASE}/comments/{{id}}/keep": {},
    f"{scripts.BASE}/decisions": _DECISION | {"comments": ["a" * 24]},
    f"{scripts.BASE}/undo": {"batch": "a" * 24},
}


def _requests(comment: str) -> list[tuple[str, str, dict[str, Any] | None]]:
    """Every route there is, with what it takes; one that is added is tried without being named here."""
    routes: list[Route] = scripts.routes
    return [
        (method, route.path.removeprefix(scripts.BASE).replace("{id}", comment), _BODIES.get(route.path))
        for route in routes
        for method in sorted((route.methods or set()) - {"HEAD"})
    ]


async def test_a_script_reads_decides_and_undoes_in_the_moderators_name(place: Place) -> None:
    first, second = await place.add_comment("One", name="Ada"), await place.add_comment("Two")
    async with script(place, await add_token(place)) as client:
        page = (await client.get("/comments?limit=1")).json()
        assert [each["id"] for each in page["comments"]] == [first]
        assert page["comments"][0]["author"]["name"] == "Ada"
        following = (await client.get(f"/comments?limit=1&after={page['next']}")).json()
        assert ([each["id"] for each in following["comments"]], following["next"]) == ([second], None)
        done = (await client.post(f"/comments/{first}/decisions", json=_DECISION | {"seen": "pending"})).json()
        assert (done["comment"], done["decision"], done["status"]) == (first, "approve", "approved")
        assert (await client.get("/counts")).json()["counts"]["approved"] == 1
        undone = (await client.post("/undo", json={"batch": done["batch"]})).json()
        assert (undone["decided"], undone["skipped"]) == ([first], [])
        told = (await client.get(f"/comments/{first}")).json()
    assert told["comment"]["status"] == "pending"
    assert [(each["act"], each["moderator"]) for each in told["history"]] == [("approve", "Mo"), ("undo", "Mo")]


async def test_several_are_decided_at_once_and_what_is_foreign_is_skipped_like_what_is_absent(place: Place) -> None:
    await place.add_site("herald", "The Herald")
    own, foreign, absent = await place.add_comment(), await place.add_comment(site="herald"), new_public_id()
    async with script(place, await add_token(place)) as client:
        answer = await client.post("/decisions", json={"comments": [own, foreign, absent], "decision": "mark_spam"})
        assert answer.json()["decided"] == [own]
        assert answer.json()["skipped"] == [{"id": foreign}, {"id": absent}]
        for path in (f"/comments/{foreign}", f"/comments/{absent}", "/comments/x"):
            assert (await client.get(path)).json()["code"] == "unknown_comment"
        for key in ("herald", "nothing"):
            for path in ("/comments", "/counts", "/history"):
                assert (await client.get(f"{path}?site={key}")).json()["code"] == "not_found"
        answers = [await client.post(f"/comments/{each}/decisions", json=_DECISION) for each in (foreign, absent)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content == answers[1].content
    assert (await place.statuses())[foreign] == "pending"


async def test_a_script_keeps_up_with_the_history(place: Place) -> None:
    for _ in range(3):
        await place.add_comment(status=CommentStatus.SPAM)
    async with script(place, await add_token(place, may_decide=False)) as client:
        page = (await client.get("/history?site=gazette&limit=2")).json()
        assert ([each["number"] for each in page["entries"]], page["next"]) == ([1, 2], 2)
        rest = (await client.get("/history?site=gazette&after=2")).json()
    assert ([(each["number"], each["act"]) for each in rest["entries"]], rest["next"]) == ([(3, "mark_spam")], None)


async def test_the_history_says_that_a_script_decided(place: Place, mo: Visitor) -> None:
    one, other, by_hand = await place.add_comment(), await place.add_comment(), await place.add_comment()
    await mo.decide(by_hand, "reject")
    assert "way: script" not in (await mo.get("/moderation/history?site=gazette")).text
    async with script(place, await add_token(place)) as client:
        await client.post(f"/comments/{one}/decisions", json=_DECISION)
        await client.post("/decisions", json={"comments": [other], "decision": "mark_spam"})
    assert (await mo.get("/moderation/history?site=gazette")).text.count("way: script") == 2


async def test_a_decision_on_what_was_decided_otherwise_changes_nothing(place: Place, mo: Visitor) -> None:
    comment = await place.add_comment()
    await mo.decide(comment, "reject")
    async with script(place, await add_token(place)) as client:
        answer = await client.post(f"/comments/{comment}/decisions", json=_DECISION | {"seen": "pending"})
    assert (answer.status_code, answer.json()["code"]) == (409, "decision_not_possible")
    first = answer.json()["decided"]
    assert (first["decision"], first["moderator"], first["status"]) == ("reject", "Mo", "rejected")
    assert (await place.statuses())[comment] == "rejected"


async def test_old_decisions_are_not_undone(place: Place) -> None:
    comment = await place.add_comment()
    async with script(place, await add_token(place)) as client:
        batch = (await client.post(f"/comments/{comment}/decisions", json=_DECISION)).json()["batch"]
        place.time.pass_by(seconds=decisions.UNDO_FOR.total_seconds() + 1)
        answer = await client.post("/undo", json={"batch": batch})
    assert answer.json()["decided"] == []
    assert (await place.statuses())[comment] == "approved"


_NOT_TAKEN: list[tuple[dict[str, Any], int, str]] = [
    ({"decision": "approve", "status": "approved"}, 400, "unknown_field"),
    ({"decision": "approve", "moderator_id": 2}, 400, "unknown_field"),
    ({"decision": "approve", "created_at": "x"}, 400, "unknown_field"),
    ({"decision": "approve", "site_ids": [2]}, 400, "unknown_field"),
    ({"decision": "publish"}, 422, "invalid_input"),
    ({"decision": 1}, 422, "invalid_input"),
    ({}, 422, "invalid_input"),
    ({"decision": "approve", "seen": "new"}, 422, "invalid_input"),
    ({"decision": "approve", "reason": "x" * 501}, 422, "invalid_input"),
    ({"decision": "approve", "message": "x" * 501}, 422, "invalid_input"),
    ({"decision": "approve", "reason": 5}, 422, "invalid_input"),
]


async def test_only_what_is_meant_to_be_sent_is_taken(place: Place) -> None:
    comment = await place.add_comment()
    async with script(place, await add_token(place)) as client:
        await client.get("/counts")  # from now on the token has been used
        before = await place.dump()
        for fields, status, code in _NOT_TAKEN:
            one = await client.post(f"/comments/{comment}/decisions", json=fields)
            many = await client.post("/decisions", json=fields | {"comments": [comment]})
            for answer in (one, many):
                assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert await place.dump() == before


async def test_at_most_a_hundred_at_once(place: Place) -> None:
    async with script(place, await add_token(place)) as client:
        for count, status in ((0, 422), (100, 200), (101, 422)):
            sent = _DECISION | {"comments": [new_public_id() for _ in range(count)]}
            assert (await client.post("/decisions", json=sent)).status_code == status


async def test_without_a_valid_token_every_route_is_closed(place: Place, mo: Visitor) -> None:
    comment = await place.add_comment()
    token = await add_token(place, days=1)
    cookies = "; ".join(f"{name}={value}" for name, value in mo.http.cookies.items())
    place.time.pass_by(days=1)
    before = await place.dump()
    wrong = {
        "none": {},
        "a session": {"Cookie": cookies},
        "expired": {"Authorization": f"Bearer {token}"},
        "altered": {"Authorization": f"Bearer {token[:-1]}"},
        "another scheme": {"Authorization": f"Basic {token}"},
        "no scheme": {"Authorization": token},
    }
    for number, (name, headers) in enumerate(wrong.items()):
        async with script(place, None, client=f"192.0.2.{number}") as client:
            for method, path, body in _requests(comment):
                answer = await client.request(method, path, json=body, headers=headers)
                assert (answer.status_code, answer.json()["code"]) == (401, "invalid_api_token"), (name, path)
                assert answer.headers["www-authenticate"] == "Bearer"
                assert answer.headers["content-type"] == "application/problem+json"
                assert answer.headers["cache-control"] == "no-store"
    assert await place.dump() == before


async def test_the_same_token_was_valid_before(place: Place) -> None:
    """So that the refusals above can fail."""
    comment = await place.add_comment()
    async with script(place, await add_token(place, days=1)) as client:
        for method, path, body in _requests(comment):
            filled = f"{path}?site=gazette" if path == "/history" else path
            expected = 409 if path.endswith("/keep") else 200  # nobody has reported it
            assert (await client.request(method, filled, json=body)).status_code == expected, path


async def test_a_token_is_worth_what_its_moderator_is_worth_now(place: Place) -> None:
    comment = await place.add_comment()
    async with script(place, await add_token(place)) as client:
        assert (await client.get(f"/comments/{comment}")).status_code == 200
        await place.leave_sites(1)
        assert (await client.get(f"/comments/{comment}")).status_code == 404
        await place.disable(1)
        assert (await client.get(f"/comments/{comment}")).status_code == 401


async def test_a_token_that_only_reads_changes_nothing(place: Place) -> None:
    comment = await place.add_comment()
    async with script(place, await add_token(place, may_decide=False)) as client:
        for method, path, body in _requests(comment):
            answer = await client.request(method, path, json=body)
            assert (answer.status_code == 403) == (method == "POST"), path
    assert (await place.statuses())[comment] == "pending"


async def test_wrong_tokens_are_slowed_down_and_right_ones_are_not(place: Place) -> None:
    token = await add_token(place)
    async with script(place, "commentsvc_" + "x" * 43) as guessing:
        statuses = [(await guessing.get("/counts")).status_code for _ in range(25)]
    assert statuses == [401] * 20 + [429] * 5
    async with script(place, token) as client:
        assert (await client.get("/counts")).status_code == 200


async def test_no_page_of_any_origin_reads_an_answer(place: Place) -> None:
    async with script(place, await add_token(place)) as client:
        for origin in (place.origin, "https://gazette.example", "null"):
            for method in ("GET", "OPTIONS"):
                answer = await client.request(method, "/comments", headers={"Origin": origin})
                assert [name for name in answer.headers if name.startswith("access-control")] == []
                assert answer.headers["cross-origin-resource-policy"] == "same-origin"
                assert answer.status_code == (200 if method == "GET" else 405)


async def test_no_answer_holds_an_address_or_a_row_id(place: Place) -> None:
    comment = await place.add_comment(email="canary.reader@hidden.example")
    async with script(place, await add_token(place)) as client:
        await client.post(f"/comments/{comment}/decisions", json=_DECISION)
        for method, path, body in _requests(comment):
            filled = f"{path}?site=gazette&limit=9" if path == "/history" else path
            text = (await client.request(method, filled, json=body)).text
            assert "canary" not in text
            assert "@" not in text
            assert "_id" not in text
            assert "digest" not in text


async def test_each_decision_writes_exactly_one_entry(place: Place) -> None:
    comment = await place.add_comment()
    here = place.sites["gazette"].id
    async with script(place, await add_token(place)) as client:
        await client.post(f"/comments/{comment}/decisions", json=_DECISION | {"reason": "Well put."})
        assert (await place.store.read(lambda conn: history.head(conn, here))).number == 1
        await client.post(f"/comments/{comment}/decisions", json=_DECISION)
        assert (await place.store.read(lambda conn: history.head(conn, here))).number == 1
