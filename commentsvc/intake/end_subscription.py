"""/unsubscribe: the way out of a subscription, for people by a button, for mail programs by one request."""

import structlog
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from commentsvc.domain.clock import Clocks
from commentsvc.domain.errors import InvalidTokenError, MalformedParameterError
from commentsvc.store import subscriptions
from commentsvc.store.engine import Store
from commentsvc.store.subscriptions import Subscription
from commentsvc.web.body import read_form
from commentsvc.web.pages import Pages
from commentsvc.web.parts import part
from commentsvc.web.query import read_query
from commentsvc.web.reader_links import ReaderLinks

log = structlog.get_logger()

_ONE_CLICK = {"List-Unsubscribe": "One-Click"}
_FORM_BYTES = 8 * 1024


async def show_way_out(request: Request) -> Response:
    """GET /unsubscribe: buttons that end one subscription, or all mail from the site; looking changes nothing."""
    token = read_query(request, required={"t"})["t"]
    public_id = part(request, ReaderLinks).read_unsubscribe(token)
    found = await part(request, Store).read(lambda conn: subscriptions.find(conn, public_id))
    return _page(request, found, token)


async def end_subscription(request: Request) -> Response:
    """POST /unsubscribe: end it; a mail program sends ``List-Unsubscribe=One-Click`` and needs no page or cookie.

    Source:
        RFC 8058 section 3.1: the request carries no cookies or other context; section 5: its URI cannot be guessed.
    """
    token = read_query(request, required={"t"})["t"]
    fields = await read_form(request, limit_bytes=_FORM_BYTES)
    public_id, now = part(request, ReaderLinks).read_unsubscribe(token), part(request, Clocks).now()
    is_all = fields == {"do": "end_all"}
    if not is_all and fields not in ({"do": "end"}, _ONE_CLICK):
        raise MalformedParameterError

    def job(conn: Connection) -> Subscription | None:
        (subscriptions.end_all if is_all else subscriptions.end)(conn, public_id, now=now)
        return subscriptions.find(conn, public_id)

    found = await part(request, Store).write(job)
    log.info("subscription_ended")
    if fields == _ONE_CLICK:
        return PlainTextResponse("The subscription has ended.\n", headers={"Cache-Control": "no-store"})
    return _page(request, found, token)


def _page(request: Request, found: Subscription | None, token: str) -> Response:
    """The page.

    Raises:
        InvalidTokenError: The subscription is gone (403).
    """
    if found is None:
        raise InvalidTokenError("of a subscription that is gone")
    return part(request, Pages).show(
        "intake/unsubscribe.html", language=found.language, subscription=found, token=token
    )
