"""Kept answers over real sockets: the same bytes as by the framework's way, whatever a client does."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
import uvicorn
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from commentsvc.cli.run_service import server_for
from commentsvc.store.moves import Moves
from commentsvc.web.front import Front, true_until
from commentsvc.web.request_heads import LIMIT_BYTES

pytestmark = pytest.mark.anyio

BODY = b"0123456789" * 1_000
GET = b"GET /feed?site=news HTTP/1.1\r\nHost: here\r\n\r\n"


class App:
    """An application with a front, that counts what reaches it."""

    def __init__(self) -> None:
        self.moves = Moves()
        self.front = Front(self._route, self.moves, lambda: 0.0)
        self.asked = 0
        self.ends = asyncio.Event()

    def begin_to_end(self) -> None:
        """Answers that would last for ever end now."""
        self.ends.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
        else:
            await self.front(scope, receive, send)

    async def _route(self, scope: Scope, _receive: Receive, send: Send) -> None:
        self.asked += 1
        if scope["path"] == "/for-ever":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"more to come", "more_body": True})
            await self.ends.wait()
            await send({"type": "http.response.body", "body": b"the end"})
            return
        true_until(Request(scope), 1)
        headers = [(b"etag", b'"x"'), (b"vary", b"Accept-Encoding"), (b"content-length", str(len(BODY)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": BODY})


class Client:
    """A connection, byte by byte."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    def send(self, sent: bytes) -> None:
        """Put onto the wire."""
        self._writer.write(sent)

    async def answer(self, *, has_body: bool = True) -> tuple[bytes, bytes]:
        """The next head, without the date, and its body."""
        async with asyncio.timeout(30):
            head = await self._reader.readuntil(b"\r\n\r\n")
            length = next((line for line in head.split(b"\r\n") if line.startswith(b"content-length: ")), b": 0")
            body = await self._reader.readexactly(int(length.split(b": ")[1])) if has_body else b""
        return b"\n".join(line for line in head.splitlines() if not line.startswith(b"date: ")), body

    async def rest(self) -> bytes:
        """Everything until the other side hangs up."""
        async with asyncio.timeout(30):
            return await self._reader.read()


@pytest.fixture
async def app() -> App:
    return App()


@pytest.fixture
async def server(app: App) -> uvicorn.Server:
    return server_for(app)


@pytest.fixture
async def port(server: uvicorn.Server) -> AsyncIterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        while not server.started:
            await asyncio.sleep(0.01)
        yield listening.getsockname()[1]
        server.should_exit = True
        await serving


@pytest.fixture
async def client(port: int) -> AsyncIterator[Client]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    yield Client(reader, writer)
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()


async def test_a_kept_answer_is_the_same_as_the_first(app: App, client: Client) -> None:
    client.send(GET)
    first = await client.answer()
    for _ in range(3):
        client.send(GET)
        assert await client.answer() == first
    assert first[1] == BODY
    assert app.asked == 1
    app.moves.tell([1])
    client.send(GET)
    assert await client.answer() == first
    assert app.asked == 2


async def test_an_unchanged_answer_has_no_body_and_no_length(client: Client) -> None:
    client.send(GET)
    await client.answer()
    client.send(GET.replace(b"\r\n\r\n", b'\r\nIf-None-Match: "x"\r\n\r\n') * 2)
    for _ in range(2):
        head, _ = await client.answer()
        assert head.split(b"\n") == [b"HTTP/1.1 304 Not Modified", b'etag: "x"', b"vary: Accept-Encoding", b""]


async def test_many_requests_at_once_are_answered_in_their_order(app: App, client: Client) -> None:
    unchanged = GET.replace(b"\r\n\r\n", b'\r\nIf-None-Match: "x"\r\n\r\n')
    client.send((GET + unchanged) * 200)
    for _ in range(200):
        assert (await client.answer())[1] == BODY
        assert (await client.answer())[0].startswith(b"HTTP/1.1 304")
    assert app.asked == 1


async def test_a_client_that_reads_late_gets_everything(client: Client) -> None:
    client.send(GET * 2_000)
    await asyncio.sleep(0.2)  # let it fill what the system holds for a client that does not read
    for _ in range(2_000):
        assert (await client.answer())[1] == BODY


@pytest.mark.parametrize(
    "asked",
    [
        GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"),
        b"GET /feed?site=news HTTP/1.0\r\n\r\n",
    ],
)
async def test_a_connection_that_is_to_end_ends(client: Client, asked: bytes) -> None:
    client.send(GET)
    await client.answer()
    client.send(asked)
    head, body = await client.answer()
    assert b"connection: close" in head
    assert body == BODY
    assert await client.rest() == b""


async def test_a_head_asked_for_alone_has_no_body(client: Client) -> None:
    client.send(GET + GET.replace(b"GET", b"HEAD") + GET)
    assert (await client.answer())[1] == BODY
    head, _ = await client.answer(has_body=False)
    assert f"content-length: {len(BODY)}".encode() in head
    assert (await client.answer())[1] == BODY


async def test_a_body_nobody_asked_for_is_read_over(client: Client) -> None:
    with_body = GET.replace(b"\r\n\r\n", b"\r\nContent-Length: 5\r\n\r\nwords")
    client.send(with_body * 3 + GET)
    for _ in range(4):
        assert (await client.answer())[1] == BODY


@pytest.mark.parametrize("piece", [1_000, 100_000])
async def test_a_head_without_end_is_refused(app: App, client: Client, piece: int) -> None:
    client.send(b"GET /feed?site=news HTTP/1.1\r\n")
    with suppress(ConnectionError):
        for start in range(0, LIMIT_BYTES + 20_000, piece):
            client.send(f"X{start}: ".encode() + b"x" * piece + b"\r\n")
            await asyncio.sleep(0)
        assert (await client.rest()).startswith(b"HTTP/1.1 400 ")
    assert app.asked == 0


async def test_a_head_just_short_enough_is_answered(client: Client) -> None:
    padding = b"\r\n".join(b"X%d: " % number + b"x" * 1_000 for number in range(30))
    client.send(GET.replace(b"\r\n\r\n", b"\r\n" + padding + b"\r\n\r\n"))
    assert (await client.answer())[1] == BODY


async def test_an_answer_without_end_ends_when_the_service_does(server: uvicorn.Server, client: Client) -> None:
    client.send(GET.replace(b"/feed", b"/for-ever"))
    await client.answer(has_body=False)
    server.should_exit = True
    assert b"the end" in await client.rest()
