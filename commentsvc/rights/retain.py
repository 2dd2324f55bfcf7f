"""Once a day, what has been kept long enough goes: a chore of the worker, in small portions."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy.engine import Connection

from commentsvc.domain.clock import Clocks
from commentsvc.domain.rights import Erased
from commentsvc.domain.site import Site
from commentsvc.store import erasing, remembered, retention, sites
from commentsvc.store.engine import Store
from commentsvc.store.retention import SessionsKept

log = structlog.get_logger()

EVERY = timedelta(days=1)
PORTION = 200
"""Authors or comments erased in one transaction."""
_REMEMBERED = "retained_at"


class Retention:
    """Erases addresses, refused words, old mails and what has expired, as each site's policy says.

    Args:
        store: Open while it is used.
        clocks: Of the service.
        kept: How long moderators' sessions last.
    """

    def __init__(self, store: Store, clocks: Clocks, kept: SessionsKept) -> None:
        self._store, self._clocks, self._kept = store, clocks, kept
        self._due_at: datetime | None = None
        self._looked_at: dict[int, int] = {}
        """Site → the last author that was looked at in this round."""
        self._has_erased = False

    async def do(self) -> int:
        """Do a portion of the day's round; 0 if it is done, or was done today."""
        now = self._clocks.now()
        if self._due_at is None:
            last = await self._store.read(last_round)
            self._due_at = now if last is None else last + EVERY
        if now < self._due_at:
            return 0
        done = await self.portion(now)
        if done.is_finished:
            await self._end(now)
            return 0
        return max(1, done.count)

    async def all_of_it(self) -> Erased:
        """A whole round, now."""
        now, total = self._clocks.now(), Erased()
        while True:
            done = await self.portion(now)
            total += done
            if done.is_finished:
                await self._end(now)
                return total

    async def portion(self, now: datetime) -> Erased:
        """A little of everything that is due; finished if nothing was."""
        done, is_finished = Erased(), True
        for site in await self._store.read(sites.all_sites):
            for part in (await self._words(site, now), await self._addresses(site, now)):
                done += part
                is_finished = is_finished and part.is_finished and not part.count
        swept = await self._store.write(partial(retention.sweep, kept=self._kept, now=now))
        self._has_erased = self._has_erased or bool(done.count or swept)
        return replace(done, is_finished=is_finished and not swept)

    async def _words(self, site: Site, now: datetime) -> Erased:
        days = site.policy.refused_days
        if days is None:
            return Erased()
        before = now - timedelta(days=days)
        return await self._store.write(
            lambda conn: retention.erase_words(conn, site.id, before=before, now=now, limit=PORTION)
        )

    async def _addresses(self, site: Site, now: datetime) -> Erased:
        days = site.policy.address_days
        before = None if days is None else now - timedelta(days=days)
        after = self._looked_at.get(site.id, 0)

        def find(conn: Connection) -> list[int]:
            return retention.addresses_due(conn, site.id, before=before, now=now, after_row_id=after, limit=PORTION)

        due = await self._store.read(find)
        if not due:
            return Erased()
        self._looked_at[site.id] = due[-1]
        done = await self._store.write(
            lambda conn: retention.erase_addresses(conn, site.id, due, before=before, now=now)
        )
        return replace(done, is_finished=False)  # there may be more behind the last of them

    async def _end(self, now: datetime) -> None:
        """The files are cleaned once for all portions; if others are in the way, tomorrow's round does it."""
        if await self._store.write(erasing.take_scrub_due) or self._has_erased:
            self._has_erased = not await self._store.scrub()
        await self._store.write(lambda conn: remembered.remember(conn, _REMEMBERED, now.isoformat()))
        self._due_at = now + EVERY
        self._looked_at.clear()
        log.info("retention_done")


def last_round(conn: Connection) -> datetime | None:
    """When the last round ended; None if there was none."""
    found = remembered.recall(conn, _REMEMBERED)
    return datetime.fromisoformat(found) if isinstance(found, str) else None


async def is_overdue(store: Store, now: datetime) -> bool:
    """Whether nobody has done a round for two days; on a new installation, since its first site."""
    last = await store.read(last_round) or await store.read(retention.begun_at)
    return last is not None and now - last > 2 * EVERY
