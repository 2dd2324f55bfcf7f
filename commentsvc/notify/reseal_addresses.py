"""After a rotation: what is sealed, filed or closed under an older key is opened and put under the newest."""

import secrets
from collections.abc import Callable
from functools import partial

import structlog

from commentsvc.domain.clock import Clocks
from commentsvc.domain.emails import EmailAddress
from commentsvc.domain.errors import CommentsvcError
from commentsvc.store import resealing
from commentsvc.store.engine import Store
from commentsvc.store.resealing import Newest, OldAuthor, OldModerator
from commentsvc.vault.blind_index import BlindIndex
from commentsvc.vault.keys import KeyRing, TokenBytes
from commentsvc.vault.opening import Opener
from commentsvc.vault.sealing import Sealer
from commentsvc.vault.secret_keeper import BoxedSecrets

log = structlog.get_logger()

_AT_ONCE = 100
REST_SECONDS = 3_600.0
"""After it has been through all: a service that was not restarted yet may still use an older key."""
_INDEX_BYTES = 32


class ResealAddresses:
    """Goes through authors and moderators by row id, a hundred at a time, each in a transaction of its own.

    With one key of each kind there is nothing to do, and nothing is asked.

    Args:
        store: Open while the worker runs.
        ring: With its private half.
        clocks: Of the worker.
        token_bytes: Source of cryptographic randomness.
    """

    def __init__(
        self, store: Store, ring: KeyRing, clocks: Clocks, *, token_bytes: TokenBytes = secrets.token_bytes
    ) -> None:
        self._store, self._clocks, self._token_bytes = store, clocks, token_bytes
        self._opener, self._sealer = Opener(ring), Sealer(ring)
        self._index, self._secrets = BlindIndex(ring), BoxedSecrets(ring)
        self._newest = Newest(ring.sealing[0].id, ring.index[0].id)
        self._is_needed = len(ring.sealing) > 1 or len(ring.index) > 1
        self._begins_at = clocks.monotonic()
        self._after_author = self._after_moderator = self._done = 0

    async def do(self) -> int:
        """The next hundred authors; when there are no more, the next hundred moderators; then an hour of rest."""
        if not self._is_needed or self._clocks.monotonic() < self._begins_at:
            return 0
        looked_at = await self._do_authors() or await self._do_moderators()
        if not looked_at:
            log.info("addresses_resealed", count=self._done)
            self._after_author = self._after_moderator = self._done = 0
            self._begins_at = self._clocks.monotonic() + REST_SECONDS
        return looked_at

    async def _do_authors(self) -> int:
        page = partial(resealing.old_authors, newest=self._newest, after=self._after_author, limit=_AT_ONCE)
        found = await self._store.read(page)
        for old in found:
            await self._do(partial(self._author, old))
            self._after_author = old.id
        return len(found)

    async def _do_moderators(self) -> int:
        page = partial(resealing.old_moderators, newest=self._newest, after=self._after_moderator, limit=_AT_ONCE)
        found = await self._store.read(page)
        for old in found:
            await self._do(partial(self._moderator, old))
            self._after_moderator = old.id
        return len(found)

    async def _do(self, prepare: Callable[[], Callable[..., bool]]) -> None:
        """One row: opened and closed anew here, written by the store. What does not open stays as it is."""
        try:
            job = prepare()
        except CommentsvcError as error:
            log.warning("address_not_resealed", code=error.code)
        else:
            self._done += await self._store.write(job)

    def _author(self, old: OldAuthor) -> Callable[..., bool]:
        email = self._opener.open(old.sealed_email)
        return partial(
            resealing.renew_author,
            old=old,
            sealed_email=self._seal(email, old.sealed_email),
            blind_index=self._index.of(email, site_key=old.site_key),
        )

    def _moderator(self, old: OldModerator) -> Callable[..., bool]:
        email, closed = self._opener.open(old.sealed_email), old.closed_secret
        if closed is not None:
            secret = self._secrets.open(closed, moderator_id=old.id)
            closed = self._secrets.close(secret, moderator_id=old.id)
        return partial(
            resealing.renew_moderator,
            old=old,
            sealed_email=self._seal(email, old.sealed_email),
            blind_index=self._index.of_moderator(email),
            closed_secret=closed,
            nobody=self._newest.index + self._token_bytes(_INDEX_BYTES),
            now=self._clocks.now(),
        )

    def _seal(self, email: EmailAddress, sealed: bytes) -> bytes:
        """The address under the newest key, the same bytes if it is under it already."""
        is_newest = sealed[1 : 1 + len(self._newest.sealing)] == self._newest.sealing
        return sealed if is_newest else self._sealer.seal(email)
