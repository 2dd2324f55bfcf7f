"""GET /healthz and /readyz: is the process alive, can it do its work?"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from commentsvc.web.parts import part

_UNCACHED = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Health:
    """How to find out."""

    is_ready: Callable[[], Awaitable[bool]]


async def show_liveness(_request: Request) -> Response:
    """Answer 200 as long as the process answers at all."""
    return JSONResponse({"status": "alive"}, headers=_UNCACHED)


async def show_readiness(request: Request) -> Response:
    """Answer 200 if the database answers, else 503."""
    if await part(request, Health).is_ready():
        return JSONResponse({"status": "ready"}, headers=_UNCACHED)
    return JSONResponse({"status": "database unreachable"}, status_code=503, headers=_UNCACHED)
