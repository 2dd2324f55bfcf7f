"""Taking decisions back: all of one go, unless somebody decided on them since."""

from http import HTTPStatus

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from commentsvc.domain.acts import Act
from commentsvc.domain.clock import Clocks
from commentsvc.domain.errors import MissingParameterError, UnknownFieldError
from commentsvc.domain.status import CommentStatus
from commentsvc.moderation import answers
from commentsvc.moderation.decide_several import back_with, tell
from commentsvc.moderation.live import Live
from commentsvc.moderation.places import COUNT_UP_TO
from commentsvc.moderation.wishes import optional_id
from commentsvc.store import decisions, queue
from commentsvc.store.decisions import DecidedMany, LastDecision
from commentsvc.store.engine import Store
from commentsvc.web.parts import part
from commentsvc.web.signed_in import signed_in
from commentsvc.web.wants_json import wants_json

_FIELDS = frozenset({"batch", "back", "site", "after", "anchor", "search"})


async def undo_decisions(request: Request) -> Response:
    """POST /moderation/undo: put every comment of a batch back to where it was."""
    me, now = signed_in(request), part(request, Clocks).now()
    if not me.form.keys() <= _FIELDS:
        raise UnknownFieldError
    batch = optional_id(me.form, "batch")
    if batch is None:
        raise MissingParameterError

    def job(conn: Connection) -> tuple[DecidedMany, list[LastDecision], dict[CommentStatus, int]]:
        many = decisions.undo(
            conn, batch, site_ids=me.site_ids, moderator_id=me.moderator_id, now=now, since=now - decisions.UNDO_FOR
        )
        faster = decisions.last(conn, many.skipped, site_ids=me.site_ids)
        return many, faster, queue.counts(conn, site_ids=me.site_ids, up_to=COUNT_UP_TO)

    many, faster, counts = await part(request, Store).write(job)
    part(request, Live).kick()
    tell(me, many, Act.UNDO)
    if wants_json(request):
        return JSONResponse(answers.decided_many(many, faster) | {"decision": Act.UNDO, "counts": counts})
    return RedirectResponse(back_with(me.form, many, Act.UNDO), HTTPStatus.SEE_OTHER)
