"""Answers rendered once per revision, kept as finished bytes."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Callable

from sqlalchemy.engine import Connection

from commentsvc import __version__
from commentsvc.store.engine import Store
from commentsvc.web.encoding import Coding, Encoded, encode

Key = tuple[object, ...]
"""Everything that the bytes depend on, the thread's revision among it: an entry is never wrong, only unused."""


class FinishedBytes:
    """A bounded memory of rendered answers, least recently used first out.

    Args:
        limit_bytes: Of all codings together.
    """

    def __init__(self, *, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._size_bytes = 0
        self._kept: OrderedDict[Key, Encoded] = OrderedDict()
        self._rendering: dict[Key, asyncio.Future[Encoded]] = {}

    @property
    def size_bytes(self) -> int:
        """What is kept now."""
        return self._size_bytes

    async def get(
        self,
        store: Store,
        key: Key,
        render: Callable[[Connection], bytes],
        *,
        media_type: str,
        is_compressed: bool = True,
    ) -> Encoded:
        """The answer for this key: from memory, or rendered; many who ask at once wait for one rendering."""
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
            return kept
        if key in self._rendering:
            return await asyncio.shield(self._rendering[key])
        rendering = asyncio.ensure_future(self._render(store, key, render, media_type, is_compressed=is_compressed))
        self._rendering[key] = rendering
        rendering.add_done_callback(lambda done: self._forget(key, done))
        return await asyncio.shield(rendering)

    def _forget(self, key: Key, done: asyncio.Future[Encoded]) -> None:
        del self._rendering[key]
        if not done.cancelled():
            done.exception()  # looked at, in case that everybody who asked has gone away

    async def _render(
        self, store: Store, key: Key, render: Callable[[Connection], bytes], media_type: str, *, is_compressed: bool
    ) -> Encoded:
        body = await store.read(render)
        if is_compressed:
            encoded = encode(body, media_type=media_type, etag=_etag(key, body))
        else:
            encoded = Encoded({Coding.IDENTITY: body}, _etag(key, body), media_type)
        self._keep(key, encoded)
        return encoded

    def _keep(self, key: Key, encoded: Encoded) -> None:
        self._kept[key] = encoded
        self._size_bytes += _size(encoded)
        while self._size_bytes > self._limit_bytes:
            _, oldest = self._kept.popitem(last=False)
            self._size_bytes -= _size(oldest)


def _size(encoded: Encoded) -> int:
    return sum(map(len, encoded.bodies.values()))


def _etag(key: Key, body: bytes) -> str:
    """Of the bytes themselves, so that two processes that render the same agree."""
    return hashlib.sha256(repr((__version__, key[0])).encode() + body).hexdigest()[:24]
