"""The worker: makes notices of events, sends what is due, and begins again until it is told to stop."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from functools import partial
from typing import Protocol

import structlog

from commentsvc.domain.clock import Clocks
from commentsvc.domain.errors import CommentsvcError
from commentsvc.domain.notices import Channel, last_hour
from commentsvc.notify.deliveries import Delivery
from commentsvc.notify.send_notices import send_notices
from commentsvc.store import outbox, reply_notices
from commentsvc.store.engine import Store

log = structlog.get_logger()

PAUSE_SECONDS = 5.0
"""Between two looks at an empty outbox."""
DRAIN_SECONDS = 20.0
"""At the end, what is being sent has this long to arrive; the lease hands the rest to whoever comes next."""
LEASE = timedelta(minutes=10)
"""A worker that has died keeps its notices from others for so long."""


class Chore(Protocol):
    """Something that is to be done again and again beside sending: it knows itself when it is due."""

    async def do(self) -> int:
        """Do a bounded part of what is due now.

        Returns:
            How much was done; 0 if there is nothing to do for now.
        """
        ...


class Worker:
    """Works through one store's outbox, and through its chores.

    Args:
        store: Open while the worker runs.
        clocks: Of the service.
        deliveries: The channels that this installation has; what would go by another is not written.
        digest_hour: Hour of the day, UTC, at which digests are due.
        chores: Done in this order in each round; one that fails hinders neither the others nor the mails.
    """

    def __init__(
        self,
        store: Store,
        clocks: Clocks,
        deliveries: Mapping[Channel, Delivery],
        *,
        digest_hour: int,
        chores: Sequence[Chore] = (),
    ) -> None:
        self._store, self._clocks, self._deliveries, self._digest_hour = store, clocks, deliveries, digest_hour
        self._chores = chores

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; what is being sent by then is finished."""
        while not stop.is_set():
            done = await self._try(self.work_once)
            for chore in self._chores:
                done += await self._try(chore.do)
            if not done:
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), PAUSE_SECONDS)

    async def work_once(self) -> int:
        """One round: events to notices, the day's digests, and up to ten notices sent.

        Returns:
            How much was done; 0 if there is nothing to do for now.
        """
        now, channels = self._clocks.now(), frozenset(self._deliveries)
        since = last_hour(self._digest_hour, now)
        has_work = partial(outbox.has_work, channels=channels, now=now, digest_since=since)
        if not await self._store.read(has_work):
            return 0
        next_digest = since + timedelta(days=1)
        made = await self._store.write(partial(outbox.expand, channels=channels, now=now, next_digest=next_digest))
        if Channel.MAIL in channels:
            made += await self._store.write(partial(reply_notices.add_reply_digests, now=now))
            made += await self._store.write(partial(outbox.add_digests, since=since, now=now))
        return made + await send_notices(self._store, self._clocks, self._deliveries, lease=LEASE)

    async def _try(self, work: Callable[[], Awaitable[int]]) -> int:
        """One part of a round; a database that is away is tried again after the pause."""
        try:
            return await work()
        except CommentsvcError as error:
            log.warning("worker_waits", code=error.code)
        except Exception as error:
            log.exception("worker_failed", error=type(error).__name__)
        return 0


@asynccontextmanager
async def working(worker: Worker) -> AsyncIterator[None]:
    """Let a worker work meanwhile; at the end, wait until what it is sending has arrived."""
    stop = asyncio.Event()
    task = asyncio.create_task(worker.run(stop))
    try:
        yield
    finally:
        stop.set()
        _, unfinished = await asyncio.wait([task], timeout=DRAIN_SECONDS)
        for each in unfinished:
            each.cancel()
        with suppress(asyncio.CancelledError):
            await task
