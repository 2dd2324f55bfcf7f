"""A moderator's decision on one comment."""

from http import HTTPStatus

import structlog
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from commentsvc.domain.clock import Clocks
from commentsvc.domain.errors import DecisionNotPossibleError, UnknownCommentError
from commentsvc.domain.ids import is_public_id
from commentsvc.domain.status import CommentStatus
from commentsvc.moderation import answers
from commentsvc.moderation.live import Live
from commentsvc.moderation.places import COUNT_UP_TO
from commentsvc.moderation.show_comment import comment_page
from commentsvc.moderation.wishes import read_wish, way_back
from commentsvc.store import decisions, queue
from commentsvc.store.decisions import Decided
from commentsvc.store.engine import Store
from commentsvc.web.parts import part
from commentsvc.web.signed_in import SignedIn, signed_in
from commentsvc.web.wants_json import wants_json

log = structlog.get_logger()


async def decide_comment(request: Request) -> Response:
    """POST /moderation/comments/ID/decisions: carry out one decision, go back to the list.

    A script that asks for JSON is told what was done, or, with 409, who decided what first.
    """
    me, public_id, now = signed_in(request), request.path_params["id"], part(request, Clocks).now()
    wish = read_wish(me.form)
    if not is_public_id(public_id):
        raise UnknownCommentError
    way_back(me.form)  # what is wrong with it is told before anything is done

    def job(conn: Connection) -> tuple[Decided, dict[CommentStatus, int]]:
        done = decisions.decide(
            conn,
            public_id,
            wish.verb,
            site_ids=me.site_ids,
            moderator_id=me.moderator_id,
            reason=wish.reason,
            now=now,
            seen=wish.seen,
            words=wish.words,
            message=wish.message,
        )
        return done, queue.counts(conn, site_ids=me.site_ids, up_to=COUNT_UP_TO)

    try:
        done, counts = await part(request, Store).write(job)
    except DecisionNotPossibleError as error:
        return await _refused(request, me, public_id, error)
    part(request, Live).kick()
    log.info("comment_decided", comment=done.comment, decision=wish.verb, moderator=me.moderator_id)
    if wants_json(request):
        return JSONResponse(answers.decided(done, wish.verb) | {"counts": counts})
    back = way_back(me.form, done=wish.verb, comment=public_id, batch=done.batch)
    return RedirectResponse(back, HTTPStatus.SEE_OTHER)


async def _refused(request: Request, me: SignedIn, public_id: str, error: DecisionNotPossibleError) -> Response:
    """Tell who was faster, and that nothing was changed."""
    if not wants_json(request):
        return await comment_page(request, public_id, is_refused=True)
    return await answers.refused(request, me, public_id, error)
