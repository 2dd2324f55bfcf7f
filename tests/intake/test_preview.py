"""POST /api/v1/preview shows exactly what would be stored, and stores nothing."""

import json
from typing import Any

import pytest

from tests.support.inside import add_site, row_counts
from tests.support.service import ORIGIN, Service

pytestmark = pytest.mark.anyio

JSON = {"Content-Type": "application/json", "Origin": ORIGIN}
BODIES = (
    "Plain words.",
    "*Em*, **strong**, `code` and a [link](https://a.example/?q=1&r=2).",
    "> quoted\n\n- one\n- two\n\n```\n<b>code</b>\n```",
    "<b>bold</b> <script>alert(1)</script> <img src=x onerror=alert(1)>",
    "[click](javascript:alert(1)) https://b.example",
    "Zeile 1\nZeile 2 \U0001f600 \u202eabc\u202c",
)


async def preview(service: Service, body: object, *, headers: dict[str, str] | None = None) -> Any:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return await service.client.post("/api/v1/preview", content=content, headers=JSON | (headers or {}))


async def test_it_is_exactly_what_is_later_shown(service: Service) -> None:
    for body in BODIES:
        shown = await preview(service, {"site": "news", "body": body})
        assert shown.status_code == 200
        comment = (await service.submit(body=body))["comment"]
        assert shown.json() == {"html": comment["html"], "tree": comment["body"]}
        await service.decide(comment["id"])
    for form, name in (("html", "html"), ("tree", "body")):
        public = (await service.thread(body=form))["comments"]
        shown_now = [(await preview(service, {"site": "news", "body": body})).json()[form] for body in BODIES]
        assert [comment[name] for comment in public] == shown_now


async def test_nothing_is_written_and_nothing_kept_by_a_cache(service: Service) -> None:
    before = await row_counts(service)
    answer = await preview(service, {"site": "news", "body": "Words."})
    assert await row_counts(service) == before
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["access-control-allow-origin"] == ORIGIN


async def test_each_fault_has_its_code(service: Service) -> None:
    await add_site(service, "other", "https://other.example")
    for body, status, code in (
        (b"{", 400, "malformed_json"),
        ({"site": "news"}, 422, "invalid_input"),
        ({"site": "news", "body": 17}, 422, "invalid_input"),
        ({"site": "news", "body": "x", "name": "Ada"}, 400, "unknown_field"),
        ({"site": "none", "body": "x"}, 404, "unknown_site"),
        ({"site": "other", "body": "x"}, 403, "foreign_origin"),
        ({"site": "news", "body": "x" * 5_001}, 422, "invalid_input"),
        ({"site": "news", "body": " "}, 422, "invalid_input"),
        ({"site": "news", "body": "<" * 201}, 422, "invalid_input"),
        ({"site": "news", "body": "x" * 40_000}, 413, "too_large"),
    ):
        answer = await preview(service, body)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


async def test_a_body_that_is_too_long_is_told_at_its_field(service: Service) -> None:
    answer = await preview(service, {"site": "news", "body": "x" * 5_001})
    assert answer.json()["fields"] == {"body": "At most 5,000 characters are possible."}
