"""A moderator answers a comment under their own name, with the site's badge."""

from http import HTTPStatus
from typing import Any

import structlog
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from commentsvc.domain.clock import Clocks, to_the_minute
from commentsvc.domain.comment import HeldComment
from commentsvc.domain.errors import (
    CommentsvcError,
    DecisionNotPossibleError,
    InvalidInputError,
    UnknownCommentError,
)
from commentsvc.domain.limits import Limits
from commentsvc.domain.normal_text import text_digest
from commentsvc.domain.status import CommentStatus
from commentsvc.moderation.drafts import Draft, rendered, typed_source
from commentsvc.moderation.frame import frame
from commentsvc.moderation.typed import comment_id, only
from commentsvc.moderation.wishes import read_mark
from commentsvc.store import queue, replies, sites
from commentsvc.store.engine import Store
from commentsvc.store.replies import TeamReply
from commentsvc.web.pages import Pages
from commentsvc.web.parts import part
from commentsvc.web.query import one_of, read_query
from commentsvc.web.signed_in import signed_in

log = structlog.get_logger()

_FIELDS = ("body", "seen", "words", "action")


async def show_reply(request: Request) -> Response:
    """GET /moderation/comments/ID/reply: the comment, and room for an answer to it."""
    read_query(request, required=())
    return await _page(request, Draft(""))


async def reply_comment(request: Request) -> Response:
    """POST /moderation/comments/ID/reply: show what was typed, or publish it; whatever is refused is shown again."""
    form = signed_in(request).form
    only(form, _FIELDS)
    draft = Draft(typed_source(form))
    try:
        if form.get("action") == "publish":
            return await _publish(request, draft.source)
        preview = rendered(draft.source, part(request, Limits))
    except (InvalidInputError, DecisionNotPossibleError) as error:
        return await _page(request, draft.refused(error), error=error)
    return await _page(request, Draft(draft.source, preview=preview))


async def _publish(request: Request, source: str) -> Response:
    me, public_id = signed_in(request), comment_id(request.path_params["id"])
    seen = one_of(CommentStatus, me.form.get("seen"), CommentStatus.APPROVED)
    shown = rendered(source, part(request, Limits))
    what = TeamReply(me.name, source, shown, text_digest(shown.text))
    now = to_the_minute(part(request, Clocks).now())

    def job(conn: Connection) -> str:
        return replies.reply(
            conn,
            public_id,
            what,
            site_ids=me.site_ids,
            moderator_id=me.moderator_id,
            seen=seen,
            words_seen=read_mark(me.form),
            now=now,
        )

    reply = await part(request, Store).write(job)
    log.info("comment_replied", comment=reply, moderator=me.moderator_id)
    return RedirectResponse(f"/moderation/comments/{reply}", HTTPStatus.SEE_OTHER)


async def _page(request: Request, draft: Draft, *, error: CommentsvcError | None = None) -> Response:
    me, public_id = signed_in(request), comment_id(request.path_params["id"])

    def job(conn: Connection) -> tuple[HeldComment, str, dict[str, Any]]:
        found = queue.one(conn, public_id, site_ids=me.site_ids)
        if found is None:
            raise UnknownCommentError
        return found, sites.looked_after(conn, found.site_key, me.roles).policy.badge, frame(conn, me)

    comment, badge, around = await part(request, Store).read(job)
    return part(request, Pages).show(
        "moderation/reply.html",
        status=HTTPStatus.OK if error is None else error.status,
        **around,
        comment=comment,
        badge=badge,
        draft=draft,
        limit=part(request, Limits).source_characters,
        may_answer=comment.status is not CommentStatus.DELETED,
    )
