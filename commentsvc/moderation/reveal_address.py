"""An owner opens the sealed address of a comment's writer; the history says so before the page does."""

from http import HTTPStatus
from typing import Any

import structlog
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from commentsvc.domain.clock import Clocks
from commentsvc.domain.emails import AddressOpener, EmailAddress
from commentsvc.domain.errors import CommentsvcError, InvalidInputError, NoAddressError, NoPrivateKeyError
from commentsvc.moderation.frame import frame
from commentsvc.moderation.typed import REASON_CHARACTERS, comment_id, line, only
from commentsvc.store import addresses
from commentsvc.store.engine import Store
from commentsvc.web.pages import Pages
from commentsvc.web.parts import part
from commentsvc.web.query import read_query
from commentsvc.web.signed_in import signed_in

log = structlog.get_logger()

_MISSING = "Please say why: it goes into the history, where every moderator of the site reads it."


async def show_reveal(request: Request) -> Response:
    """GET /moderation/comments/ID/reveal: asks why; shows no address."""
    read_query(request, required=())
    return await _page(request)


async def reveal_address(request: Request) -> Response:
    """POST /moderation/comments/ID/reveal: write it down, then show the address, this once."""
    me, public_id, now = signed_in(request), comment_id(request.path_params["id"]), part(request, Clocks).now()
    only(me.form, {"reason"})
    await part(request, Store).read(lambda conn: addresses.sender(conn, public_id, roles=me.roles))
    opener = part(request, AddressOpener)  # type: ignore[type-abstract]  # a Protocol is found by its type as well
    if not opener.may_open:
        return await _page(request, error=NoPrivateKeyError("not to be used"))
    try:
        reason = line(me.form, "reason", limit=REASON_CHARACTERS, missing=_MISSING)
        sealed = await part(request, Store).write(
            lambda conn: addresses.hand_out(
                conn, public_id, roles=me.roles, moderator_id=me.moderator_id, reason=reason, now=now
            )
        )
        address = opener.open(sealed)
    except (InvalidInputError, NoPrivateKeyError, NoAddressError) as error:
        return await _page(request, error=error)
    log.info("address_revealed", comment=public_id, moderator=me.moderator_id)
    return await _page(request, address=address)


async def _page(
    request: Request, *, error: CommentsvcError | None = None, address: EmailAddress | None = None
) -> Response:
    me, public_id = signed_in(request), comment_id(request.path_params["id"])
    may_open = part(request, AddressOpener).may_open  # type: ignore[type-abstract]  # as above

    def job(conn: Connection) -> tuple[str, bool, dict[str, Any]]:
        found = addresses.sender(conn, public_id, roles=me.roles)
        return found.name, may_open and addresses.has_address(conn, found), frame(conn, me)

    name, has_address, around = await part(request, Store).read(job)
    return part(request, Pages).show(
        "moderation/reveal.html",
        status=HTTPStatus.OK if error is None else error.status,
        **around,
        comment=public_id,
        name=name,
        has_address=has_address,
        may_open=may_open,
        address=None if address is None else address.reveal(),
        faults={} if error is None else error.fields,
        problem=None if error is None or error.fields else error.public,
    )
