"""A writer asks once for a second look, by API and by a page without JavaScript; names of staff are not theirs."""

import json
from typing import Any

import pytest

from commentsvc.domain.status import Decision
from tests.support.inside import add_site
from tests.support.service import ORIGIN, Service

pytestmark = pytest.mark.anyio


async def _rejected(service: Service) -> tuple[str, str]:
    taken = await service.submit()
    public_id: str = taken["comment"]["id"]
    await service.decide(public_id, Decision.REJECT)
    return public_id, taken["receipt"]


async def _appeal(
    service: Service, public_id: str, receipt: str, text: object = "Please look again.", *, origin: str = ORIGIN
) -> Any:
    headers = {"Content-Type": "application/json", "Origin": origin, "Authorization": f"Bearer {receipt}"}
    body = json.dumps({"text": text}).encode()
    return await service.client.post(f"/api/v1/comments/{public_id}/appeals", content=body, headers=headers)


async def _own(service: Service, receipt: str, **more: str) -> Any:
    headers = {"Sec-Fetch-Site": "same-origin"}
    return await service.client.post("/own", data={"receipt": receipt} | more, headers=headers)


async def test_one_may_appeal_once(service: Service) -> None:
    public_id, receipt = await _rejected(service)
    taken = await _appeal(service, public_id, receipt)
    assert (taken.status_code, taken.json()) == (202, {"appeal": "waiting"})
    assert taken.headers["access-control-allow-origin"] == ORIGIN
    again = await _appeal(service, public_id, receipt)
    assert (again.status_code, again.json()["code"]) == (409, "appealed_already")


async def test_each_fault_has_its_code(service: Service) -> None:
    public_id, receipt = await _rejected(service)
    pending = await service.submit()
    await add_site(service, "other", "https://other.example")
    for answer, status, code in (
        (await _appeal(service, public_id, "forged"), 403, "invalid_token"),
        (await _appeal(service, public_id, pending["receipt"]), 403, "invalid_token"),
        (await _appeal(service, public_id, receipt, origin="https://other.example"), 403, "foreign_origin"),
        (await _appeal(service, public_id, receipt, " \u200b "), 422, "invalid_input"),
        (await _appeal(service, public_id, receipt, "x" * 1_001), 422, "invalid_input"),
        (await _appeal(service, public_id, receipt, 7), 422, "invalid_input"),
        (await _appeal(service, pending["comment"]["id"], pending["receipt"]), 409, "appeal_not_possible"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (await _appeal(service, public_id, receipt)).status_code == 202


async def test_the_page_without_javascript_shows_what_became_of_it_and_takes_the_appeal(service: Service) -> None:
    public_id, receipt = await _rejected(service)
    page = await _own(service, receipt)
    assert "Your comment was not approved" in page.text
    assert "Ask for a second look" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert (await _own(service, receipt, text=" ")).status_code == 422
    assert "You asked for a second look" in (await _own(service, receipt, text="Please.")).text
    assert (await _own(service, receipt, text="Please.")).status_code == 409
    assert (await _own(service, "forged")).status_code == 403
    assert (await service.client.get("/own")).status_code == 200
    foreign = await service.client.post("/own", data={"receipt": receipt}, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    await service.decide(public_id)
    assert "Your comment is published" in (await _own(service, receipt)).text


async def test_no_reader_writes_under_the_badge(service: Service) -> None:
    for name in ("Moderator", "M\u043ederator", "MODERATOR!"):
        answer = await service.post(service.submission(name=name))
        assert (answer.status_code, list(answer.json()["fields"])) == (422, ["name"])
    assert (await service.post(service.submission(name="\u041c\u0430\u0440\u0438\u044f"))).status_code == 202


async def test_no_reader_passes_for_an_office_that_no_site_names(service: Service) -> None:
    for name in ("Admin", "\u0410dmin", "Admin\u200b", "ADMIN", "administrator", "Adm\u0456nistrator", "Moderat0r"):
        answer = await service.post(service.submission(name=name))
        assert (answer.status_code, list(answer.json().get("fields", {}))) == (422, ["name"]), name
    for name in ("Adam Min", "Administrata"):
        assert (await service.post(service.submission(name=name))).status_code == 202
