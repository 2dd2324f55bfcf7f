"""Requests fail at each place where they ask the database, and neither answer nor log says whose they were."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from commentsvc.store.engine import Store
from tests.support import migrated
from tests.support.moderation import open_place
from tests.support.roles import PEOPLE, Cast
from tests.system.canaries import Canary, Search, ipv6
from tests.system.readers import tells
from tests.system.test_role_matrix import ROWS, Try, get_ready, somebody_who_may

READER = Canary(403, ipv6(403))
SEARCH = Search.of([READER])
FAULT = f"cannot serve {READER.email} of {READER.local} at {READER.domain} from {READER.ip}"
MOST_QUESTIONS = 20
CUT_OFF = {"POST /moderation/history/export site"}
"""Their answers have begun by then."""

pytestmark = pytest.mark.anyio


@dataclass
class Fuse:
    """Lets a number of questions pass, and fails at the next one."""

    left: int
    has_blown: bool = False


_FUSE: ContextVar[Fuse | None] = ContextVar("fuse", default=None)
"""Of the request that is tried; what else goes on in the service asks undisturbed."""


@pytest.fixture
def fused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that fails where the request's fuse says so, with an error that names everybody."""
    for name in ("read", "write"):
        monkeypatch.setattr(Store, name, _fused(getattr(Store, name)))


def _fused(ask: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def asked(store: Store, job: object, **given: object) -> Any:
        fuse = _FUSE.get()
        if fuse is not None:
            if fuse.left == 0 and not fuse.has_blown:
                fuse.has_blown = True
                raise RuntimeError(FAULT) from ValueError(FAULT)
            fuse.left -= 1
        return await ask(store, job, **given)

    return asked


@pytest.fixture
async def cast(tmp_path: Path) -> AsyncIterator[Cast]:
    """Two sites, each with an owner."""
    async with open_place(migrated.copy_sqlite(tmp_path / "comments.db")) as place:
        await place.add_site()
        await place.add_site("herald", "The Herald")
        yield Cast(place)


async def _send(ready: Try, fuse: Fuse) -> httpx2.Response:
    """As over the wire: what goes wrong inside is an answer, or the end of one. The browser gives its user away."""
    http = ready.person.visitor.http
    inner: Any = http._transport
    http._transport = httpx2.ASGITransport(
        _cut_off_like_a_server(inner.app), raise_app_exceptions=False, client=inner.client
    )
    http.headers.update({name: value for name, value in tells(READER).items() if name not in {"Cookie", "Referer"}})
    token = _FUSE.set(fuse)
    try:
        return await ready.send()
    finally:
        _FUSE.reset(token)


def _cut_off_like_a_server(app: ASGIApp) -> ASGIApp:
    """An answer that was begun and not ended breaks the connection."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        is_ended = False

        async def sent(message: Message) -> None:
            nonlocal is_ended
            is_ended = message["type"] == "http.response.body" and not message.get("more_body", False)
            await send(message)

        await app(scope, receive, sent)
        if not is_ended:
            raise ConnectionError

    return serve


@pytest.mark.usefixtures("fused")
async def test_a_request_that_fails_anywhere_tells_nothing(cast: Cast, logged: Callable[[], str]) -> None:
    """Each row of the role matrix, by somebody who may: its first question fails, then its second one, and so on."""
    failed = set()
    for row in ROWS:
        who, where = somebody_who_may(row) or (PEOPLE[0], None)
        for number in range(MOST_QUESTIONS):
            fuse = Fuse(number)
            answer, log = await _send(await get_ready(cast, row, who, where), fuse), logged()
            headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
            for place, text in {"answer": answer.text, "headers": headers, "log": log}.items():
                assert SEARCH.hits(text.encode(), f"{row.name}, question {number}, {place}") == []
            if not fuse.has_blown:
                break
            failed.add(row.name)
            assert "RuntimeError" in log, (row.name, number)
            assert answer.status_code == 500 or row.name in CUT_OFF, (row.name, number)
        else:
            pytest.fail(f"{row.name} asks more than {MOST_QUESTIONS} questions")
    asks_nothing = {row.name for row in ROWS if row.path.startswith("/moderation")} - failed
    assert asks_nothing == {"GET /moderation/sign-in -", "GET /moderation/sign-in/code -"}


def test_what_a_fault_says_would_be_found() -> None:
    assert {hit.secret for hit in SEARCH.hits(FAULT.encode(), "a fault")} == set(READER.secrets)
