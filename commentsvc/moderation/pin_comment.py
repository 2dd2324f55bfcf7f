"""POST /moderation/comments/ID/pin: let a comment stand first in its thread, or no longer."""

from http import HTTPStatus

import structlog
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from commentsvc.domain.clock import Clocks
from commentsvc.moderation.typed import comment_id, only, yes_or_no
from commentsvc.store import pins
from commentsvc.store.engine import Store
from commentsvc.web.parts import part
from commentsvc.web.signed_in import signed_in

log = structlog.get_logger()


async def pin_comment(request: Request) -> Response:
    """Pin or unpin, and go back to the comment's page."""
    me, public_id, now = signed_in(request), comment_id(request.path_params["id"]), part(request, Clocks).now()
    only(me.form, {"pinned"})
    is_pinned = yes_or_no(me.form, "pinned")

    def job(conn: Connection) -> None:
        pins.pin(conn, public_id, is_pinned=is_pinned, site_ids=me.site_ids, moderator_id=me.moderator_id, now=now)

    await part(request, Store).write(job)
    log.info("comment_pinned", comment=public_id, status=me.form["pinned"], moderator=me.moderator_id)
    return RedirectResponse(f"/moderation/comments/{public_id}", HTTPStatus.SEE_OTHER)
