"""OPTIONS on what a page posts to: may this origin go on?"""

from starlette.requests import Request
from starlette.responses import Response

from commentsvc.domain.errors import ForeignOriginError
from commentsvc.store.site_directory import SiteDirectory
from commentsvc.web import cors
from commentsvc.web.parts import part


async def answer_preflight(request: Request) -> Response:
    """Answer 204 to a registered origin; which site it belongs to is checked when the body is there."""
    origin = request.headers.get("origin")
    if origin is None or not await part(request, SiteDirectory).has_origin(origin):
        raise ForeignOriginError
    cors.allow(request, origin)
    return Response(status_code=204, headers=cors.preflight_headers("POST"))
