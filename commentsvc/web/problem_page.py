"""An error as a page, for people in a browser."""

import functools
from collections.abc import Awaitable, Callable
from http import HTTPStatus

import structlog
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from commentsvc.domain.errors import CommentsvcError
from commentsvc.web.pages import Pages
from commentsvc.web.parts import part
from commentsvc.web.problems import answer_error
from commentsvc.web.spoken_language import language_of
from commentsvc.web.wants_json import wants_json
from commentsvc.words.catalogues import ENGLISH

log = structlog.get_logger()

Endpoint = Callable[[Request], Awaitable[Response]]


def errors_as_pages(endpoint: Endpoint, *, back: str | None = None) -> Endpoint:
    """The same endpoint for people in a browser: what it refuses comes as a page, as JSON only to those who ask so.

    Args:
        endpoint: As it is for programs.
        back: Path of a page to go on from. Moderators have one, and are told in English; readers in their language.
    """

    @functools.wraps(endpoint)
    async def handler(request: Request) -> Response:
        try:
            return await endpoint(request)
        except CommentsvcError as error:
            return answer_error(request, error) if wants_json(request) else problem_page(request, error, back=back)

    return handler


def problem_page(request: HTTPConnection, error: CommentsvcError, *, back: str | None) -> Response:
    """The error's public sentence as a page with its status.

    Args:
        request: The one that failed.
        error: Why.
        back: Path of a page of moderators to go on from; None for readers.
    """
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("request_failed", code=error.code, reason=str(error))
    language = ENGLISH if back else language_of(request)
    answer = part(request, Pages).show(
        "web/problem.html", status=error.status, language=language, error=error, back=back
    )
    if error.retry_after_seconds is not None:
        answer.headers["Retry-After"] = str(error.retry_after_seconds)
    return answer
