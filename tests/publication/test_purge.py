"""A cache in front is told after each commit what it may not keep, and nobody waits for it."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from commentsvc.publication import purge_caches
from commentsvc.publication.surrogate_keys import EVERYTHING, list_key, thread_key
from tests.support.service import ARTICLE, Service, running_service

pytestmark = pytest.mark.anyio

_KEYS = {thread_key(ARTICLE), list_key("news")}


@dataclass
class _Cache:
    """What a cache was asked, and how it answers."""

    server: ThreadingHTTPServer
    asked: list[tuple[str, str, str | None, set[str]]] = field(default_factory=list)
    """Method, path, authorization, keys."""
    statuses: list[int] = field(default_factory=list)
    """Of the next answers; then 200."""
    hold: threading.Event = field(default_factory=threading.Event)
    """Answers wait for it."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/purge?now=1"

    def keys(self) -> list[set[str]]:
        """Of every purge."""
        return [each[3] for each in self.asked]


@pytest.fixture
def cache() -> Iterator[_Cache]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    found = _Cache(server)
    found.hold.set()
    server.cache = found  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield found
    found.hold.set()
    server.shutdown()
    thread.join()
    server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        cache: _Cache = self.server.cache  # type: ignore[attr-defined]
        keys = set((self.headers["Surrogate-Key"] or "").split())
        cache.asked.append((self.command, self.path, self.headers["Fastly-Key"], keys))
        cache.hold.wait(20)
        self.send_response(cache.statuses.pop(0) if cache.statuses else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_PURGE = do_POST  # noqa: N815 - the handler's own convention

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture
async def cached(database_url: str, tmp_path: Path, cache: _Cache) -> AsyncIterator[Service]:
    """The service with a cache in front, once for each engine."""
    settings = {"purge_url": cache.url, "purge_authorization": "Fastly-Key: secret"}
    async with running_service(database_url, tmp_path, **settings) as running:
        yield running


async def test_what_readers_see_anew_is_purged_once_and_nothing_else(cached: Service, cache: _Cache) -> None:
    taken = await cached.submit()
    await asyncio.sleep(0.3)
    assert cache.asked == []
    await cached.decide(taken["comment"]["id"])
    await _until(lambda: cache.asked)
    await asyncio.sleep(0.3)
    assert cache.asked == [("POST", "/purge?now=1", "secret", _KEYS)]


async def test_what_another_process_may_have_answered_from_before_is_purged_once_more(
    cached: Service, cache: _Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purge_caches, "_AGAIN_SECONDS", 0.5)
    await cached.publish()
    await _until(lambda: len(cache.asked) == 2)
    assert cache.keys() == [_KEYS] * 2


async def test_when_too_much_moved_everything_is_purged(
    cached: Service, cache: _Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purge_caches, "_MOST_WAITING", 0)
    await cached.publish()
    await _until(lambda: cache.asked)
    assert cache.keys()[0] == {EVERYTHING}
    answer = await cached.client.get("/api/v1/thread", params={"site": "news", "url": ARTICLE})
    assert EVERYTHING in answer.headers["surrogate-key"].split()


async def test_answers_carry_the_keys_they_are_purged_by(cached: Service) -> None:
    query = {"site": "news", "url": ARTICLE}
    empty = await cached.client.get("/api/v1/thread", params=query)
    root = await cached.publish()
    thread = await cached.client.get("/api/v1/thread", params=query)
    replies = await cached.client.get("/api/v1/replies", params={"comment": root})
    assert {answer.headers["surrogate-key"] for answer in (empty, thread, replies)} == {_of(thread_key(ARTICLE))}
    same = await cached.client.get("/api/v1/thread", params=query, headers={"If-None-Match": thread.headers["etag"]})
    assert (same.status_code, same.headers["surrogate-key"]) == (304, _of(thread_key(ARTICLE)))
    lists = [await cached.client.get("/api/v1/counts", params=query), await cached.client.get("/feed?site=news")]
    assert {answer.headers["surrogate-key"] for answer in lists} == {_of(list_key("news"))}


async def test_many_commits_make_few_requests_and_miss_no_thread(cached: Service, cache: _Cache) -> None:
    cache.hold.clear()
    urls = [f"{ARTICLE}?number={number}" for number in range(30)]
    for url in urls:
        await cached.publish(url=url)
    cache.hold.set()
    await _until(lambda: set().union(*cache.keys()) >= {*map(thread_key, urls), list_key("news")})
    assert len(cache.asked) <= 10


async def test_a_cache_that_fails_is_asked_again(cached: Service, cache: _Cache) -> None:
    cache.statuses += [503, 500]
    await cached.publish()
    await _until(lambda: len(cache.asked) == 3)
    assert cache.keys() == [_KEYS] * 3


async def test_nobody_waits_for_a_cache_that_hangs(cached: Service, cache: _Cache) -> None:
    cache.hold.clear()
    first, second = [await cached.submit() for _ in range(2)]
    await cached.decide(first["comment"]["id"])
    await _until(lambda: cache.asked)
    began = time.monotonic()
    await cached.decide(second["comment"]["id"])
    assert len(await cached.ids_in()) == 2
    assert time.monotonic() - began < 2


async def test_what_is_left_is_told_at_the_end(database_url: str, tmp_path: Path, cache: _Cache) -> None:
    async with running_service(database_url, tmp_path, purge_url=cache.url, purge_method="PURGE") as running:
        await running.publish()
    assert [(each[0], each[3]) for each in cache.asked][-1:] == [("PURGE", _KEYS)]


async def test_a_cache_that_is_not_there_stops_nothing(database_url: str, tmp_path: Path) -> None:
    async with running_service(database_url, tmp_path, purge_url="http://127.0.0.1:9/") as running:
        await running.publish()
        assert len(await running.ids_in()) == 1


async def test_without_a_cache_to_purge_there_are_no_keys(service: Service) -> None:
    await service.publish()
    answer = await service.client.get("/api/v1/thread", params={"site": "news", "url": ARTICLE})
    assert "surrogate-key" not in answer.headers


def _of(key: str) -> str:
    """The header of an answer under a key."""
    return f"{key} {EVERYTHING}"


async def _until(is_so: Callable[[], object]) -> None:
    """Wait for a condition, with patience."""
    deadline = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)
