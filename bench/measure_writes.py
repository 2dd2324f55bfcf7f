"""Comments a second through HTTP: checked, rendered, sealed, screened, and on the disk before the answer."""

import asyncio
import itertools
import json
import time
from collections.abc import Callable
from dataclasses import dataclass

from bench.installation import words
from tests.support.process import ARTICLE, HOST, KEY, ORIGIN


@dataclass(frozen=True, slots=True)
class Writes:
    """What came of one run."""

    writers: int
    per_second: float
    p99_ms: float


@dataclass(frozen=True, slots=True)
class Posting:
    """Where comments are posted, and how."""

    port: int
    request: Callable[[int], bytes]
    """The whole request for a number; another comment for each."""
    status: bytes
    """Of an answer that took it."""


def our_posting(port: int) -> Posting:
    """Comments under the one article, as the embed sends them."""
    return Posting(port, post_of, b"202")


async def write_for(posting: Posting, *, writers: int, seconds: float) -> Writes:
    """Let so many writers post, each on one connection, one comment after another."""
    numbers = itertools.count(1_000_000)
    took: list[float] = []
    deadline = time.monotonic() + seconds
    began = time.monotonic()
    await asyncio.gather(*(_write(posting, numbers, took, deadline) for _ in range(writers)))
    elapsed = time.monotonic() - began
    return Writes(writers, len(took) / elapsed, sorted(took)[int(len(took) * 0.99)] * 1000)


async def post_some(port: int, count: int) -> None:
    """Post so many comments."""
    connection = Connection(our_posting(port))
    for number in range(count):
        await connection.post(number)
    connection.close()


class Connection:
    """One kept open as long as the server does."""

    def __init__(self, posting: Posting) -> None:
        self._posting = posting
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, number: int) -> None:
        """Post one comment, and wait until it is taken."""
        if self._streams is None:
            self._streams = await asyncio.open_connection(HOST, self._posting.port)
        reader, writer = self._streams
        writer.write(self._posting.request(number))
        answer = await reader.readuntil(b"\r\n\r\n")
        assert answer.split(b" ", 2)[1] == self._posting.status, answer
        lines = answer.lower().split(b"\r\n")
        length = next(line for line in lines if line.startswith(b"content-length:"))
        await reader.readexactly(int(length.partition(b":")[2]))
        if b"connection: close" in lines:
            self.close()

    def close(self) -> None:
        """Let go of it; the next post opens another."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


async def _write(posting: Posting, numbers: "itertools.count[int]", took: list[float], deadline: float) -> None:
    connection = Connection(posting)
    while (began := time.monotonic()) < deadline:
        await connection.post(next(numbers))
        took.append(time.monotonic() - began)
    connection.close()


def post_of(number: int) -> bytes:
    """The whole request."""
    body = json.dumps(
        {
            "site": KEY,
            "url": ARTICLE,
            "name": f"Reader {number}",
            "email": f"reader{number}@mail.example",
            "body": words(number),
        }
    ).encode()
    head = (
        f"POST /api/v1/comments HTTP/1.1\r\nHost: {HOST}\r\nOrigin: {ORIGIN}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
