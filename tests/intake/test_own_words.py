"""A writer changes and deletes their own comment: by API with its receipt, and by a page without JavaScript."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from commentsvc.domain.findings import Leaning
from commentsvc.domain.rules import Rule, RuleKind
from commentsvc.domain.site import HoldPolicy, SitePolicy
from commentsvc.domain.status import Decision
from commentsvc.web.tokens import Purpose, Signer
from tests.support.inside import add_rule, add_site, add_words, findings, form_token, set_open, stored
from tests.support.service import ORIGIN, Service

pytestmark = pytest.mark.anyio

LINKS = "Cheap: https://a.example https://b.example https://c.example"


async def _send(service: Service, method: str, taken: dict[str, Any], body: object = None, **headers: str) -> Any:
    """To the comment that was taken in, with its receipt; each time from another network."""
    number = next(service.numbers)
    sent = {
        "Origin": ORIGIN,
        "Authorization": f"Bearer {taken['receipt']}",
        "X-Forwarded-For": f"10.9.{number >> 8 & 255}.{number & 255}",
    }
    sent |= {"Content-Type": "application/json"} if body is not None else {}
    content = None if body is None else json.dumps(body).encode()
    path = f"/api/v1/comments/{taken['comment']['id']}"
    return await service.client.request(method, path, content=content, headers=sent | headers)


async def _edit(service: Service, taken: dict[str, Any], body: object = "Other words.", **headers: str) -> Any:
    return await _send(service, "PATCH", taken, {"body": body}, **headers)


async def _delete(service: Service, taken: dict[str, Any], **headers: str) -> Any:
    return await _send(service, "DELETE", taken, **headers)


async def _own(service: Service, taken: dict[str, Any], **more: str) -> Any:
    headers = {"Sec-Fetch-Site": "same-origin"}
    return await service.client.post("/own", data={"receipt": taken["receipt"]} | more, headers=headers)


async def _public(service: Service, hold: HoldPolicy = HoldPolicy.FLAGGED, **changes: Any) -> dict[str, Any]:
    """A comment that anybody sees, on a site with this policy."""
    await service.change_policy(SitePolicy(hold=hold))
    taken = await service.submit(form_token=await form_token(service), **changes)
    if taken["comment"]["status"] == "pending":
        await service.decide(taken["comment"]["id"])
    return taken


async def _shown(service: Service) -> list[str]:
    return [each["html"] for each in (await service.thread())["comments"]]


async def test_what_waits_is_changed_and_goes_on_waiting(service: Service) -> None:
    taken = await service.submit()
    assert taken["comment"]["may_edit_until"] == "2026-11-22T09:45:00Z"
    service.clock.advance(timedelta(minutes=5))
    answer = await _edit(service, taken, "*Other* words.")
    own = answer.json()["comment"]
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert (own["source"], own["html"], own["status"]) == ("*Other* words.", "<p><em>Other</em> words.</p>", "pending")
    assert (own["edited_at"], own["edited_by"]) == ("2026-11-22T09:35:00Z", None)
    assert own["may_edit_until"] == "2026-11-22T09:45:00Z"


async def test_the_same_words_again_change_nothing(service: Service) -> None:
    taken = await service.submit()
    before = await stored(service, taken["comment"]["id"])
    assert (await _edit(service, taken, before["source"])).status_code == 200
    assert await stored(service, taken["comment"]["id"]) == before


async def test_what_is_public_waits_again_where_everything_does(service: Service) -> None:
    taken = await _public(service, HoldPolicy.EVERYTHING, body="Good words.")
    assert await _shown(service) == ["<p>Good words.</p>"]
    answer = await _edit(service, taken, "Other words.")
    assert answer.json()["comment"]["status"] == "pending"
    assert await _shown(service) == []
    await service.decide(taken["comment"]["id"])
    assert await _shown(service) == ["<p>Other words.</p>"]
    shown = (await service.thread())["comments"][0]
    assert (shown["edited_at"] is None, shown["edited_by"]) == (False, None)


async def test_what_is_public_stays_so_if_nothing_speaks_against_it(service: Service) -> None:
    taken = await _public(service)
    assert (await _edit(service, taken, "Better words.")).json()["comment"]["status"] == "approved"
    assert await _shown(service) == ["<p>Better words.</p>"]
    noticed = await findings(service, taken["comment"]["id"])
    assert noticed["standing"]["words"] == "First comment by this author"
    assert "repeats" not in noticed


async def test_all_judges_look_again_and_what_they_find_is_told(service: Service) -> None:
    await add_words(service, "casino")
    rule = await add_rule(service, Rule(RuleKind.LINK_DOMAIN, "shop.example", Leaning.SPAM))
    noticed: dict[str, Any] = {}
    for body, phase in (
        (LINKS, "links"),
        ("A casino.", "word_list"),
        ("See https://shop.example/x", "link_domain"),
    ):
        taken = await _public(service)
        answer = await _edit(service, taken, body)
        assert answer.json()["comment"]["status"] == "pending", body
        noticed = await findings(service, taken["comment"]["id"])
        assert phase in noticed
    assert noticed["link_domain"]["rule_id"] == rule
    assert await _shown(service) == []


async def test_how_it_was_sent_is_remembered(service: Service) -> None:
    taken = await service.submit(subject="filled in")
    await _edit(service, taken)
    noticed = await findings(service, taken["comment"]["id"])
    assert (noticed["decoy"]["leaning"], "form" in noticed["too_fast"]["words"]) == ("spam", True)


async def test_an_approved_comment_does_not_vouch_for_what_takes_its_place(service: Service) -> None:
    """Else a first comment would be written to be approved, and changed afterwards."""
    first = await _public(service, HoldPolicy.NEW_AUTHORS)
    assert (await _edit(service, first)).json()["comment"]["status"] == "pending"


async def test_another_approved_comment_vouches_for_it(service: Service) -> None:
    first = await _public(service, HoldPolicy.NEW_AUTHORS, email="ada@mail.example")
    token = await form_token(service)
    second = await service.submit(email="ada@mail.example", receipt=first["receipt"], form_token=token)
    assert second["comment"]["status"] == "approved"
    assert (await _edit(service, second)).json()["comment"]["status"] == "approved"


async def test_the_scheme_of_a_receipt_may_be_in_any_case(service: Service) -> None:
    taken = await service.submit()
    answer = await _edit(service, taken, Authorization=f"bearer  {taken['receipt']} ")
    assert answer.status_code == 200, answer.text


async def test_each_fault_has_its_code(service: Service) -> None:
    taken, other = await service.submit(), await service.submit()
    await add_site(service, "other", "https://other.example")
    foreign = taken | {"receipt": other["receipt"]}
    for answer, status, code in (
        (await _edit(service, taken, Authorization="Bearer forged"), 403, "invalid_token"),
        (await _edit(service, taken, Authorization=taken["receipt"]), 403, "invalid_token"),
        (await _edit(service, foreign), 403, "invalid_token"),
        (await _delete(service, foreign), 403, "invalid_token"),
        (await _edit(service, taken, Origin="https://other.example"), 403, "foreign_origin"),
        (await _delete(service, taken, Origin="https://other.example"), 403, "foreign_origin"),
        (await _edit(service, taken, " "), 422, "invalid_input"),
        (await _edit(service, taken, "\u200b"), 422, "invalid_input"),
        (await _edit(service, taken, "x" * 5_001), 422, "invalid_input"),
        (await _edit(service, taken, 7), 422, "invalid_input"),
        (await _send(service, "PATCH", taken, {"body": "B", "status": "approved"}), 400, "unknown_field"),
        (await _edit(service, taken, **{"Content-Type": "text/plain"}), 415, "unsupported_media_type"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (await stored(service, taken["comment"]["id"]))["source"] == taken["comment"]["source"]


async def test_after_some_minutes_or_a_decision_nothing_can_be_changed(service: Service) -> None:
    late, refused, closed = [await service.submit() for _ in range(3)]
    await service.decide(refused["comment"]["id"], Decision.REJECT)
    assert (await _edit(service, refused)).json()["code"] == "edit_not_possible"
    await set_open(service, is_open=False)
    assert (await _edit(service, closed)).json()["code"] == "thread_closed"
    await set_open(service, is_open=True)
    service.clock.advance(timedelta(minutes=15))
    assert (await _edit(service, late)).json()["code"] == "edit_not_possible"


async def test_the_owner_says_for_how_long(service: Service) -> None:
    await service.change_policy(SitePolicy(edit_minutes=60))
    taken = await service.submit()
    await service.change_policy(replace(SitePolicy(), edit_minutes=0))
    assert (await _edit(service, taken)).json()["code"] == "edit_not_possible"
    assert (await service.submit())["comment"]["may_edit_until"] is None


async def test_changing_is_limited_like_posting(service: Service) -> None:
    taken = await service.submit()
    headers = {"X-Forwarded-For": "198.51.100.7"}
    answers = [await _edit(service, taken, f"Words {number}.", **headers) for number in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]


async def test_two_changes_at_one_moment_leave_one_of_them_and_keep_all_former_words(service: Service) -> None:
    taken = await _public(service)
    bodies = [f"Words {number}." for number in range(4)]
    answers = await asyncio.gather(*(_edit(service, taken, body) for body in bodies))
    assert {answer.status_code for answer in answers} == {200}
    row = await stored(service, taken["comment"]["id"])
    assert row["source"] in bodies
    assert row["state_version"] == 1 + 4


async def test_a_preflight_tells_both_methods(service: Service) -> None:
    path = f"/api/v1/comments/{'a' * 24}"
    let_in = await service.client.options(path, headers={"Origin": ORIGIN})
    assert (let_in.status_code, let_in.headers["access-control-allow-methods"]) == (204, "PATCH, DELETE")
    assert "Authorization" in let_in.headers["access-control-allow-headers"]
    assert (await service.client.options(path, headers={"Origin": "https://evil.example"})).status_code == 403


async def test_deleting_is_possible_at_any_time_and_a_second_time_is_the_same(service: Service) -> None:
    taken = await _public(service, body="Gone tomorrow.")
    await service.publish(parent=taken["comment"]["id"], body="An answer.")
    service.clock.advance(timedelta(days=100))
    answer, again = await _delete(service, taken), await _delete(service, taken)
    assert (answer.status_code, answer.json()) == (200, {"status": "deleted"})
    assert (again.status_code, again.json()) == (200, answer.json())
    assert answer.headers["cache-control"] == "no-store"
    shown = (await service.thread())["comments"]
    assert [(each.get("tombstone", False), each["html"]) for each in shown] == [
        (True, ""),
        (False, "<p>An answer.</p>"),
    ]
    row = await stored(service, taken["comment"]["id"])
    assert (row["source"], row["name"], row["status"]) == ("", "deleted", "deleted")
    assert (await _edit(service, taken)).json()["code"] == "edit_not_possible"


async def test_the_page_without_javascript_changes_the_comment(service: Service) -> None:
    taken = await service.submit(body="First words.")
    page = await _own(service, taken)
    assert "Change your comment" in page.text
    assert ">\nFirst words.</textarea>" in page.text
    refused = await _own(service, taken, body=f"{LINKS} " + " ".join(f"https://{n}.example" for n in range(20)))
    assert refused.status_code == 422
    assert "https://19.example</textarea>" in refused.text  # nothing of what was typed is lost
    done = await _own(service, taken, body="Second\r\nwords.")
    assert (done.status_code, "<p>Second<br>words.</p>" in done.text) == (200, True)
    assert "· edited<" in done.text
    service.clock.advance(timedelta(minutes=15))
    late = await _own(service, taken, body="Third words.")
    assert (late.status_code, "can no longer be changed" in late.text) == (409, True)
    assert "Third words." in late.text
    assert "Change your comment" not in (await _own(service, taken)).text


async def test_the_page_without_javascript_asks_before_it_deletes(service: Service) -> None:
    taken = await service.submit()
    assert "Delete your comment<" in (await _own(service, taken)).text
    asked = await _own(service, taken, delete="ask")
    assert "<h1>Delete your comment?</h1>" in asked.text
    assert (await stored(service, taken["comment"]["id"]))["status"] == "pending"
    done, again = await _own(service, taken, delete="yes"), await _own(service, taken, delete="yes")
    assert (done.status_code, "Your comment was removed" in done.text) == (200, True)
    assert (again.status_code, again.text) == (200, done.text)
    assert "Delete" not in done.text
    foreign = await service.client.post(
        "/own", data={"receipt": taken["receipt"], "delete": "yes"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert foreign.status_code == 403


async def test_the_page_says_how_long_to_wait_and_keeps_what_was_written(service: Service) -> None:
    taken = await service.submit()
    answers = [await _own(service, taken, body=f"Words {number}.") for number in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert int(answers[-1].headers["retry-after"]) > 0
    assert ">\nWords 3.</textarea>" in answers[-1].text


async def test_a_receipt_of_a_site_that_is_gone_proves_nothing(service: Service) -> None:
    taken = await service.submit()
    signer: Signer = service.app.state.parts[Signer]
    gone = taken | {"receipt": signer.sign(Purpose.RECEIPT, {"comment": taken["comment"]["id"], "site": "gone"})}
    for answer in (await _edit(service, gone), await _delete(service, gone)):
        assert (answer.status_code, answer.json()["code"]) == (403, "invalid_token")
    assert (await _own(service, gone)).status_code == 403
