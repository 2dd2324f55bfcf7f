"""Comments a second through HTTP: checked, rendered, sealed, screened, and on the disk before the answer."""

import asyncio
import itertools
import json
import time
from dataclasses import dataclass

from bench.installation import words
from tests.support.process import ARTICLE, HOST, KEY, ORIGIN, ServiceProcess


@dataclass(frozen=True, slots=True)
class Writes:
    """What came of one run."""

    writers: int
    per_second: float
    p99_ms: float


async def write_for(service: ServiceProcess, *, writers: int, seconds: float) -> Writes:
    """Let so many writers post, each on one connection, one comment after another."""
    numbers = itertools.count()
    took: list[float] = []
    deadline = time.monotonic() + seconds
    began = time.monotonic()
    await asyncio.gather(*(_write(service.port, numbers, took, deadline) for _ in range(writers)))
    elapsed = time.monotonic() - began
    return Writes(writers, len(took) / elapsed, sorted(took)[int(len(took) * 0.99)] * 1000)


async def post_some(service: ServiceProcess, count: int) -> None:
    """Post so many comments."""
    reader, writer = await asyncio.open_connection(HOST, service.port)
    for number in range(count):
        await _post(reader, writer, number)
    writer.close()
    await writer.wait_closed()


async def _write(port: int, numbers: "itertools.count[int]", took: list[float], deadline: float) -> None:
    reader, writer = await asyncio.open_connection(HOST, port)
    while (began := time.monotonic()) < deadline:
        await _post(reader, writer, next(numbers))
        took.append(time.monotonic() - began)
    writer.close()
    await writer.wait_closed()


async def _post(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
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
    writer.write(head.encode() + body)
    answer = await reader.readuntil(b"\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 202"), answer
    length = next(line for line in answer.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    await reader.readexactly(int(length.partition(b":")[2]))
