"""An error as a page, for people in a browser."""

from http import HTTPStatus

import structlog
from starlette.requests import HTTPConnection
from starlette.responses import Response

from commentsvc.domain.errors import CommentsvcError
from commentsvc.web.pages import Pages
from commentsvc.web.parts import part

log = structlog.get_logger()


def problem_page(request: HTTPConnection, error: CommentsvcError, *, back: str) -> Response:
    """The error's public sentence as a page with its status.

    Args:
        request: The one that failed.
        error: Why.
        back: Path of a page to go on from.
    """
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("request_failed", code=error.code, reason=str(error))
    answer = part(request, Pages).show("web/problem.html", status=error.status, error=error, back=back)
    if error.retry_after_seconds is not None:
        answer.headers["Retry-After"] = str(error.retry_after_seconds)
    return answer
