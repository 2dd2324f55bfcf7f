"""A bounded memory of rendered answers: each rendered once, whoever asks, and no failure kept."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import Connection

from commentsvc.domain.errors import MalformedParameterError
from commentsvc.publication.finished_bytes import FinishedBytes
from commentsvc.store.engine import Store
from commentsvc.web.encoding import Encoded
from tests.support import migrated

pytestmark = pytest.mark.anyio


class Kitchen:
    """Renders what is asked for, counts it, and waits in between until it may go on."""

    def __init__(self, store: Store, finished: FinishedBytes) -> None:
        self.finished = finished
        self._store = store
        self.rendered: list[str] = []

    async def get(self, key: str, *, size: int = 100, fails: bool = False) -> Encoded:
        def render(_: Connection) -> bytes:
            self.rendered.append(key)
            if fails:
                raise MalformedParameterError
            return key.encode() * size

        return await self.finished.get(self._store, (key,), render, media_type="text/plain")


Open = Callable[[int], Kitchen]


@pytest.fixture
async def kitchen(tmp_path: Path) -> AsyncIterator[Open]:
    store = Store(migrated.copy_sqlite(tmp_path / "comments.db"))
    await store.open()
    yield lambda limit_bytes: Kitchen(store, FinishedBytes(limit_bytes=limit_bytes))
    await store.close()


async def test_what_was_rendered_is_kept(kitchen: Open) -> None:
    at = kitchen(10_000)
    assert await at.get("a") is await at.get("a")
    assert at.rendered == ["a"]
    assert at.finished.size_bytes == 100


async def test_what_was_used_longest_ago_goes_first(kitchen: Open) -> None:
    at = kitchen(300)
    for key in ("a", "b", "c", "a", "d"):
        await at.get(key)
    assert at.finished.size_bytes == 300
    at.rendered.clear()
    for key in ("a", "c", "d", "b"):
        await at.get(key)
    assert at.rendered == ["b"]


async def test_all_codings_count(kitchen: Open) -> None:
    at = kitchen(10_000)
    encoded = await at.get("a", size=1_000)
    assert len(encoded.bodies) == 3
    assert at.finished.size_bytes == sum(map(len, encoded.bodies.values()))


async def test_what_is_larger_than_everything_is_answered_and_not_kept(kitchen: Open) -> None:
    at = kitchen(50)
    assert len((await at.get("a")).bodies) == 1
    assert at.finished.size_bytes == 0


async def test_many_who_ask_at_once_wait_for_one_rendering(kitchen: Open) -> None:
    at = kitchen(10_000)
    answers = await asyncio.gather(*(at.get("a") for _ in range(50)))
    assert at.rendered == ["a"]
    assert len(set(map(id, answers))) == 1


async def test_a_failure_reaches_everybody_and_is_not_kept(kitchen: Open) -> None:
    at = kitchen(10_000)
    answers = await asyncio.gather(*(at.get("a", fails=True) for _ in range(5)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [MalformedParameterError] * 5
    assert at.rendered == ["a"]
    assert at.finished.size_bytes == 0
    assert (await at.get("a")).bodies
    assert at.rendered == ["a", "a"]


async def test_who_goes_away_breaks_it_for_nobody_else(kitchen: Open) -> None:
    at = kitchen(10_000)
    first, second = (asyncio.ensure_future(at.get("a")) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    assert (await second).bodies
    assert at.rendered == ["a"]
    assert first.cancelled()


async def test_a_failure_that_nobody_waits_for_any_more_is_no_complaint(kitchen: Open) -> None:
    """Without a look at it, Python would tell of an exception that was never retrieved."""
    complaints: list[dict[str, Any]] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: complaints.append(context))
    at = kitchen(10_000)
    asking = asyncio.ensure_future(at.get("a", fails=True))
    await asyncio.sleep(0)
    asking.cancel()
    await asyncio.wait(at.finished._rendering.values())
    await asyncio.sleep(0)
    assert not at.finished._rendering
    del asking
    gc.collect()
    loop.set_exception_handler(None)
    assert complaints == []
    assert at.rendered == ["a"]
