"""OPTIONS on what a page posts to: may this origin go on?"""

from starlette.requests import Request
from starlette.responses import Response

from commentsvc.domain.errors import ForeignOriginError
from commentsvc.store.site_directory import SiteDirectory
from commentsvc.web import cors
from commentsvc.web.parts import part


async def answer_preflight(request: Request) -> Response:
    """Answer 204 to a registered origin; which site it belongs to is checked when the body is there."""
    return await _answer(request, "POST")


async def answer_preflight_of_own(request: Request) -> Response:
    """Answer 204 to a registered origin; which site it belongs to is checked when the receipt is there."""
    return await _answer(request, "PATCH, DELETE")


async def _answer(request: Request, methods: str) -> Response:
    origin = request.headers.get("origin")
    if origin is None or not await part(request, SiteDirectory).has_origin(origin):
        raise ForeignOriginError
    cors.allow(request, origin)
    return Response(status_code=204, headers=cors.preflight_headers(methods))
