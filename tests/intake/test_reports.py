"""A reader reports a comment, by API and by a page without JavaScript; enough of them let it wait again."""

import html
import json
import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.site import SitePolicy
from commentsvc.store.schema import metadata, report
from commentsvc.web.tokens import Purpose, Signer
from tests.support.inside import add_site, findings, problem_code, stored
from tests.support.service import ARTICLE, ORIGIN, SERVICE, Service

pytestmark = pytest.mark.anyio

ADA = "A-da_" * 6
NETWORK = "198.51.100.7"
_HIDDEN = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)">')


async def _report(
    service: Service,
    public_id: str,
    reader: object = None,
    reason: object = "spam",
    *,
    ip: str | None = None,
    **more: Any,
) -> Any:
    """By somebody else each time, from another network, unless they are given."""
    number = next(service.numbers)
    sent = {
        "Content-Type": "application/json",
        "Origin": ORIGIN,
        "X-Forwarded-For": ip or f"10.7.{number >> 8 & 255}.{number & 255}",
    } | more.pop("headers", {})
    body = json.dumps({"reader": reader or f"{number}".rjust(22, "r"), "reason": reason, **more}).encode()
    return await service.client.post(f"/api/v1/comments/{public_id}/reports", content=body, headers=sent)


async def _reports(service: Service) -> list[Any]:
    query = sa.select(report).order_by(report.c.comment_id, report.c.created_at)
    return await service.store.read(lambda conn: list(conn.execute(query)))


async def test_a_report_is_kept_once_to_the_minute_and_answered_alike_every_time(service: Service) -> None:
    public_id = await service.publish()
    first = await _report(service, public_id, ADA, "private_data", text="  My\u202e address.\x07 ")
    again = await _report(service, public_id, ADA, "spam", text="Once more.")
    assert (first.status_code, first.json(), first.headers["cache-control"]) == (202, {}, "no-store")
    assert (again.status_code, again.content) == (202, first.content)
    assert first.headers["access-control-allow-origin"] == ORIGIN
    (row,) = await _reports(service)
    assert (row.reason, row.text, row.is_counted) == ("private_data", "My address.", True)
    assert (row.created_at.second, len(row.reader)) == (0, 16)
    assert (await stored(service, public_id))["status"] == "approved"


async def test_enough_reports_from_different_networks_let_it_wait_again(service: Service) -> None:
    public_id = await service.publish()
    for reason in ("spam", "abuse", "spam"):
        assert await service.ids_in() == [public_id]
        assert (await _report(service, public_id, reason=reason)).status_code == 202
    assert await service.ids_in() == []
    assert (await findings(service, public_id))["reports"]["words"] == "3 readers reported it: 2 spam, 1 abuse"
    late = await _report(service, public_id)
    assert (late.status_code, late.json()["code"]) == (404, "unknown_comment")
    await service.decide(public_id)
    for _ in range(5):
        await _report(service, public_id)
    assert await service.ids_in() == [public_id]


async def test_of_one_network_one_report_a_day_counts_and_the_others_are_listed(service: Service) -> None:
    public_id = await service.publish()
    for _ in range(5):
        assert (await _report(service, public_id, ip=NETWORK)).status_code == 202
    assert [row.is_counted for row in await _reports(service)].count(True) == 1
    assert len(await _reports(service)) == 5
    service.clock.advance(timedelta(days=1))
    await _report(service, public_id, ip=NETWORK)
    assert await service.ids_in() == [public_id]
    await _report(service, public_id)
    assert await service.ids_in() == []


async def test_the_owner_says_how_many_hold_a_comment(service: Service) -> None:
    first, second = await service.publish(), await service.publish()
    await service.change_policy(SitePolicy(report_hold=1))
    await _report(service, first)
    await service.change_policy(SitePolicy(report_hold=0))
    for _ in range(10):
        await _report(service, second)
    assert await service.ids_in() == [second]


async def test_a_flood_from_one_network_is_refused(service: Service) -> None:
    public_id = await service.publish()
    answers = [await _report(service, public_id, ADA, ip=NETWORK) for _ in range(31)]
    assert [answer.status_code for answer in answers] == [202] * 30 + [429]
    assert (await _report(service, public_id)).status_code == 202


async def test_each_fault_has_its_code(service: Service) -> None:
    public_id = await service.publish()
    pending = (await service.submit())["comment"]["id"]
    await add_site(service, "other", "https://other.example")
    for answer, status, code in (
        (await _report(service, "a" * 24), 404, "unknown_comment"),
        (await _report(service, pending), 404, "unknown_comment"),
        (await _report(service, public_id, headers={"Origin": "https://other.example"}), 403, "foreign_origin"),
        (await _report(service, public_id, "short"), 422, "invalid_input"),
        (await _report(service, public_id, reason="ugly"), 422, "invalid_input"),
        (await _report(service, public_id, reason=7), 422, "invalid_input"),
        (await _report(service, public_id, text="x" * 501), 422, "invalid_input"),
        (await _report(service, public_id, status="spam"), 400, "unknown_field"),
        (await _report(service, public_id, headers={"Content-Type": "text/plain"}), 415, "unsupported_media_type"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await _reports(service) == []


async def test_neither_the_token_nor_the_network_is_stored(service: Service) -> None:
    public_id = await service.publish()
    await _report(service, public_id, ADA, ip=NETWORK)
    await service.client.post(
        f"/api/v1/comments/{public_id}/likes",
        content=json.dumps({"reader": ADA, "liked": True}).encode(),
        headers={"Content-Type": "application/json", "X-Forwarded-For": NETWORK},
    )

    def everything(conn: Connection) -> list[object]:
        rows = [row for table in metadata.sorted_tables for row in conn.execute(sa.select(table))]
        return [value for row in rows for value in row]

    values = await service.store.read(everything)
    marks = [value for value in values if isinstance(value, bytes) and len(value) == 16]
    assert len(marks) == len(set(marks))  # of a like and a report by one device, too
    stored_bytes = b"\n".join(value if isinstance(value, bytes) else str(value).encode() for value in values)
    for canary in (ADA, NETWORK, ADA.encode().hex()):
        assert canary.encode() not in stored_bytes


async def _send(service: Service, fields: dict[str, str], **headers: str) -> Any:
    return await service.client.post("/report", data=fields, headers={"Sec-Fetch-Site": "same-origin"} | headers)


async def test_the_page_without_javascript_takes_a_report(service: Service) -> None:
    public_id = await service.publish(name="Zoe", body="Buy *this*.")
    thread = await service.client.get("/read", params={"site": "news", "url": ARTICLE})
    assert f'href="/report?comment={public_id}"' in thread.text
    page = await service.client.get("/report", params={"comment": public_id})
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    assert "<em>this</em>" in page.text
    fields = {name: html.unescape(value) for name, value in _HIDDEN.findall(page.text)}
    silent = await _send(service, fields | {"text": "Look closely."})
    assert (silent.status_code, "Please say what is wrong" in silent.text) == (422, True)
    assert ">\nLook closely.</textarea>" in silent.text
    done = await _send(service, fields | {"reason": "spam", "text": "Look closely."})
    assert (done.status_code, "A moderator will look at it." in done.text) == (200, True)
    assert [(row.reason, row.text) for row in await _reports(service)] == [("spam", "Look closely.")]
    again = await service.client.get("/report", params={"comment": public_id})
    assert dict(_HIDDEN.findall(again.text))["reader"] != fields["reader"]


async def test_only_our_own_page_may_send_its_form(service: Service) -> None:
    public_id = await service.publish()
    page = await service.client.get("/report", params={"comment": public_id})
    fields = {name: html.unescape(value) for name, value in _HIDDEN.findall(page.text)} | {"reason": "spam"}
    signer: Signer = service.app.state.parts[Signer]
    for sent, headers in (
        (fields | {"form_token": signer.sign(Purpose.FORM, {"site": "other"})}, {}),
        (fields, {"Sec-Fetch-Site": "cross-site"}),
        (fields | {"form_token": "forged"}, {}),
        ({name: value for name, value in fields.items() if name != "form_token"}, {}),
    ):
        assert (await _send(service, sent, **headers)).status_code == 403
    for sent, code in (
        ({"reason": "spam"}, "missing_parameter"),
        (fields | {"status": "spam"}, "unknown_field"),
        (fields | {"comment": "a" * 24}, "unknown_comment"),
    ):
        assert problem_code(await _send(service, sent)) == code
    assert problem_code(await service.client.get("/report", params={"comment": "a" * 24})) == "unknown_comment"
    assert await _reports(service) == []
    assert (await _send(service, fields, Origin=SERVICE)).status_code == 200


async def test_a_closed_thread_can_still_be_reported_from_its_page(service: Service) -> None:
    public_id = await service.publish()
    await service.change_policy(SitePolicy(close_after_days=1))
    service.clock.advance(timedelta(days=2))
    page = await service.client.get("/read", params={"site": "news", "url": ARTICLE})
    assert "Comments are closed." in page.text
    assert f'href="/report?comment={public_id}"' in page.text
