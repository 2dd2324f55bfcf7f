"""/subscription: what a reader is told by mail; looking changes nothing, its buttons confirm, change and end it."""

from collections.abc import Mapping
from datetime import datetime

import structlog
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from commentsvc.domain.clock import Clocks
from commentsvc.domain.errors import InvalidTokenError, MalformedParameterError, UnknownFieldError
from commentsvc.domain.subscriptions import Frequency, Scope
from commentsvc.intake.origins import check_own_page
from commentsvc.store import subscriptions
from commentsvc.store.engine import Store
from commentsvc.store.subscriptions import Subscription
from commentsvc.web.body import read_form
from commentsvc.web.pages import Pages
from commentsvc.web.parts import part
from commentsvc.web.query import read_query
from commentsvc.web.reader_links import ReaderLinks

log = structlog.get_logger()

_FIELDS = frozenset({"t", "do", "scope", "frequency", "decision"})
_FORM_BYTES = 8 * 1024


async def show_subscription(request: Request) -> Response:
    """GET /subscription: one subscription and its buttons; mail scanners may look as often as they like."""
    token = read_query(request, required={"t"})["t"]
    public_id = part(request, ReaderLinks).read_subscription(token)
    found = await part(request, Store).read(lambda conn: subscriptions.find(conn, public_id))
    return _page(request, found, token, has_changed=False)


async def change_subscription(request: Request) -> Response:
    """POST /subscription: confirm it as it is wanted now, or end it, or end all mail from the site to this address."""
    fields = await read_form(request, limit_bytes=_FORM_BYTES)
    check_own_page(request)
    if not fields.keys() <= _FIELDS:
        raise UnknownFieldError
    token, now = fields.get("t", ""), part(request, Clocks).now()
    public_id = part(request, ReaderLinks).read_subscription(token)
    found = await part(request, Store).write(lambda conn: _change(conn, public_id, fields, now))
    log.info("subscription_changed")
    return _page(request, found, token, has_changed=True)


def _change(conn: Connection, public_id: str, fields: Mapping[str, str], now: datetime) -> Subscription | None:
    """Do what the pressed button says.

    Raises:
        MalformedParameterError: There is no such button or choice (400).
    """
    if subscriptions.find(conn, public_id) is None:
        return None
    match fields.get("do"):
        case "confirm":
            _confirm(conn, public_id, fields, now)
        case "end":
            subscriptions.end(conn, public_id, now=now)
        case "end_all":
            subscriptions.end_all(conn, public_id, now=now)
        case _:
            raise MalformedParameterError
    return subscriptions.find(conn, public_id)


def _confirm(conn: Connection, public_id: str, fields: Mapping[str, str], now: datetime) -> None:
    try:
        scope, frequency = Scope(fields.get("scope", "")), Frequency(fields.get("frequency", ""))
    except ValueError:
        raise MalformedParameterError from None
    wants_decision = fields.get("decision") == "1"
    subscriptions.confirm(conn, public_id, scope=scope, frequency=frequency, wants_decision=wants_decision, now=now)


def _page(request: Request, found: Subscription | None, token: str, *, has_changed: bool) -> Response:
    """The page.

    Raises:
        InvalidTokenError: The subscription is gone (403).
    """
    if found is None:
        raise InvalidTokenError("of a subscription that is gone")
    return part(request, Pages).show(
        "intake/subscription.html",
        language=found.language,
        subscription=found,
        token=token,
        has_changed=has_changed,
    )
