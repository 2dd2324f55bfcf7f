"""The shared edge: one error shape, headers on every answer, health, packaged files only."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from commentsvc.store.engine import Store
from tests.support import migrated
from tests.support.service import ARTICLE, ORIGIN, Service, running_service

pytestmark = pytest.mark.anyio


@pytest.fixture
async def quick(tmp_path: Path) -> AsyncIterator[Service]:
    """On one engine: what is tested here stands in front of the database."""
    async with running_service(migrated.copy_sqlite(tmp_path / "comments.db"), tmp_path) as running:
        yield running


async def broken(_: object) -> None:
    raise RuntimeError("private")


async def test_what_was_not_foreseen_is_a_plain_500_that_the_page_may_read(quick: Service) -> None:
    store: Any = quick.app.state.parts[Store]
    fields = quick.submission()
    await quick.submit()
    store.write = broken
    answer = await quick.post(fields)
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert (answer.json()["code"], len(answer.json()["incident"])) == ("internal_error", 12)
    assert "private" not in answer.text
    assert "Traceback" not in answer.text


async def test_a_database_that_is_away_is_a_503_and_not_ready(quick: Service) -> None:
    assert (await quick.client.get("/readyz")).json() == {"status": "ready"}
    await quick.store.close()
    answer = await quick.client.get(f"/api/v1/thread?site=news&url={ARTICLE}")
    assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable")
    assert answer.headers["retry-after"] == "5"
    assert (await quick.client.get("/readyz")).status_code == 503
    assert (await quick.client.get("/healthz")).json() == {"status": "alive"}


async def test_unknown_addresses_and_methods_have_the_same_shape(quick: Service) -> None:
    for path in ("/", "/nothing", "/static/", "/static/none.css", "/static/..%2fstatic.py", "/static/%00", "/api/v2/x"):
        answer = await quick.client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path
    answer = await quick.client.post("/api/v1/thread")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert "GET" in answer.headers["allow"]


async def test_every_answer_has_its_headers(quick: Service) -> None:
    for path in ("/healthz", "/nothing", f"/read?site=news&url={ARTICLE}", "/static/pages.css", "/api/openapi.json"):
        headers = (await quick.client.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert ("content-security-policy" in headers) is path.startswith("/read")
        assert headers["cross-origin-resource-policy"] == ("cross-origin" if "openapi" in path else "same-origin"), path


async def test_packaged_files_are_kept_for_ever_under_their_version(quick: Service) -> None:
    page = (await quick.client.get(f"/read?site=news&url={ARTICLE}")).text
    address = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
    answer = await quick.client.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


async def test_a_preflight_is_answered_to_registered_origins_only(quick: Service) -> None:
    for path in ("/api/v1/comments", "/api/v1/preview", "/api/v1/receipts"):
        answer = await quick.client.options(path, headers={"Origin": ORIGIN})
        assert answer.status_code == 204
        assert answer.headers["access-control-allow-origin"] == ORIGIN
        assert "POST" in answer.headers["access-control-allow-methods"]
        for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {}):
            refused = await quick.client.options(path, headers=headers)
            assert (refused.status_code, refused.json()["code"]) == (403, "foreign_origin")
            assert "access-control-allow-origin" not in refused.headers


async def test_who_goes_away_while_sending_is_no_fault_of_ours(
    quick: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    messages = iter([{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}])
    sent: list[Any] = []
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/v1/comments",
        "raw_path": b"/api/v1/comments",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json"), (b"origin", ORIGIN.encode())],
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 8000),
        "scheme": "http",
        "http_version": "1.1",
    }

    async def receive() -> Any:
        return next(messages)

    async def send(message: Any) -> None:
        sent.append(message)

    await quick.app(scope, receive, send)
    assert sent == []
    assert next(messages, None) is None, "it did not read to the end"
    written = capsys.readouterr()
    assert "unhandled_error" not in written.out + written.err
