"""What is read most is answered in front of the framework: kept answers, sent again as long as they are true.

An answer is made by the ordinary route once, with all its headers, and kept by path, query and coding. It is sent again
until its thread moves on, and for `GOOD_FOR_SECONDS` at most, because some changes are told by nobody: a site's
settings, a thread that grows too old. Then the route is asked again, which costs one look at the thread's revision.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from typing import Protocol

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from commentsvc.web.encoding import Coding, best_coding, is_among

GOOD_FOR_SECONDS = 2.0
KEPT_BYTES = 32 * 1024 * 1024
_PATHS = frozenset({
    "/api/v1/thread", "/api/v1/replies", "/api/v1/counts", "/api/v1/recent", "/feed", "/fragment", "/embed.js",
    "/counts.js",
})  # fmt: skip
_LONGEST_QUERY = 4_096
_OVERHEAD_BYTES = 2_048
"""Of an entry with its headers."""
_SLOT = "commentsvc.true_until"
_OK, _NOT_MODIFIED, _UNAVAILABLE = 200, 304, 503
_OF_THE_BODY = frozenset({b"content-type", b"content-length", b"content-encoding"})

Headers = list[tuple[bytes, bytes]]
Key = tuple[str, bytes, Coding]


class Moves(Protocol):
    """Tells when threads last moved on, in steps that only grow."""

    @property
    def now(self) -> int:
        """The last step of all."""
        ...

    def of(self, thread_id: int | None) -> int:
        """The last step that may have changed this thread; None: the last of all."""
        ...


class Never(Enum):
    """What an answer waits for that is the same as long as the process lives."""

    MOVES = auto()


Awaited = int | Never | None
"""Row id of the thread that an answer shows; None: it may change with any thread."""


def true_until(request: Request, moved: Awaited) -> None:
    """Let the answer be kept until this thread moves on."""
    request.scope[_SLOT] = moved


@dataclass(frozen=True, slots=True)
class Answer:
    """All that is sent, twice: as messages for the framework's server, and as bytes."""

    status: int
    headers: Headers
    body: bytes
    head: bytes
    """The headers as they stand on the wire, with the empty line behind them."""


@dataclass(slots=True)
class _Kept:
    """A finished answer, and what it has to be compared with."""

    whole: Answer
    unchanged: Answer
    """For whoever has it already: 304."""
    etag: bytes
    moved: Awaited
    made_at: int
    """The step of `Moves` before the database was asked."""
    good_until: float
    size: int

    def is_true(self, moves: Moves, now: float) -> bool:
        if isinstance(self.moved, Never):
            return True
        return moves.of(self.moved) <= self.made_at and now < self.good_until

    def answer(self, known: bytes) -> Answer:
        """The answer to somebody who has what `If-None-Match` names."""
        if known and (known == self.etag or is_among(self.etag.decode(), known.decode("latin-1"))):
            return self.unchanged
        return self.whole


class Front:
    """Answers what is kept, and passes on everything else.

    Args:
        app: The framework's application.
        moves: Tells when threads moved on.
        monotonic: Seconds that never go back.
        limit_bytes: What may be kept; what was asked for longest ago goes first.
    """

    def __init__(
        self, app: ASGIApp, moves: Moves, monotonic: Callable[[], float], *, limit_bytes: int = KEPT_BYTES
    ) -> None:
        self._app = app
        self._moves = moves
        self._monotonic = monotonic
        self._limit_bytes = limit_bytes
        self._size_bytes = 0
        self._kept: OrderedDict[Key, _Kept] = OrderedDict()
        self._asking: dict[Key, tuple[int, asyncio.Future[_Kept | None]]] = {}

    @property
    def size_bytes(self) -> int:
        """What is kept now, without what Python needs for it."""
        return self._size_bytes

    def kept_answer(self, scope: Scope) -> Answer | None:
        """What is kept and still true; None: the application has to be asked."""
        if scope["path"] not in _PATHS or scope["method"] != "GET":
            return None
        key, known = _key_of(scope)
        kept = self._kept.get(key)
        if kept is None or not kept.is_true(self._moves, self._monotonic()):
            return None
        self._kept.move_to_end(key)
        return kept.answer(known)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http" or scope["path"] not in _PATHS or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        answer = self.kept_answer(scope)
        if answer is None:
            key, known = _key_of(scope)
            made = await self._ask(key, scope, receive, send)
            if made is None:
                return
            answer = made.answer(known)
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        await send({"type": "http.response.body", "body": answer.body})

    async def _ask(self, key: Key, scope: Scope, receive: Receive, send: Send) -> _Kept | None:
        """The answer from the app; None if it was none to keep, and has been sent.

        Many who ask for the same at once wait for one answer, unless anything has moved since that was asked for.
        """
        asking = self._asking.get(key)
        if asking is not None and asking[0] == self._moves.now:
            kept = await asyncio.shield(asking[1])
            if kept is not None:
                return kept
        made_at = self._moves.now
        answer: asyncio.Future[_Kept | None] = asyncio.get_running_loop().create_future()
        self._asking[key] = (made_at, answer)
        kept = None
        try:
            kept = await self._make(key, scope, receive, send, made_at)
        finally:
            answer.set_result(kept)
            if self._asking.get(key) == (made_at, answer):
                del self._asking[key]
        return kept

    async def _make(self, key: Key, scope: Scope, receive: Receive, send: Send, made_at: int) -> _Kept | None:
        asked: Scope = {**scope, "headers": _without_conditions(scope["headers"], key[2])}
        messages: list[Message] = []
        former = self._kept.get(key)
        is_passed_on = False

        async def look(message: Message) -> None:
            nonlocal is_passed_on
            if message["type"] == "http.response.start":
                is_passed_on = not (
                    (message["status"] == _OK and _SLOT in asked)
                    or (message["status"] >= _UNAVAILABLE and former is not None)  # better an old answer than none
                )
            if is_passed_on:
                await send(message)
            else:
                messages.append(message)

        await self._app(asked, receive, look)
        if is_passed_on:
            return None
        if messages[0]["status"] != _OK:
            return former
        return self._keep(key, messages, asked[_SLOT], made_at)

    def _keep(self, key: Key, messages: list[Message], moved: Awaited, made_at: int) -> _Kept:
        start, *parts = messages
        body = parts[0]["body"] if len(parts) == 1 else b"".join(part.get("body", b"") for part in parts)
        headers: Headers = start["headers"]
        kept = _Kept(
            whole=_answer(_OK, headers, body),
            unchanged=_answer(_NOT_MODIFIED, [each for each in headers if each[0] not in _OF_THE_BODY], b""),
            etag=next(value for name, value in headers if name == b"etag"),
            moved=moved,
            made_at=made_at,
            good_until=self._monotonic() + GOOD_FOR_SECONDS,
            size=len(body) + len(key[1]) + _OVERHEAD_BYTES,
        )
        former = self._kept.pop(key, None)
        self._size_bytes -= former.size if former is not None else 0
        if len(key[1]) <= _LONGEST_QUERY:
            self._kept[key] = kept
            self._size_bytes += kept.size
        while self._size_bytes > self._limit_bytes:
            self._size_bytes -= self._kept.popitem(last=False)[1].size
        return kept


def _key_of(scope: Scope) -> tuple[Key, bytes]:
    """What an answer is kept under, and the ETags that the client has."""
    accepted = known = b""
    for name, value in scope["headers"]:
        if name == b"accept-encoding":
            accepted = value
        elif name == b"if-none-match":
            known = value
    return (scope["path"], scope["query_string"], _coding(accepted)), known


def _answer(status: int, headers: Headers, body: bytes) -> Answer:
    lines = [b"%s: %s\r\n" % header for header in headers]
    return Answer(status, headers, body, b"".join([*lines, b"\r\n"]))


def _without_conditions(headers: Iterable[tuple[bytes, bytes]], coding: Coding) -> Headers:
    """The head that makes the app answer in full, in just this coding."""
    kept = [(name, value) for name, value in headers if name not in {b"if-none-match", b"accept-encoding"}]
    return [*kept, (b"accept-encoding", coding.encode())]


@lru_cache(maxsize=256)
def _coding(accepted: bytes) -> Coding:
    return best_coding(accepted.decode("latin-1"))
