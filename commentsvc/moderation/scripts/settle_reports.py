"""Reported comments for scripts."""

import structlog
from pydantic import BaseModel, ConfigDict
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from commentsvc.domain.clock import Clocks
from commentsvc.domain.reports import ReportedComment
from commentsvc.moderation.scripts import wire
from commentsvc.moderation.scripts.read_comments import limit_of
from commentsvc.moderation.scripts.sites import chosen_ids
from commentsvc.moderation.typed import comment_id
from commentsvc.store import reports
from commentsvc.store.engine import Store
from commentsvc.web.body import read_json
from commentsvc.web.parts import part
from commentsvc.web.query import read_query
from commentsvc.web.signed_in import signed_in
from commentsvc.web.typed_fields import typed

log = structlog.get_logger()

_BODY_BYTES = 1_024
_WAY = "script"


class _Nothing(BaseModel):
    """There is nothing to say besides."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


async def read_reported(request: Request) -> Response:
    """GET /api/v1/moderation/reported: public comments with open reports, those reported last first."""
    me = signed_in(request)
    query = read_query(request, required=(), optional=("site", "limit"))
    limit = limit_of(query.get("limit"))

    def job(conn: Connection) -> list[ReportedComment]:
        return reports.open_ones(conn, site_ids=chosen_ids(conn, me, query.get("site")), limit=limit)

    found = await part(request, Store).read(job)
    return JSONResponse({"comments": [wire.reported(each) for each in found]})


async def keep_reported(request: Request) -> Response:
    """POST /api/v1/moderation/comments/ID/keep: keep a comment as it is; its reports no longer count."""
    me, now = signed_in(request), part(request, Clocks).now()
    typed(_Nothing, await read_json(request, limit_bytes=_BODY_BYTES))
    public_id = comment_id(request.path_params["id"])
    await part(request, Store).write(
        lambda conn: reports.dismiss(
            conn, public_id, site_ids=me.site_ids, moderator_id=me.moderator_id, now=now, way=_WAY
        )
    )
    log.info("reports_dismissed", comment=public_id, moderator=me.moderator_id)
    return JSONResponse({"comment": public_id, "status": "approved"})
