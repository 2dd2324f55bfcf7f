"""So many jobs run at once; who waits for a slot is served in turns, and a slot is never lost."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.errors import StorageUnavailableError
from commentsvc.store.engine import Store
from commentsvc.store.postgres import POOL
from commentsvc.store.slots import Slots
from commentsvc.store.turns import OF_ONE_NETWORK, Origin

pytestmark = pytest.mark.anyio

FLOOD = Origin(1, b"flood")


class Crowd:
    """Jobs that wait for a slot, in the order in which they got one."""

    def __init__(self, count: int) -> None:
        self.slots = Slots(count)
        self.served: list[str] = []
        self.running = self.most = 0

    async def job(self, name: str, origin: Origin | None) -> None:
        """Take a slot for two rounds of the loop."""
        async with self.slots.taken(origin):
            self.served.append(name)
            self.running += 1
            self.most = max(self.most, self.running)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            self.running -= 1

    async def all(self, *jobs: Coroutine[None, None, None]) -> None:
        """At once."""
        await asyncio.gather(*jobs)


async def test_no_more_run_at_once_than_there_are_slots_and_all_of_them_do() -> None:
    crowd = Crowd(3)
    await crowd.all(*(crowd.job(str(number), None) for number in range(20)))
    assert (crowd.most, len(crowd.served)) == (3, 20)


async def test_a_flood_waits_behind_itself() -> None:
    crowd = Crowd(4)
    flood = [crowd.job("flood", FLOOD) for _ in range(100)]
    await crowd.all(*flood, crowd.job("reader", Origin(1, b"home")), crowd.job("moderator", None))
    assert crowd.served.index("moderator") < 10
    assert crowd.served.index("reader") < 10
    assert len(crowd.served) == 102


async def test_who_is_refused_or_goes_away_takes_no_slot_along() -> None:
    crowd = Crowd(1)
    async with crowd.slots.taken(None):
        waiting = [asyncio.create_task(crowd.job("flood", FLOOD)) for _ in range(OF_ONE_NETWORK)]
        await asyncio.sleep(0)
        with pytest.raises(StorageUnavailableError):
            await crowd.job("one too many", FLOOD)
        for each in waiting[1:]:
            each.cancel()
    await asyncio.sleep(0)
    waiting[0].cancel()  # whose turn it was, at that very moment
    for each in waiting:
        with suppress(asyncio.CancelledError):
            await each
    await crowd.job("last", None)
    assert crowd.served[-1] == "last"
    assert len(crowd.served) <= 2


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_on_postgresql_a_decision_does_not_wait_for_a_flood(store: Store) -> None:
    done: list[str] = []

    async def write(name: str, origin: Origin | None) -> None:
        def job(conn: Connection) -> None:
            conn.execute(sa.text("SELECT pg_sleep(0.05)"))

        with suppress(StorageUnavailableError):
            await store.write(job, origin=origin)
            done.append(name)

    flood = [write("flood", FLOOD) for _ in range(2 * POOL + OF_ONE_NETWORK + 50)]
    await asyncio.gather(*flood, write("reader", Origin(1, b"home")), write("decision", None))
    assert done.count("flood") == 2 * POOL + OF_ONE_NETWORK, "what is too much is refused"
    assert done.index("decision") < 6 * POOL
    assert done.index("reader") < 6 * POOL
