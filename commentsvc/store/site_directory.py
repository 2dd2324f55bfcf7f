"""The sites, kept in memory for a moment, because every request asks for one and they hardly ever change."""

import asyncio
from collections.abc import Callable

from commentsvc.domain.errors import UnknownSiteError
from commentsvc.domain.site import Site
from commentsvc.store import sites
from commentsvc.store.engine import Store


class SiteDirectory:
    """All sites, read again when what is known is older than `max_age_seconds`.

    Args:
        store: Where they are.
        monotonic: Seconds that never go back, such as `time.monotonic`.
        max_age_seconds: How long a change from another process may go unnoticed.
    """

    def __init__(self, store: Store, *, monotonic: Callable[[], float], max_age_seconds: float = 2.0) -> None:
        self._store = store
        self._monotonic = monotonic
        self._max_age_seconds = max_age_seconds
        self._read_at = float("-inf")
        self._by_key: dict[str, Site] = {}
        self._origins: frozenset[str] = frozenset()
        self._reading = asyncio.Lock()

    async def by_key(self, key: str) -> Site:
        """The site with this key.

        Raises:
            UnknownSiteError: There is none.
        """
        await self._refresh()
        try:
            return self._by_key[key]
        except KeyError:
            raise UnknownSiteError from None

    async def has_origin(self, origin: str) -> bool:
        """Whether any site has this origin."""
        await self._refresh()
        return origin in self._origins

    async def _refresh(self) -> None:
        if self._is_fresh():
            return
        async with self._reading:
            if not self._is_fresh():
                found = await self._store.read(sites.all_sites)
                self._by_key = {site.key: site for site in found}
                self._origins = frozenset(origin for site in found for origin in site.origins)
                self._read_at = self._monotonic()

    def _is_fresh(self) -> bool:
        return self._monotonic() - self._read_at < self._max_age_seconds
