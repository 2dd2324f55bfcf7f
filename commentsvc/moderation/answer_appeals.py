"""The list of appeals: a writer asks for a second look, a moderator decides anew or leaves it as it is."""

from dataclasses import replace
from http import HTTPStatus
from typing import Any

import structlog
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from commentsvc.domain.clock import Clocks
from commentsvc.domain.errors import MissingParameterError
from commentsvc.domain.reasons import MESSAGE_CHARACTERS
from commentsvc.moderation.cards import with_surroundings
from commentsvc.moderation.frame import frame
from commentsvc.moderation.typed import comment_id, line, only
from commentsvc.store import appeals
from commentsvc.store.engine import Store
from commentsvc.web.pages import Pages
from commentsvc.web.parts import part
from commentsvc.web.query import read_query
from commentsvc.web.signed_in import signed_in

log = structlog.get_logger()

PATH = "/moderation/appeals"
SHOWN = 50


async def show_appeals(request: Request) -> Response:
    """GET /moderation/appeals: the appeals that wait, oldest first, with what may be decided."""
    me, now = signed_in(request), part(request, Clocks).now()
    read_query(request, required=())

    def job(conn: Connection) -> dict[str, Any]:
        waiting = appeals.waiting(conn, site_ids=me.site_ids, limit=SHOWN)
        whole = with_surroundings(conn, [each.comment for each in waiting], me, now)
        shown = [replace(each, comment=comment) for each, comment in zip(waiting, whole, strict=True)]
        return frame(conn, me) | {"appeals": shown, "shown": SHOWN}

    return part(request, Pages).show("moderation/appeals.html", **await part(request, Store).read(job))


async def dismiss_appeal(request: Request) -> Response:
    """POST /moderation/appeals: leave the decision on a comment as it is."""
    me, now = signed_in(request), part(request, Clocks).now()
    only(me.form, {"comment", "message"})
    if "comment" not in me.form:
        raise MissingParameterError
    public_id = comment_id(me.form["comment"])
    message = line(me.form, "message", limit=MESSAGE_CHARACTERS) or None

    def job(conn: Connection) -> None:
        appeals.dismiss(conn, public_id, site_ids=me.site_ids, moderator_id=me.moderator_id, message=message, now=now)

    await part(request, Store).write(job)
    log.info("appeal_dismissed", comment=public_id, moderator=me.moderator_id)
    return RedirectResponse(PATH, HTTPStatus.SEE_OTHER)
