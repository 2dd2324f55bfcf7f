"""Which pages may read our answers: everybody's may read what is public, a site's own pages may post."""

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

EVERYBODY = "*"
_SLOT = "commentsvc.allow_origin"
_PREFLIGHT = {
    "Access-Control-Allow-Headers": "Content-Type, Idempotency-Key, Authorization",
    "Access-Control-Max-Age": "7200",
}


def allow(request: HTTPConnection, origin: str | None) -> None:
    """Let pages of this origin read the answer, whether it is a success or an error; None: no page at all."""
    request.scope[_SLOT] = origin


def preflight_headers(methods: str) -> dict[str, str]:
    """Headers of the answer to OPTIONS, for an origin that may go on."""
    return {"Access-Control-Allow-Methods": methods, **_PREFLIGHT}


class Cors:
    """Puts `Access-Control-Allow-Origin` on an answer whose handler said `allow`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the request."""

        async def with_header(message: Message) -> None:
            origin = scope.get(_SLOT)
            if message["type"] == "http.response.start" and origin is not None:
                headers = MutableHeaders(scope=message)
                headers["Access-Control-Allow-Origin"] = origin
                headers["Access-Control-Expose-Headers"] = "Retry-After"
                headers["Cross-Origin-Resource-Policy"] = "cross-origin"
                if origin != EVERYBODY:
                    headers.add_vary_header("Origin")
            await send(message)

        await self.app(scope, receive, with_header if scope["type"] == "http" else send)
