"""One comment with everything that was decided about it."""

from dataclasses import dataclass
from http import HTTPStatus

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from commentsvc.domain.comment import HeldComment, PastDecision
from commentsvc.domain.errors import UnknownCommentError
from commentsvc.domain.ids import is_public_id
from commentsvc.domain.status import CommentStatus
from commentsvc.moderation import words
from commentsvc.moderation.lists import COUNT_UP_TO, PATHS
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
    counts: dict[CommentStatus, int]


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
    shown = await part(request, Store).read(lambda conn: _look(conn, me, public_id))
    return part(request, Pages).show(
        "moderation/comment.html",
        status=HTTPStatus.CONFLICT if is_refused else HTTPStatus.OK,
        me=me,
        words=words,
        comment=shown.comment,
        history=shown.history,
        counts=shown.counts,
        count_up_to=COUNT_UP_TO,
        lists=PATHS,
        is_refused=is_refused,
    )


def _look(conn: Connection, me: SignedIn, public_id: str) -> _Shown:
    found = queue.one(conn, public_id, site_ids=me.site_ids)
    if found is None:
        raise UnknownCommentError
    history = decisions.past(conn, public_id, site_ids=me.site_ids)
    counts = queue.counts(conn, site_ids=me.site_ids, up_to=COUNT_UP_TO)
    return _Shown(found, history, counts)
