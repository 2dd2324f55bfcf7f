"""Decisions by scripts, in the name of the moderator whose token they bring."""

from typing import Annotated

import structlog
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from commentsvc.domain.clock import Clocks
from commentsvc.domain.errors import InvalidInputError, UnknownCommentError
from commentsvc.domain.ids import is_public_id
from commentsvc.domain.status import CommentStatus, Decision
from commentsvc.domain.text import clean_line
from commentsvc.moderation.decide_comment import REASON_CHARACTERS
from commentsvc.moderation.scripts import wire
from commentsvc.store import decisions
from commentsvc.store.engine import Store
from commentsvc.web.body import read_json
from commentsvc.web.parts import part
from commentsvc.web.signed_in import signed_in
from commentsvc.web.typed_fields import typed

log = structlog.get_logger()

MOST_AT_ONCE = 100
MESSAGE_CHARACTERS = 1_000
_BODY_BYTES = 16 * 1024


class _One(BaseModel):
    """A decision."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)

    decision: Annotated[Decision, Field(strict=False)]
    seen: Annotated[CommentStatus | None, Field(strict=False)] = None
    reason: str | None = None
    message: str | None = None


class _Many(_One):
    """The same decision on several comments."""

    comments: list[str] = Field(min_length=1, max_length=MOST_AT_ONCE)


class _Undo(BaseModel):
    """What is to be taken back."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)

    batch: str


async def decide_one(request: Request) -> Response:
    """POST /api/v1/moderation/comments/ID/decisions: carry out one decision."""
    me, public_id, now = signed_in(request), request.path_params["id"], part(request, Clocks).now()
    wish = typed(_One, await read_json(request, limit_bytes=_BODY_BYTES))
    reason, message = _words(wish)
    if not is_public_id(public_id):
        raise UnknownCommentError
    done = await part(request, Store).write(
        lambda conn: decisions.decide(
            conn,
            public_id,
            wish.decision,
            site_ids=me.site_ids,
            moderator_id=me.moderator_id,
            reason=reason,
            message=message,
            seen=wish.seen,
            now=now,
        )
    )
    log.info("comment_decided", comment=done.comment, decision=wish.decision, moderator=me.moderator_id)
    told = {"comment": done.comment, "decision": wish.decision, "status": done.after, "batch": done.batch}
    return JSONResponse(told)


async def decide_many(request: Request) -> Response:
    """POST /api/v1/moderation/decisions: the same decision on up to 100 comments, undone together."""
    me, now = signed_in(request), part(request, Clocks).now()
    wish = typed(_Many, await read_json(request, limit_bytes=_BODY_BYTES))
    reason, message = _words(wish)
    many = await part(request, Store).write(
        lambda conn: decisions.decide_many(
            conn,
            wish.comments,
            wish.decision,
            site_ids=me.site_ids,
            moderator_id=me.moderator_id,
            reason=reason,
            message=message,
            seen=wish.seen,
            now=now,
        )
    )
    log.info("comments_decided", count=len(many.decided), decision=wish.decision, moderator=me.moderator_id)
    return JSONResponse(wire.decided_many(many))


async def undo(request: Request) -> Response:
    """POST /api/v1/moderation/undo: put back what was decided in one go, unless somebody decided on it since."""
    me, now = signed_in(request), part(request, Clocks).now()
    batch = typed(_Undo, await read_json(request, limit_bytes=_BODY_BYTES)).batch
    many = await part(request, Store).write(
        lambda conn: decisions.undo(
            conn, batch, site_ids=me.site_ids, moderator_id=me.moderator_id, now=now, since=now - decisions.UNDO_FOR
        )
    )
    log.info("decisions_undone", count=len(many.decided), moderator=me.moderator_id)
    return JSONResponse(wire.decided_many(many))


def _words(wish: _One) -> tuple[str | None, str | None]:
    """Reason and message, cleaned; None for what says nothing."""
    reason, message = clean_line(wish.reason or ""), (wish.message or "").strip()
    faults: dict[str, str] = {}
    for name, text, most in (("reason", reason, REASON_CHARACTERS), ("message", message, MESSAGE_CHARACTERS)):
        if len(text) > most:
            faults[name] = f"At most {most:,} characters, please."
    if faults:
        raise InvalidInputError(fields=faults)
    return reason or None, message or None
