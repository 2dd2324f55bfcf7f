"""Saying that one looks at some comments, so that others take other ones."""

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from commentsvc.domain.clock import Clocks
from commentsvc.domain.errors import MalformedParameterError, UnknownFieldError
from commentsvc.domain.ids import is_public_id
from commentsvc.moderation.live import Live
from commentsvc.store import claims
from commentsvc.store.engine import Store
from commentsvc.web.parts import part
from commentsvc.web.signed_in import signed_in

MOST = 20


async def claim_comments(request: Request) -> Response:
    """POST /moderation/claims: claim the comments in ``comments`` instead of earlier ones; none releases them all."""
    me, now = signed_in(request), part(request, Clocks).now()
    if not me.form.keys() <= {"comments"}:
        raise UnknownFieldError
    wanted = me.form.get("comments", "").split()
    if len(wanted) > MOST or not all(is_public_id(each) for each in wanted):
        raise MalformedParameterError

    def job(conn: Connection) -> tuple[list[str], dict[str, str]]:
        had = claims.take(conn, me.moderator_id, wanted, site_ids=me.site_ids, now=now)
        ours = [each for each in wanted if each not in had]
        return had, claims.held(conn, ours, but_by=me.moderator_id, now=now) if ours else {}

    claimed, held = await part(request, Store).write(job)
    part(request, Live).kick()
    return JSONResponse({"claimed": claimed, "held": held})
