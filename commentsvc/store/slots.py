"""So many jobs at a time, and who waits is served in turns: PostgreSQL's counterpart of SQLite's one writer."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from commentsvc.store.turns import Origin, Turns


class Slots:
    """Keeps a crowd from taking every connection, and a flood from being ahead of everybody else.

    Args:
        count: Jobs that may run at once.
    """

    def __init__(self, count: int) -> None:
        self._count = self._free = count
        self._waiting: Turns[asyncio.Future[None]] = Turns()
        self._next: deque[asyncio.Future[None]] = deque()
        """The portion that is being served: moderators' jobs first, then one of each reader's network."""

    @asynccontextmanager
    async def taken(self, origin: Origin | None) -> AsyncIterator[None]:
        """While one's own job runs.

        Raises:
            StorageUnavailableError: Too many wait already.
        """
        await self._take(origin)
        try:
            yield
        finally:
            self._give()

    async def _take(self, origin: Origin | None) -> None:
        if self._free:
            self._free -= 1
            return
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(mine, origin)
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():  # it was given to us, and we are no longer here
                self._give()
            raise

    def _give(self) -> None:
        """Hand a slot to whose turn it is; who went away is passed over."""
        while self._next or self._waiting:
            self._next = self._next or deque(self._waiting.take(self._count))
            following = self._next.popleft()
            if not following.done():
                following.set_result(None)
                return
        self._free += 1
