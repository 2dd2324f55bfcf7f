"""When something inside breaks, neither the answer nor the log says whose request it was."""

import json
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import httpx2
import pytest
import sqlalchemy as sa
import structlog
from starlette.routing import Route

from commentsvc.app import ROUTES
from commentsvc.store.engine import Store
from commentsvc.vault.sealing import Sealer
from tests.support import migrated
from tests.support.process import ARTICLE, KEY, ORIGIN
from tests.support.service import SERVICE, Service, running_service
from tests.system.canaries import Canary, Search, ipv6
from tests.system.readers import submission, tells

READER = Canary(402, ipv6(402))
SEARCH = Search.of([READER])
FAULT = f"cannot serve {READER.email} of {READER.local} at {READER.domain} from {READER.ip}"
NEEDS_NO_PART = {"/healthz", "/api/openapi.json", "/moderation/sign-in/code"}

TAKEN = {
    "/api/v1/replies": ("comment",),
    "/api/v1/form": ("site",),
    "/api/v1/recent": ("site",),
    "/api/v1/anchors": ("site", "url", "anchor"),
    "/moderation/feed": ("key",),
}
"""Parameters of those that do not take an article's."""

pytestmark = pytest.mark.anyio


class BrokenParts(dict[type, object]):
    """A table of parts that fails whichever part is asked for."""

    def __getitem__(self, kind: type) -> object:
        raise RuntimeError(FAULT) from ValueError(FAULT)


@pytest.fixture
async def service(tmp_path: Path, logged: Callable[[], str]) -> AsyncIterator[Service]:
    """One that answers what it would answer over the wire, whatever goes wrong inside."""
    assert not logged()
    async with running_service(migrated.copy_sqlite(tmp_path / "comments.db"), tmp_path) as running:
        transport = httpx2.ASGITransport(app=running.app, client=("127.0.0.1", 50_000), raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url=SERVICE) as client:
            running.client = client
            yield running


def _routes() -> Iterator[tuple[str, str]]:
    """Every method and path of the service."""
    for route in ROUTES:
        assert isinstance(route, Route)
        for method in sorted((route.methods or set()) - {"HEAD"}):
            yield method, route.path


async def _ask(service: Service, method: str, path: str) -> httpx2.Response:
    """With the reader's address in the path, the query, the headers and the body."""
    values = {"site": KEY, "url": f"{ARTICLE}?mail={READER.email}", "comment": READER.local, "key": READER.local}
    values["anchor"] = READER.local
    query = urlencode({name: values[name] for name in TAKEN.get(path, ("site", "url"))})
    filled = path.replace("{name}", READER.local).replace("{id}", READER.local)
    form = urlencode(submission(READER))
    is_json = path.startswith("/api")
    body = json.dumps(submission(READER)) if is_json else form
    kind = "application/json" if is_json else "application/x-www-form-urlencoded"
    headers = tells(READER) | {"Content-Type": kind, "Origin": ORIGIN}
    content = body.encode() if method == "POST" else None
    return await service.client.request(method, f"{filled}?{query}", headers=headers, content=content)


async def test_a_handler_that_fails_tells_nothing(service: Service, logged: Callable[[], str]) -> None:
    service.app.state.parts = BrokenParts(service.app.state.parts)
    for method, path in _routes():
        answer = await _ask(service, method, path)
        log = logged()
        if path not in NEEDS_NO_PART:
            assert (answer.status_code, answer.json()["code"]) == (500, "internal_error"), path
            assert answer.json()["incident"] in log
            assert "RuntimeError" in log
        _nothing_in(answer, log)


@pytest.mark.parametrize(("kind", "method"), [(Store, "read"), (Store, "write"), (Sealer, "seal")])
async def test_a_part_that_fails_deep_inside_tells_nothing(
    service: Service, logged: Callable[[], str], kind: type, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kind, method, _fail)
    answer = await _ask(service, "POST", "/api/v1/comments")
    log = logged()
    assert answer.status_code == 500
    assert "RuntimeError" in log
    _nothing_in(answer, log)


@pytest.mark.parametrize("table", ["comment", "author", "subscription"])
async def test_a_database_that_refuses_a_row_tells_nothing(
    service: Service, logged: Callable[[], str], table: str
) -> None:
    """Its error quotes the statement and the row."""
    await service.store.write(lambda conn: conn.execute(sa.text(f"DROP TABLE {table}")))
    answer = await _ask(service, "POST", "/api/v1/comments")
    log = logged()
    assert answer.status_code in {500, 503}
    assert "Error" in log
    _nothing_in(answer, log)


async def test_a_log_that_told_would_be_noticed(logged: Callable[[], str]) -> None:
    structlog.get_logger().info("refused", reason=FAULT)
    assert SEARCH.hits(logged().encode(), "log")


def _fail(*_args: object, **_named: object) -> None:
    raise RuntimeError(FAULT)


def _nothing_in(answer: httpx2.Response, log: str) -> None:
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    places = {"answer": answer.content, "headers": headers.encode(), "log": log.encode()}
    assert [hit for place, content in places.items() for hit in SEARCH.hits(content, place)] == []
