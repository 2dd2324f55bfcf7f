"""Tells a cache in front of us, after the commit, which answers it may not keep any longer."""

import asyncio
import http.client
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import structlog

from commentsvc.domain.errors import StorageUnavailableError
from commentsvc.publication.surrogate_keys import EVERYTHING, HEADER, list_key, thread_key
from commentsvc.store import threads
from commentsvc.store.engine import Store

log = structlog.get_logger()

_KEYS_IN_ONE = 100
_MOST_WAITING = 10_000
"""Threads; beyond that everything is purged."""
_AGAIN_SECONDS = 3.0
"""So long another process may answer from before the commit, and a cache keep that: it is told once more."""
_PATIENCE_SECONDS = 5.0
_PAUSES_SECONDS = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 20.0)
"""Between tries of one request; then it is given up: the answers run out by themselves."""
_FAREWELL_SECONDS = 2.0
_OK = range(200, 300)


@dataclass(frozen=True, slots=True)
class PurgeTarget:
    """Where a cache takes purges, and how."""

    url: str
    """http or https; the operator's own, so any host."""
    method: str = "POST"
    header: str = HEADER
    """Carries the keys, with a space between."""
    authorization: tuple[str, str] | None = field(default=None, repr=False)
    """A header and its value."""


class CachePurge:
    """Collects what moved on, and tells the cache as fast as it takes it; nobody waits for that.

    Args:
        store: Knows the addresses of threads.
        target: Whom to tell.
    """

    def __init__(self, store: Store, target: PurgeTarget) -> None:
        self._store, self._target = store, target
        self._moved: set[int] = set()
        self._being_told: set[int] = set()
        self._is_everything = False
        self._wanted = asyncio.Event()

    def tell(self, thread_ids: Collection[int]) -> None:
        """These threads moved on, by a commit of this process."""
        self._want(thread_ids)
        asyncio.get_running_loop().call_later(_AGAIN_SECONDS, self._want, thread_ids)

    def _want(self, thread_ids: Collection[int]) -> None:
        self._moved.update(thread_ids)
        if len(self._moved) > _MOST_WAITING:
            self._moved.clear()
            self._is_everything = True
        self._wanted.set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Purge in the background; at the end, what is left once."""
        self._store.moves.on_own(self.tell)
        task = asyncio.create_task(self._run(), name="cache-purge")
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            with suppress(TimeoutError, OSError, StorageUnavailableError):
                async with asyncio.timeout(_FAREWELL_SECONDS):
                    self._moved |= self._being_told
                    await self._purge(await self._take(), pauses=())

    async def _run(self) -> None:
        while True:
            await self._wanted.wait()
            try:
                await self._purge(await self._take(), pauses=_PAUSES_SECONDS)
            except StorageUnavailableError:  # where those threads are is not known: all is purged with the next commit
                self._is_everything = True
            self._being_told.clear()

    async def _take(self) -> Sequence[str]:
        """Keys of all that moved and is not told yet; a commit meanwhile is told with the next."""
        self._wanted.clear()
        self._being_told, self._moved = self._moved, set()
        if self._is_everything:
            self._is_everything = False
            return (EVERYTHING,)
        if not self._being_told:
            return ()
        places = await self._store.read(lambda conn: threads.places(conn, self._being_told))
        return sorted({key for site, address in places for key in (thread_key(address), list_key(site))})

    async def _purge(self, keys: Sequence[str], *, pauses: Sequence[float]) -> None:
        for first in range(0, len(keys), _KEYS_IN_ONE):
            await self._ask(keys[first : first + _KEYS_IN_ONE], pauses)

    async def _ask(self, keys: Sequence[str], pauses: Sequence[float]) -> None:
        for pause in (*pauses, None):
            status = await asyncio.to_thread(_send, self._target, " ".join(keys))
            if status in _OK:
                return
            if pause is None:
                log.warning("purge_failed", status=status, count=len(keys))
            else:
                await asyncio.sleep(pause)


def _send(target: PurgeTarget, keys: str) -> int:
    """The answer's status; 0 if none came."""
    parts = urlsplit(target.url)
    connect = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = connect(str(parts.hostname), parts.port, timeout=_PATIENCE_SECONDS)
    path = parts.path or "/"
    headers = {
        target.header: keys,
        "Content-Length": "0",
        **dict([target.authorization] if target.authorization else []),
    }
    try:
        connection.request(target.method, f"{path}?{parts.query}" if parts.query else path, headers=headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException, UnicodeError):
        return 0
    finally:
        connection.close()
