"""1,000 posts a second for half a minute, from one network and from 10,000: what others notice, on each database."""

import asyncio
import itertools
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bench.installation import COMMENTS, SERVER_CORE, THREAD, publish_everything, running_service  # noqa: E402
from bench.measure_writes import post_some  # noqa: E402
from bench.resilience_file import write_section  # noqa: E402
from commentsvc.settings import Settings  # noqa: E402
from tests.support.postgres import start_postgres  # noqa: E402
from tests.support.process import ARTICLE, HOST, KEY, ORIGIN, ServiceProcess  # noqa: E402

_PER_SECOND, _SECONDS = 1_000, 30.0
_CALM_SECONDS = 5.0
_NETWORKS, _ARTICLES = 10_000, 1_000
_CONNECTIONS = 400
"""Of the flood: so many of its posts are under way at most."""
_READERS, _READ_EVERY = 8, 0.1
_HONEST_EVERY = 3.0
_PATIENCE_SECONDS = 120.0
_MEBIBYTE = 1024 * 1024
_COLUMNS = (
    "database", "from", "answered in", "202", "429", "503", "other or broken", "reads before: p50 / p99",
    "reads meanwhile: p50 / p99", "honest posts", "their p50 / longest", "memory before / peak / after",
)  # fmt: skip
_LIMITS = (
    "posts_burst", "seconds_between_posts", "posts_per_hour", "thread_posts_per_minute", "site_posts_per_hour",
    "lookups_per_minute",
)  # fmt: skip


@dataclass
class _Seen:
    """What was answered, and when."""

    flood: "Counter[int]" = field(default_factory=Counter)
    calm_reads: list[float] = field(default_factory=list)
    """Seconds of each read before the flood."""
    reads: list[float] = field(default_factory=list)
    honest: "Counter[int]" = field(default_factory=Counter)
    honest_took: list[float] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    """Bytes, before the flood and then every fifth of a second."""
    flood_seconds: float = 0.0


class _Connection:
    """One kept open; every request on it waits for its answer."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: bytes) -> int:
        """Send it; the answer's status, 0 if the connection broke."""
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                if self._streams is None:
                    self._streams = await asyncio.open_connection(HOST, self._port)
                reader, writer = self._streams
                writer.write(request)
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                length = next((line for line in head.split(b"\r\n") if line.startswith(b"content-length:")), b":0")
                await reader.readexactly(int(length.partition(b":")[2]))
        except (OSError, asyncio.IncompleteReadError):
            self.close()
            return 0
        if b"connection: close" in head:
            self.close()
        return int(head.split(b" ", 2)[1])

    def close(self) -> None:
        """Let go of it; the next request opens another."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


def main() -> None:
    """Flood each database from one network and from many, and tell."""
    lines = [
        f"{_PER_SECOND:,} posts a second are offered for {_SECONDS:.0f} s, to {_ARTICLES:,} articles, each with an",
        "idempotency key and another text; the limits are the default ones. Meanwhile eight readers ask for a thread",
        "of 100 comments ten times a second each, and an honest reader posts every three seconds. The service has one",
        "core; flood and readers share the other, so their own waiting counts. At most",
        f"{_CONNECTIONS} posts of the flood are under way, so the writer's queue (1,000 jobs at most) holds no more.\n",
        f"| {' | '.join(_COLUMNS)} |",
        f"|{' --- |' * len(_COLUMNS)}",
    ]
    with tempfile.TemporaryDirectory(prefix="commentsvc-flood-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL enters it under another account
        (folder / "server").mkdir()
        server = start_postgres(folder / "server", settings={})
        try:
            for networks in (1, _NETWORKS):
                file = folder / f"comments-{networks}.db"
                lines.append(_flood_one("SQLite", f"sqlite+aiosqlite:///{file}", networks, folder))
                lines.append(_flood_one("PostgreSQL", server.url(server.create_database()), networks, folder))
        finally:
            server.stop()
    write_section("A flood of posts", command="make bench-flood", lines=lines)


def _flood_one(database: str, url: str, networks: int, folder: Path) -> str:
    own = folder / f"{database}-{networks}"
    own.mkdir()
    with _limited_service(url, own) as service:
        seen = asyncio.run(_watch(service, networks))
    before, peak, after = (each / _MEBIBYTE for each in (seen.memory[0], max(seen.memory), seen.memory[-1]))
    answered = " | ".join(f"{seen.flood[status]:,}" for status in (202, 429, 503))
    broken = sum(seen.flood.values()) - sum(seen.flood[status] for status in (202, 429, 503))
    honest = ", ".join(f"{count} times {status}" for status, count in sorted(seen.honest.items()))
    print(database, networks, seen.flood, seen.honest, flush=True)
    return (
        f"| {database} | {networks:,} network{'s' * (networks > 1)} | {seen.flood_seconds:.0f} s | {answered}"
        f" | {broken}"
        f" | {_times(seen.calm_reads)} | {_times(seen.reads)} | {honest} | {_times(seen.honest_took, highest=1.0)}"
        f" | {before:.0f} / {peak:.0f} / {after:.0f} MiB |"
    )


def _times(seconds: Sequence[float], *, highest: float = 0.99) -> str:
    ordered = sorted(seconds)
    at = (ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1_000 for share in (0.5, highest))
    return " / ".join(f"{each:.1f} ms" for each in at)


@contextmanager
def _limited_service(url: str, folder: Path) -> Iterator[ServiceProcess]:
    """With a thread of 100 comments, and then with the limits that an operator gets."""
    with running_service(url, folder) as service:
        asyncio.run(post_some(service.port, COMMENTS))
        assert publish_everything(url) == COMMENTS
        service.stop()
        defaults = {f"COMMENTSVC_{name.upper()}": str(Settings.model_fields[name].default) for name in _LIMITS}
        service.settings = {**defaults, "COMMENTSVC_TRUSTED_PROXIES": "127.0.0.1/32"}
        service.start()
        os.sched_setaffinity(service.pid, {SERVER_CORE})
        yield service


async def _watch(service: ServiceProcess, networks: int) -> _Seen:
    seen, process = _Seen(), psutil.Process(service.pid)
    await _read_for(service, _CALM_SECONDS, seen.calm_reads)
    seen.memory.append(process.memory_info().rss)
    is_over = asyncio.Event()
    beside = [
        asyncio.create_task(_read_until(service, is_over.is_set, seen.reads)),
        asyncio.create_task(_post_honestly(service, is_over, seen)),
        asyncio.create_task(_weigh(process, is_over, seen)),
    ]
    began = time.monotonic()
    due = _requests(networks)
    await asyncio.gather(*(_flood(service, due, began, seen) for _ in range(_CONNECTIONS)))
    seen.flood_seconds = time.monotonic() - began
    is_over.set()
    await asyncio.gather(*beside)
    await asyncio.sleep(_CALM_SECONDS)
    seen.memory.append(process.memory_info().rss)
    return seen


def _requests(networks: int) -> Iterator[tuple[float, bytes]]:
    """When each post of the flood is due, and its bytes."""
    for number in range(int(_PER_SECOND * _SECONDS)):
        yield number / _PER_SECOND, _post(number, _network(number % networks), f"{ARTICLE}?of={number % _ARTICLES}")


def _network(number: int) -> str:
    """One in two is IPv4, the others are IPv6 networks of 64 bits."""
    return f"2001:db8:0:{number:x}::1" if number % 2 else f"10.1.{number >> 8}.{number & 255}"


def _post(number: int, address: str, url: str) -> bytes:
    fields = {"site": KEY, "url": url, "name": f"Reader {number}", "email": f"reader{number}@mail.example"}
    body = json.dumps({**fields, "body": f"Some words that nobody has written before: {number}."}).encode()
    head = (
        f"POST /api/v1/comments HTTP/1.1\r\nHost: {HOST}\r\nOrigin: {ORIGIN}\r\nContent-Type: application/json\r\n"
        f"Idempotency-Key: flood-{address}-{number:08}\r\nX-Forwarded-For: {address}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _flood(service: ServiceProcess, due: Iterator[tuple[float, bytes]], began: float, seen: _Seen) -> None:
    connection = _Connection(service.port)
    for moment, request in due:  # shared by all: whoever is free takes the next
        await asyncio.sleep(max(0.0, began + moment - time.monotonic()))
        seen.flood[await connection.ask(request)] += 1
    connection.close()


async def _read_for(service: ServiceProcess, seconds: float, took: list[float]) -> None:
    end = time.monotonic() + seconds
    await _read_until(service, lambda: time.monotonic() > end, took)


async def _read_until(service: ServiceProcess, is_over: Callable[[], bool], took: list[float]) -> None:
    request = f"GET {THREAD} HTTP/1.1\r\nHost: {HOST}\r\nAccept-Encoding: br\r\n\r\n".encode()

    async def read() -> None:
        connection = _Connection(service.port)
        while not is_over():
            began = time.monotonic()
            status = await connection.ask(request)
            assert status == 200, f"a reader got {status}"  # noqa: PLR2004
            took.append(time.monotonic() - began)
            await asyncio.sleep(_READ_EVERY)
        connection.close()

    await asyncio.gather(*(read() for _ in range(_READERS)))


async def _post_honestly(service: ServiceProcess, is_over: asyncio.Event, seen: _Seen) -> None:
    """A reader a time, each from a network of their own, under the article that all read."""
    connection = _Connection(service.port)
    for number in itertools.count(1_000_000):
        if is_over.is_set():
            break
        began = time.monotonic()
        request = _post(number, f"198.51.100.{number % 250}", ARTICLE)
        seen.honest[await connection.ask(request)] += 1
        seen.honest_took.append(time.monotonic() - began)
        await asyncio.sleep(_HONEST_EVERY)
    connection.close()


async def _weigh(process: psutil.Process, is_over: asyncio.Event, seen: _Seen) -> None:
    while not is_over.is_set():
        seen.memory.append(process.memory_info().rss)
        await asyncio.sleep(0.2)


if __name__ == "__main__":
    main()
