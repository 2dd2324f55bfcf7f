"""One decision on several comments: those selected on a page."""

from collections.abc import Mapping
from http import HTTPStatus

import structlog
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from commentsvc.domain.clock import Clocks
from commentsvc.domain.errors import MalformedParameterError, MissingParameterError
from commentsvc.domain.ids import is_public_id
from commentsvc.domain.status import CommentStatus
from commentsvc.moderation import answers
from commentsvc.moderation.live import Live
from commentsvc.moderation.places import COUNT_UP_TO
from commentsvc.moderation.wishes import is_mark, read_wish, way_back
from commentsvc.store import decisions, queue
from commentsvc.store.decisions import DecidedMany, LastDecision
from commentsvc.store.engine import Store
from commentsvc.web.parts import part
from commentsvc.web.signed_in import SignedIn, signed_in
from commentsvc.web.wants_json import wants_json

log = structlog.get_logger()

AT_ONCE = 100
"""Comments in one transaction, which holds a lock on each one's thread."""


async def decide_several(request: Request) -> Response:
    """POST /moderation/decisions: decide on each of the comments named in ``comments`` or ticked by their ids."""
    me, now = signed_in(request), part(request, Clocks).now()
    public_ids = _chosen(me.form)
    wish = read_wish(me.form, also={"comments", *public_ids})
    way_back(me.form)  # what is wrong with it is told before anything is done

    def job(conn: Connection) -> tuple[DecidedMany, list[LastDecision], dict[CommentStatus, int]]:
        many = decisions.decide_many(
            conn,
            public_ids,
            wish.verb,
            site_ids=me.site_ids,
            moderator_id=me.moderator_id,
            reason=wish.reason,
            now=now,
            seen=wish.seen,
            message=wish.message,
            words=_marks(me.form),
        )
        faster = decisions.last(conn, many.skipped, site_ids=me.site_ids)
        return many, faster, queue.counts(conn, site_ids=me.site_ids, up_to=COUNT_UP_TO)

    many, faster, counts = await part(request, Store).write(job)
    part(request, Live).kick()
    tell(me, many, wish.verb)
    if wants_json(request):
        return JSONResponse(answers.decided_many(many, faster) | {"decision": wish.verb, "counts": counts})
    return RedirectResponse(back_with(me.form, many, wish.verb), HTTPStatus.SEE_OTHER)


def tell(me: SignedIn, many: DecidedMany, decision: str) -> None:
    """Leave word in the log."""
    log.info("comments_decided", count=len(many.decided), decision=decision, moderator=me.moderator_id)


def back_with(form: Mapping[str, str], many: DecidedMany, decision: str) -> str:
    """The list that the form came from, with what became of it."""
    skipped = str(len(many.skipped)) if many.skipped else None
    return way_back(form, done=decision, batch=many.batch if many.decided else None, skipped=skipped)


def _chosen(form: Mapping[str, str]) -> list[str]:
    """Public ids, each once: the ticked boxes of a page, and those that a script names.

    Raises:
        MissingParameterError: None at all.
        MalformedParameterError: Something else, or too many.
    """
    named = form.get("comments", "").split()
    if not all(is_public_id(each) for each in named):
        raise MalformedParameterError
    chosen = list(dict.fromkeys([*named, *(name for name in form if is_public_id(name))]))
    if not chosen:
        raise MissingParameterError
    if len(chosen) > AT_ONCE:
        raise MalformedParameterError
    return chosen


def _marks(form: Mapping[str, str]) -> dict[str, str]:
    """Public id → mark of the words that stood beside its ticked box."""
    return {name: value for name, value in form.items() if is_public_id(name) and is_mark(value)}
