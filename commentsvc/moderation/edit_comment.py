"""A moderator changes what a comment says; readers see that it was done."""

import secrets
from http import HTTPStatus

import structlog
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from commentsvc.domain.clock import Clocks, to_the_minute
from commentsvc.domain.errors import (
    CommentChangedError,
    CommentsvcError,
    InvalidInputError,
    MalformedParameterError,
)
from commentsvc.domain.limits import Limits
from commentsvc.domain.normal_text import text_digest
from commentsvc.moderation.drafts import Draft, rendered, typed_source
from commentsvc.moderation.frame import frame
from commentsvc.moderation.typed import REASON_CHARACTERS, comment_id, line, only
from commentsvc.store import edits
from commentsvc.store.edits import Editable, NewText
from commentsvc.store.engine import Store
from commentsvc.web.pages import Pages
from commentsvc.web.parts import part
from commentsvc.web.query import read_query
from commentsvc.web.signed_in import signed_in

log = structlog.get_logger()

_FIELDS = ("body", "reason", "version", "action")
_SALT_BYTES = 16
_VERSION_DIGITS = 9


async def show_edit(request: Request) -> Response:
    """GET /moderation/comments/ID/edit: the comment's source, to change it."""
    read_query(request, required=())
    found = await _current(request)
    return await _page(request, found, Draft(found.source))


async def edit_comment(request: Request) -> Response:
    """POST /moderation/comments/ID/edit: show what was typed, or store it; whatever is refused is shown again."""
    form = signed_in(request).form
    only(form, _FIELDS)
    draft = Draft(typed_source(form), form.get("reason", ""))
    try:
        seen = _version(form.get("version", ""))
        if form.get("action") == "save":
            return await _save(request, draft.source, seen)
        preview = rendered(draft.source, part(request, Limits))
    except (InvalidInputError, CommentChangedError) as error:
        return await _again(request, draft, error)
    return await _page(request, await _current(request), Draft(draft.source, draft.reason, preview), version=seen)


async def _save(request: Request, source: str, seen: int) -> Response:
    me, public_id = signed_in(request), comment_id(request.path_params["id"])
    reason = line(me.form, "reason", limit=REASON_CHARACTERS, missing="Please say why: it goes into the history.")
    shown = rendered(source, part(request, Limits))
    new = NewText(source, shown, text_digest(shown.text), secrets.token_bytes(_SALT_BYTES))
    now = to_the_minute(part(request, Clocks).now())

    def job(conn: Connection) -> None:
        edits.edit(
            conn,
            public_id,
            new,
            site_ids=me.site_ids,
            moderator_id=me.moderator_id,
            seen=seen,
            reason=reason,
            now=now,
        )

    await part(request, Store).write(job)
    log.info("comment_edited", comment=public_id, moderator=me.moderator_id)
    return RedirectResponse(f"/moderation/comments/{public_id}", HTTPStatus.SEE_OTHER)


async def _again(request: Request, draft: Draft, error: CommentsvcError) -> Response:
    """The form as it was sent; if the comment has changed meanwhile, what it says now stands beside it."""
    found = await _current(request)
    is_stale = isinstance(error, CommentChangedError)
    version = found.version if is_stale else _version(signed_in(request).form.get("version", ""))
    return await _page(request, found, draft.refused(error), version=version, status=error.status, is_stale=is_stale)


async def _current(request: Request) -> Editable:
    me, public_id = signed_in(request), comment_id(request.path_params["id"])
    return await part(request, Store).read(lambda conn: edits.editable(conn, public_id, site_ids=me.site_ids))


async def _page(
    request: Request,
    comment: Editable,
    draft: Draft,
    *,
    version: int | None = None,
    status: int = HTTPStatus.OK,
    is_stale: bool = False,
) -> Response:
    me = signed_in(request)
    return part(request, Pages).show(
        "moderation/edit.html",
        status=status,
        **await part(request, Store).read(lambda conn: frame(conn, me)),
        comment=comment,
        draft=draft,
        version=comment.version if version is None else version,
        is_stale=is_stale,
        limit=part(request, Limits).source_characters,
    )


def _version(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _VERSION_DIGITS):
        raise MalformedParameterError
    return int(text)
