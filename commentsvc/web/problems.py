"""Errors on the wire: one tree, one shape (RFC 9457), and nothing private in it."""

import secrets
from collections.abc import Mapping
from typing import Any

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from commentsvc.domain.errors import CommentsvcError, MethodNotAllowedError, NotFoundError

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"
_BY_STATUS: dict[int, type[CommentsvcError]] = {404: NotFoundError, 405: MethodNotAllowedError}


def as_json(error: CommentsvcError) -> dict[str, Any]:
    """The problem document: `type`, `title`, `status`, `code`, and `fields` where fields are at fault.

    Source:
        RFC 9457 section 3.
    """
    body: dict[str, Any] = {
        "type": f"urn:commentsvc:problem:{error.code}",
        "title": error.public,
        "status": error.status,
        "code": error.code,
    }
    if error.fields:
        body["fields"] = error.fields
    return body


def response_for(error: CommentsvcError, *, also: Mapping[str, object] | None = None) -> Response:
    """The error as an answer that no cache keeps.

    Args:
        error: What is refused.
        also: Extension members of the problem document (RFC 9457 section 3.2).
    """
    headers = {"Cache-Control": "no-store"}
    if error.retry_after_seconds is not None:
        headers["Retry-After"] = str(error.retry_after_seconds)
    return JSONResponse(as_json(error) | dict(also or {}), error.status, headers, MEDIA_TYPE)


def answer_error(_request: Request, error: Exception) -> Response:
    """Exception handler for the whole tree."""
    assert isinstance(error, CommentsvcError)  # noqa: S101 - registered for this class only
    if error.status >= 500:  # noqa: PLR2004 - ours, not the client's
        log.error("request_failed", code=error.code, reason=str(error))
    return response_for(error)


def answer_http_exception(_request: Request, error: Exception) -> Response:
    """Exception handler for what the framework refuses: unknown addresses and methods."""
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class only
    answer = response_for(_BY_STATUS.get(error.status_code, NotFoundError)())
    answer.headers.update(error.headers or {})
    return answer


class LastResort:
    """Around all routes: the unforeseen becomes a plain 500 with an incident number, and a log line without words."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        has_started = False

        async def watch(message: Message) -> None:
            nonlocal has_started
            has_started = has_started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watch)
        except ClientDisconnect:  # while it was still sending: nobody is left to answer
            log.debug("client_went_away")
        except Exception as error:  # noqa: BLE001 - the last resort
            incident = secrets.token_hex(6)
            log.error("unhandled_error", incident=incident, error=type(error).__name__, where=where(error))  # noqa: TRY400 - a traceback may hold a reader's words
            if not has_started:
                failure = CommentsvcError(incident)
                body = as_json(failure) | {"incident": incident}
                answer = JSONResponse(body, 500, {"Cache-Control": "no-store"}, MEDIA_TYPE)
                await answer(scope, receive, send)


def where(error: BaseException) -> str:
    """The innermost places of a traceback, ``file:line function``, without any values."""
    places: list[str] = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return " < ".join(reversed(places[-6:]))
