"""POST /api/v1/receipts: one's own comments, for whoever holds their receipts."""

import json
from datetime import timedelta
from typing import Any

import pytest

from commentsvc.domain.status import Decision
from commentsvc.web.tokens import Purpose, Signer
from tests.support.inside import add_site, form_token
from tests.support.service import ARTICLE, ORIGIN, Service

pytestmark = pytest.mark.anyio


async def ask(service: Service, body: object, *, origin: str | None = ORIGIN) -> Any:
    headers = {"Content-Type": "application/json"} | ({"Origin": origin} if origin else {})
    return await service.client.post("/api/v1/receipts", content=json.dumps(body).encode(), headers=headers)


async def shown(service: Service, *receipts: str, origin: str | None = ORIGIN) -> list[dict[str, Any] | None]:
    answer = await ask(service, {"receipts": receipts}, origin=origin)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    comments: list[dict[str, Any] | None] = answer.json()["comments"]
    return comments


async def test_comments_come_in_the_order_of_their_receipts(service: Service) -> None:
    taken = [await service.submit() for _ in range(3)]
    first, second, third = (each["receipt"] for each in taken)
    found = await shown(service, third, first, "forged", second, first)
    ids = [each and each["id"] for each in found]
    one, two, three = (each["comment"]["id"] for each in taken)
    assert ids == [three, one, None, two, one]


async def test_one_sees_what_one_was_told_when_posting(service: Service) -> None:
    taken = await service.submit(website="w.example", body="*Mine*")
    assert await shown(service, taken["receipt"]) == [taken["comment"]]
    assert taken["comment"]["url"] == ARTICLE
    assert taken["comment"]["source"] == "*Mine*"


async def test_the_status_follows_the_decisions(service: Service) -> None:
    taken = await service.submit()
    for verb, status in (
        (Decision.APPROVE, "approved"),
        (Decision.REJECT, "rejected"),
        (Decision.RESTORE, "pending"),
        (Decision.MARK_SPAM, "spam"),
        (Decision.DELETE, "deleted"),
    ):
        await service.decide(taken["comment"]["id"], verb)
        (comment,) = await shown(service, taken["receipt"])
        assert comment is not None
        assert comment["status"] == status


async def test_what_proves_nothing_shows_nothing(service: Service) -> None:
    taken = await service.submit()
    receipt = taken["receipt"]
    signer: Signer = service.app.state.parts[Signer]
    for bad in (
        "",
        "x",
        receipt + "A",
        receipt[:-1],
        receipt.upper(),
        await form_token(service),
        "é" * 10,
        "r" * 5_000,
        signer.sign(Purpose.RECEIPT, {"comment": "a" * 24, "site": "news"}),
        signer.sign(Purpose.RECEIPT, {"comment": taken["comment"]["id"], "site": "gone"}),
    ):
        assert await shown(service, bad) == [None], bad
        assert await shown(service, bad, origin=None) == [None], bad


async def test_a_receipt_lasts_a_year(service: Service) -> None:
    receipt = (await service.submit())["receipt"]
    service.clock.advance(timedelta(days=365))
    assert await shown(service, receipt) != [None]
    service.clock.advance(timedelta(seconds=1))
    assert await shown(service, receipt) == [None]


async def test_another_sites_page_learns_nothing(service: Service) -> None:
    await add_site(service, "other", "https://other.example")
    receipt = (await service.submit())["receipt"]
    assert await shown(service, receipt, origin="https://other.example") == [None]
    assert await shown(service, receipt, origin="null") == [None]
    assert await shown(service, receipt, origin=None) != [None]


async def test_a_receipt_of_another_site_is_worth_nothing_here(service: Service) -> None:
    """Signed for this comment, but for another site, which has the same origin."""
    await add_site(service, "other", ORIGIN)
    taken = await service.submit()
    signer: Signer = service.app.state.parts[Signer]
    claims = {"comment": taken["comment"]["id"], "site": "other"}
    assert await shown(service, signer.sign(Purpose.RECEIPT, claims)) == [None]


async def test_at_most_a_hundred_at_once(service: Service) -> None:
    receipt = (await service.submit())["receipt"]
    assert len(await shown(service, *[receipt] * 100)) == 100
    answer = await ask(service, {"receipts": [receipt] * 101})
    assert (answer.status_code, answer.json()["fields"]) == (422, {"receipts": "At most 100 at once."})


async def test_no_receipts_no_comments(service: Service) -> None:
    assert await shown(service) == []


async def test_each_fault_has_its_code(service: Service) -> None:
    for body, status, code in (
        ({}, 422, "invalid_input"),
        ({"receipts": "x"}, 422, "invalid_input"),
        ({"receipts": [17]}, 422, "invalid_input"),
        ({"receipts": [], "site": "news"}, 400, "unknown_field"),
        ([], 400, "malformed_json"),
    ):
        answer = await ask(service, body)
        assert (answer.status_code, answer.json()["code"]) == (status, code), body
