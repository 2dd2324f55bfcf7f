"""Kept answers: sent again as long as they are true, asked for anew as soon as they may not be, and never wrong."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from commentsvc.store.moves import Moves
from commentsvc.web.front import GOOD_FOR_SECONDS, Awaited, Front, Never, true_until

pytestmark = pytest.mark.anyio

THREAD = "/api/v1/thread"


@dataclass
class Place:
    """A front, the application behind it, and a clock that stands still."""

    moves: Moves = field(default_factory=Moves)
    moved: Awaited = 7
    """What the application says its answers wait for."""
    status: int = 200
    seconds: float = 100.0
    asked: list[str] = field(default_factory=list)
    """Queries that reached the application, each with the coding it was asked in."""
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    limit_bytes: int = 1_000_000

    def __post_init__(self) -> None:
        self.gate.set()
        self.front = Front(self._app, self.moves, lambda: self.seconds, limit_bytes=self.limit_bytes)

    async def _app(self, scope: Scope, _receive: Receive, send: Send) -> None:
        request = Request(scope)
        coding = request.headers.get("accept-encoding", "-")
        self.asked.append(f"{scope['query_string'].decode()} {coding}")
        assert "if-none-match" not in request.headers or scope["path"] != THREAD
        await self.gate.wait()
        if self.status == 200:
            true_until(request, self.moved)
        body = f"answer {len(self.asked)}".encode()
        headers = [(b"etag", f'"{len(self.asked)}"'.encode()), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def get(
        self,
        query: str = "a",
        *,
        path: str = THREAD,
        method: str = "GET",
        headers: list[tuple[bytes, bytes]] | None = None,
    ) -> tuple[int, bytes]:
        """Status and body of the answer."""
        sent: list[Any] = []
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "headers": headers or [],
        }

        async def send(message: Any) -> None:
            sent.append(message)

        async def receive() -> Any:
            raise AssertionError("nobody reads a body here")

        await self.front(scope, receive, send)
        start, body = sent
        return start["status"], body["body"]


async def test_an_answer_is_asked_for_once() -> None:
    place = Place()
    assert await place.get() == await place.get() == (200, b"answer 1")
    assert await place.get("b") == (200, b"answer 2")
    assert place.asked == ["a identity", "b identity"]


@pytest.mark.parametrize(
    ("moved", "told", "answer"),
    [
        (7, lambda moves: moves.tell([7]), b"answer 2"),
        (7, lambda moves: moves.tell([8, 9]), b"answer 1"),
        (7, lambda moves: moves.tell_all(), b"answer 2"),
        (7, lambda moves: moves.tell(range(100, 20_000)), b"answer 2"),
        (None, lambda moves: moves.tell([8]), b"answer 2"),
        (Never.MOVES, lambda moves: moves.tell_all(), b"answer 1"),
    ],
)
async def test_it_is_asked_for_again_when_what_it_shows_may_have_moved(
    moved: Awaited, told: Callable[[Moves], None], answer: bytes
) -> None:
    place = Place(moved=moved)
    await place.get()
    told(place.moves)
    for _ in range(2):
        assert await place.get() == (200, answer)


async def test_it_is_asked_for_again_after_a_while_because_not_everything_is_told() -> None:
    place = Place()
    await place.get()
    place.seconds += GOOD_FOR_SECONDS - 0.01
    assert await place.get() == (200, b"answer 1")
    place.seconds += 0.02
    assert await place.get() == (200, b"answer 2")
    lasting = Place(moved=Never.MOVES)
    await lasting.get()
    lasting.seconds += 10 * GOOD_FOR_SECONDS
    assert await lasting.get() == (200, b"answer 1")


async def test_many_who_ask_at_once_wait_for_one_answer() -> None:
    place = Place()
    place.gate.clear()
    asking = [asyncio.ensure_future(place.get()) for _ in range(50)]
    await asyncio.sleep(0)
    place.gate.set()
    assert {await each for each in asking} == {(200, b"answer 1")}
    assert len(place.asked) == 1


async def test_whoever_asks_after_a_move_does_not_get_what_was_asked_for_before() -> None:
    place = Place()
    place.gate.clear()
    early = asyncio.ensure_future(place.get())
    await asyncio.sleep(0)
    place.moves.tell([7])
    late = asyncio.ensure_future(place.get())
    await asyncio.sleep(0)
    assert len(place.asked) == 2
    place.gate.set()
    await asyncio.gather(early, late)
    assert await place.get() == await late
    assert place.moves.of(7) == place.moves.now


@pytest.mark.parametrize("status", [400, 404, 500, 503])
async def test_what_is_no_answer_to_keep_is_passed_on_and_not_kept(status: int) -> None:
    place = Place(status=status)
    assert await place.get() == (status, b"answer 1")
    assert await place.get() == (status, b"answer 2")
    assert place.front.size_bytes == 0


async def test_many_who_ask_at_once_for_what_fails_are_all_told() -> None:
    place = Place(status=404)
    place.gate.clear()
    asking = [asyncio.ensure_future(place.get()) for _ in range(5)]
    await asyncio.sleep(0)
    place.gate.set()
    assert [status for status, _ in await asyncio.gather(*asking)] == [404] * 5


async def test_while_the_database_is_away_the_former_answer_stands_in() -> None:
    place = Place()
    await place.get()
    place.status = 503
    place.moves.tell_all()
    assert await place.get() == (200, b"answer 1")
    assert (await place.get("never asked before"))[0] == 503
    place.status = 404
    assert (await place.get())[0] == 404
    place.status = 200
    status, body = await place.get()
    assert (status, body) == (200, f"answer {len(place.asked)}".encode())


async def test_what_was_asked_for_longest_ago_goes_first() -> None:
    place = Place(limit_bytes=3 * 2_100)
    for query in ("a", "b", "c", "a", "d"):
        await place.get(query)
    assert place.front.size_bytes <= 3 * 2_100
    asked = len(place.asked)
    await place.get("a")
    assert len(place.asked) == asked
    await place.get("b")
    assert len(place.asked) == asked + 1


async def test_a_query_too_long_to_keep_is_answered() -> None:
    place = Place()
    assert (await place.get("q" * 5_000))[0] == 200
    assert place.front.size_bytes == 0


async def test_a_client_that_has_it_is_told_so_by_every_spelling() -> None:
    place = Place()
    await place.get()
    for known in (b'"1"', b'W/"1"', b'"0", "1"', b"*"):
        assert await place.get(headers=[(b"if-none-match", known)]) == (304, b"")
    assert await place.get(headers=[(b"if-none-match", b'"2"')]) == (200, b"answer 1")
    assert await place.get("new", headers=[(b"if-none-match", b'"2"')]) == (304, b"")


async def test_each_coding_is_kept_apart_and_two_headers_cannot_mix_them() -> None:
    place = Place()
    first = await place.get(headers=[(b"accept-encoding", b"gzip, br")])
    assert await place.get(headers=[(b"accept-encoding", b"br;q=0.5")]) == first
    both = [(b"accept-encoding", b"br"), (b"accept-encoding", b"gzip")]
    await place.get(headers=both)
    assert place.asked == ["a br", "a gzip"]


async def test_other_methods_and_addresses_go_to_the_application() -> None:
    place = Place()
    await place.get()
    await place.get(method="HEAD")
    await place.get(method="POST")
    await place.get(path="/read")
    assert len(place.asked) == 4
