"""One comment with everything that was decided about it."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from commentsvc.domain.clock import Clocks
from commentsvc.domain.comment import HeldComment, PastDecision
from commentsvc.domain.errors import UnknownCommentError
from commentsvc.domain.ids import is_public_id
from commentsvc.moderation.cards import with_surroundings
from commentsvc.moderation.frame import frame
from commentsvc.store import decisions, queue
from commentsvc.store.engine import Store
from commentsvc.web.pages import Pages
from commentsvc.web.parts import part
from commentsvc.web.query import read_query
from commentsvc.web.signed_in import SignedIn, signed_in


@dataclass(frozen=True, slots=True)
class _Shown:
    comment: HeldComment
    history: list[PastDecision]
    frame: dict[str, Any]


async def show_comment(request: Request) -> Response:
    """GET /moderation/comments/ID: the comment, what may be done with it, and its history."""
    read_query(request, required=())
    return await comment_page(request, request.path_params["id"])


async def comment_page(request: Request, public_id: str, *, is_refused: bool = False) -> Response:
    """The page of one comment; after a decision that was not possible any more, it says so first.

    Raises:
        UnknownCommentError: Absent, or of a site that the moderator does not look after.
    """
    me = signed_in(request)
    if not is_public_id(public_id):
        raise UnknownCommentError
    now = part(request, Clocks).now()
    shown = await part(request, Store).read(lambda conn: _look(conn, me, public_id, now))
    return part(request, Pages).show(
        "moderation/comment.html",
        status=HTTPStatus.CONFLICT if is_refused else HTTPStatus.OK,
        **shown.frame,
        comment=shown.comment,
        history=shown.history,
        is_refused=is_refused,
    )


async def show_card(request: Request) -> Response:
    """GET /moderation/comments/ID/card: the comment's card alone, for a page that is open."""
    read_query(request, required=())
    me, public_id, now = signed_in(request), request.path_params["id"], part(request, Clocks).now()
    if not is_public_id(public_id):
        raise UnknownCommentError
    shown = await part(request, Store).read(lambda conn: _look(conn, me, public_id, now))
    return part(request, Pages).show("moderation/one_card.html", **shown.frame, comment=shown.comment)


def _look(conn: Connection, me: SignedIn, public_id: str, now: datetime) -> _Shown:
    found = queue.one(conn, public_id, site_ids=me.site_ids)
    if found is None:
        raise UnknownCommentError
    history = decisions.past(conn, public_id, site_ids=me.site_ids)
    return _Shown(with_surroundings(conn, [found], me, now)[0], history, frame(conn, me))
