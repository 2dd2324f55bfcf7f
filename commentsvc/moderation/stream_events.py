"""Server-sent events: what happens while a moderator's page is open."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from commentsvc.domain.errors import MalformedParameterError
from commentsvc.moderation.live import Event, Listener, Live
from commentsvc.store.news import Cursor
from commentsvc.web.parts import part
from commentsvc.web.query import read_query
from commentsvc.web.signed_in import SignedIn, signed_in

HEARTBEAT_SECONDS = 15.0
STREAM_SECONDS = 300.0
"""After this the page comes back by itself, and passes the gate again: nobody listens longer than they may."""
_RETRY_MS = 3_000
_CURSOR = re.compile(r"([0-9]{1,18})\.([0-9]{1,18})")
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


async def stream_events(request: Request) -> Response:
    """GET /moderation/events: ``pending``, ``decided``, ``claimed``, ``counts``, from the page's cursor on.

    Source:
        HTML Living Standard, section 9.2 (server-sent events).
    """
    query = read_query(request, required=(), optional=("since",))
    since = _cursor(request.headers.get("last-event-id") or query.get("since"))
    return _Stream(part(request, Live), signed_in(request), since)


class _Stream(Response):
    """An answer that lasts; listening begins with its first byte, so that a refusal can still be told."""

    def __init__(self, live: Live, me: SignedIn, since: Cursor | None) -> None:
        super().__init__(status_code=HTTPStatus.OK, headers=_HEADERS, media_type="text/event-stream")
        self._live, self._me, self._since = live, me, since

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._live.listening(self._me.moderator_id, self._me.site_ids, self._since) as listener:
            streaming = StreamingResponse(_lines(listener), headers=dict(self.headers), media_type=self.media_type)
            del streaming.headers["content-length"]
            await streaming(scope, receive, send)


async def _lines(listener: Listener) -> AsyncIterator[str]:
    yield f"retry: {_RETRY_MS}\n\n"
    loop = asyncio.get_running_loop()
    end = loop.time() + STREAM_SECONDS
    while loop.time() < end:
        try:
            async with asyncio.timeout(HEARTBEAT_SECONDS):
                event = await listener.events.get()
        except TimeoutError:
            yield ": still here\n\n"
            continue
        if event is None:
            return
        yield _written(event)


def _written(event: Event) -> str:
    place = "" if event.cursor is None else f"id: {event.cursor}\n"
    return f"{place}event: {event.name}\ndata: {json.dumps(event.fields)}\n\n"


def _cursor(text: str | None) -> Cursor | None:
    if not text:
        return None
    found = _CURSOR.fullmatch(text)
    if found is None:
        raise MalformedParameterError
    return Cursor(int(found[1]), int(found[2]))
