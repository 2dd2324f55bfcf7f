"""What happens meanwhile, told to moderators who listen: one watcher a process looks for all of them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from sqlalchemy.engine import Connection

from commentsvc.domain.errors import StorageUnavailableError, TooManyRequestsError
from commentsvc.domain.status import CommentStatus
from commentsvc.moderation.places import COUNT_UP_TO
from commentsvc.store import claims, news, queue
from commentsvc.store.claims import Claim
from commentsvc.store.engine import Store
from commentsvc.store.news import Cursor, News

log = structlog.get_logger()

EVERY_SECONDS = 1.0
"""How long news from another process may take; our own comes at once."""
_AT_ONCE = 200
_WAITING = 500
"""Events that one listener may be behind; whoever is slower is cut off and comes back with its cursor."""
PER_MODERATOR = 6
"""Open pages; one more is refused."""
_RETRY_AFTER_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Event:
    """One thing to tell."""

    name: str
    fields: Mapping[str, object]
    cursor: Cursor | None = None
    """Where to go on from; only on the last event of those that belong together."""


@dataclass(eq=False)
class Listener:
    """One open page."""

    moderator_id: int
    site_ids: frozenset[int]
    events: "asyncio.Queue[Event | None]" = field(default_factory=lambda: asyncio.Queue(_WAITING))
    """None: it is over."""

    def tell(self, event: Event) -> None:
        """Hand over an event; a page that reads nothing is let go."""
        try:
            self.events.put_nowait(event)
        except asyncio.QueueFull:
            self.end()

    def end(self) -> None:
        """Let the page go."""
        while self.events.full():
            self.events.get_nowait()
        self.events.put_nowait(None)


@dataclass(frozen=True, slots=True)
class _Seen:
    """One look at the database."""

    news: News
    claims: Mapping[str, Claim]
    counts: Mapping[frozenset[int], Mapping[CommentStatus, int]]


class Live:
    """The listeners of this process, and the watcher that works as long as there are any.

    Args:
        store: To look at.
        now: For claims that end.
    """

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store, self._now = store, now
        self._listeners: set[Listener] = set()
        self._kicked = asyncio.Event()
        self._watcher: asyncio.Task[None] | None = None
        self._cursor = Cursor(0, 0)
        self._claims: Mapping[str, Claim] = {}
        self._is_open = True

    def kick(self) -> None:
        """Something was just written by ourselves: look at once."""
        self._kicked.set()

    @asynccontextmanager
    async def listening(
        self, moderator_id: int, site_ids: frozenset[int], since: Cursor | None
    ) -> AsyncIterator[Listener]:
        """Listen for as long as the context lasts; what happened since a moment is told first.

        Raises:
            TooManyRequestsError: The moderator has too many pages open.
        """
        if sum(each.moderator_id == moderator_id for each in self._listeners) >= PER_MODERATOR:
            raise TooManyRequestsError(retry_after_seconds=_RETRY_AFTER_SECONDS)
        listener = Listener(moderator_id, site_ids)
        await self._begin(listener)
        try:
            if since is not None:
                await self._tell_missed(listener, since)
            if not self._is_open:
                listener.end()
            yield listener
        finally:
            self._listeners.discard(listener)
            if not self._listeners:
                await self._stop()

    def let_go(self) -> None:
        """Let every page go, so that the service can stop."""
        self._is_open = False
        for listener in self._listeners:
            listener.end()

    async def _tell_missed(self, listener: Listener, since: Cursor) -> None:
        is_more = True
        while is_more:
            missed = await self._store.read(lambda conn, since=since: news.since(conn, since, limit=_AT_ONCE))  # type: ignore[misc]
            _tell_news(missed, [listener])
            is_more, since = missed.until != since, missed.until
        listener.tell(Event("moment", {}, since))

    async def _begin(self, listener: Listener) -> None:
        if self._watcher is None:
            self._cursor = await self._store.read(news.now)
        self._listeners.add(listener)
        if self._watcher is None and self._is_open:
            self._watcher = asyncio.create_task(self._watch(), name="moderation-live")

    async def _stop(self) -> None:
        watcher, self._watcher = self._watcher, None
        if watcher is not None:
            watcher.cancel()
            with suppress(asyncio.CancelledError):
                await watcher

    async def _watch(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(EVERY_SECONDS):
                    await self._kicked.wait()
            self._kicked.clear()
            with suppress(StorageUnavailableError):  # the next look may find it again; pages keep their cursor
                await self._look()

    async def _look(self) -> None:
        who = list(self._listeners)
        seen = await self._store.read(lambda conn: self._see(conn, {each.site_ids for each in who}))
        self._cursor = seen.news.until
        _tell_news(seen.news, who)
        self._tell_claims(seen.claims, who)
        for each in who if seen.counts else ():
            counts = {str(status): count for status, count in seen.counts[each.site_ids].items()}
            each.tell(Event("counts", counts, self._cursor))

    def _see(self, conn: Connection, groups: Iterable[frozenset[int]]) -> _Seen:
        found = news.since(conn, self._cursor, limit=_AT_ONCE)
        current = {each.comment: each for each in claims.all_claims(conn, now=self._now(), limit=_WAITING)}
        counts: dict[frozenset[int], Mapping[CommentStatus, int]] = {}
        if found.until != self._cursor:
            counts = {each: queue.counts(conn, site_ids=each, up_to=COUNT_UP_TO) for each in groups}
        return _Seen(found, current, counts)

    def _tell_claims(self, current: Mapping[str, Claim], who: Iterable[Listener]) -> None:
        former, self._claims = self._claims, current
        changed = {each for each in former.keys() | current.keys() if former.get(each) != current.get(each)}
        for public_id in changed:
            claim = current.get(public_id) or former[public_id]
            for each in who:
                if claim.site_id in each.site_ids and claim.moderator_id != each.moderator_id:
                    name = claim.name if public_id in current else None
                    each.tell(Event("claimed", {"id": public_id, "moderator": name}))


def _tell_news(found: News, who: Iterable[Listener]) -> None:
    for each in who:
        for comment in found.comments:
            if comment.site_id in each.site_ids:
                each.tell(Event("pending", {"id": comment.id}))
        for moved in found.moved:
            if moved.site_id in each.site_ids:
                fields = {
                    "id": moved.id,
                    "status": moved.status,
                    "decision": moved.act,
                    "moderator": moved.name,
                    "batch": moved.batch,
                    "mine": moved.moderator_id == each.moderator_id,
                }
                each.tell(Event("decided", fields))
