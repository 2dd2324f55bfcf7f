"""The list of reported comments: readers say what is wrong with them, a moderator decides anew or keeps them."""

from dataclasses import replace
from http import HTTPStatus
from typing import Any

import structlog
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from commentsvc.domain.clock import Clocks
from commentsvc.domain.errors import MissingParameterError
from commentsvc.domain.reports import REASONS
from commentsvc.moderation.cards import with_surroundings
from commentsvc.moderation.frame import frame
from commentsvc.moderation.places import REPORTED
from commentsvc.moderation.typed import comment_id, only
from commentsvc.store import reports
from commentsvc.store.engine import Store
from commentsvc.web.pages import Pages
from commentsvc.web.parts import part
from commentsvc.web.query import read_query
from commentsvc.web.signed_in import signed_in

log = structlog.get_logger()

SHOWN = 50


async def show_reported(request: Request) -> Response:
    """GET /moderation/reported: public comments with reports that nobody has dealt with, those reported last first."""
    me, now = signed_in(request), part(request, Clocks).now()
    read_query(request, required=())

    def job(conn: Connection) -> dict[str, Any]:
        found = reports.open_ones(conn, site_ids=me.site_ids, limit=SHOWN)
        whole = with_surroundings(conn, [each.comment for each in found], me, now)
        shown = [replace(each, comment=comment) for each, comment in zip(found, whole, strict=True)]
        return frame(conn, me) | {
            "reported": shown,
            "shown": SHOWN,
            "reasons_in_words": REASONS,
            "is_reported_list": True,
        }

    return part(request, Pages).show("moderation/reported.html", **await part(request, Store).read(job))


async def keep_reported(request: Request) -> Response:
    """POST /moderation/reported: keep a comment as it is; its reports no longer count."""
    me, now = signed_in(request), part(request, Clocks).now()
    only(me.form, {"comment"})
    if "comment" not in me.form:
        raise MissingParameterError
    public_id = comment_id(me.form["comment"])

    def job(conn: Connection) -> None:
        reports.dismiss(conn, public_id, site_ids=me.site_ids, moderator_id=me.moderator_id, now=now)

    await part(request, Store).write(job)
    log.info("reports_dismissed", comment=public_id, moderator=me.moderator_id)
    return RedirectResponse(REPORTED, HTTPStatus.SEE_OTHER)
