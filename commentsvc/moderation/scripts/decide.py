"""Decisions by scripts, in the name of the moderator whose token they bring."""

from collections.abc import Callable
from typing import Annotated

import structlog
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from commentsvc.domain.acts import Act
from commentsvc.domain.clock import Clocks
from commentsvc.domain.errors import DecisionNotPossibleError, InvalidInputError, UnknownCommentError
from commentsvc.domain.ids import is_public_id
from commentsvc.domain.status import CommentStatus, Decision
from commentsvc.domain.text import clean_line
from commentsvc.moderation import answers
from commentsvc.moderation.decide_several import tell
from commentsvc.moderation.live import Live
from commentsvc.moderation.wishes import REASON_CHARACTERS
from commentsvc.store import decisions
from commentsvc.store.decisions import Decided, DecidedMany
from commentsvc.store.engine import Store
from commentsvc.web.body import read_json
from commentsvc.web.parts import part
from commentsvc.web.signed_in import SignedIn, signed_in
from commentsvc.web.typed_fields import typed

log = structlog.get_logger()

MOST_AT_ONCE = 100
_BODY_BYTES = 16 * 1024
_WAY = "script"
"""How the history says that it was done."""


class _One(BaseModel):
    """A decision."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)

    decision: Annotated[Decision, Field(strict=False)]
    seen: Annotated[CommentStatus | None, Field(strict=False)] = None
    reason: str | None = None
    message: str | None = None


class _OfOne(_One):
    """The same, with what is known of the one comment."""

    words: str | None = None


class _Many(_One):
    """The same decision on several comments."""

    comments: list[str] = Field(min_length=1, max_length=MOST_AT_ONCE)


class _Undo(BaseModel):
    """What is to be taken back."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)

    batch: str


async def decide_one(request: Request) -> Response:
    """POST /api/v1/moderation/comments/ID/decisions: carry out one decision, or tell who was faster (409)."""
    me, public_id, now = signed_in(request), request.path_params["id"], part(request, Clocks).now()
    wish = typed(_OfOne, await read_json(request, limit_bytes=_BODY_BYTES))
    reason, message = _words(wish)
    if not is_public_id(public_id):
        raise UnknownCommentError

    def job(conn: Connection) -> Decided:
        return decisions.decide(
            conn,
            public_id,
            wish.decision,
            site_ids=me.site_ids,
            moderator_id=me.moderator_id,
            reason=reason,
            message=message,
            seen=wish.seen,
            words=wish.words,
            now=now,
            way=_WAY,
        )

    try:
        done = await part(request, Store).write(job)
    except DecisionNotPossibleError as error:
        return await answers.refused(request, me, public_id, error)
    part(request, Live).kick()
    log.info("comment_decided", comment=done.comment, decision=wish.decision, moderator=me.moderator_id)
    return JSONResponse(answers.decided(done, wish.decision))


async def decide_many(request: Request) -> Response:
    """POST /api/v1/moderation/decisions: the same decision on up to 100 comments, undone together."""
    me, now = signed_in(request), part(request, Clocks).now()
    wish = typed(_Many, await read_json(request, limit_bytes=_BODY_BYTES))
    reason, message = _words(wish)

    def job(conn: Connection) -> dict[str, object]:
        many = decisions.decide_many(
            conn,
            wish.comments,
            wish.decision,
            site_ids=me.site_ids,
            moderator_id=me.moderator_id,
            reason=reason,
            message=message,
            seen=wish.seen,
            now=now,
            way=_WAY,
        )
        tell(me, many, wish.decision)
        return _told(conn, me, many)

    return await _answer(request, job)


async def undo(request: Request) -> Response:
    """POST /api/v1/moderation/undo: put back what was decided in one go, unless somebody decided on it since."""
    me, now = signed_in(request), part(request, Clocks).now()
    batch = typed(_Undo, await read_json(request, limit_bytes=_BODY_BYTES)).batch

    def job(conn: Connection) -> dict[str, object]:
        since = now - decisions.UNDO_FOR
        many = decisions.undo(conn, batch, site_ids=me.site_ids, moderator_id=me.moderator_id, now=now, since=since)
        tell(me, many, Act.UNDO)
        return _told(conn, me, many)

    return await _answer(request, job)


async def _answer(request: Request, job: Callable[[Connection], dict[str, object]]) -> Response:
    """Do it, and tell moderators whose pages are open."""
    told = await part(request, Store).write(job)
    part(request, Live).kick()
    return JSONResponse(told)


def _told(conn: Connection, me: SignedIn, many: DecidedMany) -> dict[str, object]:
    """What was done, and who was faster at the rest."""
    return answers.decided_many(many, decisions.last(conn, many.skipped, site_ids=me.site_ids))


def _words(wish: _One) -> tuple[str | None, str | None]:
    """Reason and message as one line each; None for what says nothing."""
    reason, message = clean_line(wish.reason or ""), clean_line(wish.message or "")
    sentence = f"At most {REASON_CHARACTERS} characters, please."
    faults = {
        name: sentence for name, text in (("reason", reason), ("message", message)) if len(text) > REASON_CHARACTERS
    }
    if faults:
        raise InvalidInputError(fields=faults)
    return reason or None, message or None
