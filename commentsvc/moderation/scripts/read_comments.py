"""Comments for scripts: lists by status, one with its history, how many there are."""

from dataclasses import dataclass

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from commentsvc.domain.comment import HeldComment, PastDecision
from commentsvc.domain.errors import MalformedParameterError, UnknownCommentError
from commentsvc.domain.ids import is_public_id
from commentsvc.domain.status import CommentStatus
from commentsvc.moderation.places import COUNT_UP_TO
from commentsvc.moderation.scripts import wire
from commentsvc.moderation.scripts.sites import chosen_ids
from commentsvc.store import decisions, queue
from commentsvc.store.engine import Store
from commentsvc.store.queue import HeldPage
from commentsvc.web.parts import part
from commentsvc.web.query import one_of, read_query
from commentsvc.web.signed_in import SignedIn, signed_in

_USUAL_LIMIT = 20
_MOST = 100
_DIGITS = 3


async def read_comments(request: Request) -> Response:
    """GET /api/v1/moderation/comments: one status, the waiting ones oldest first, all others newest first."""
    me = signed_in(request)
    query = read_query(request, required=(), optional=("status", "site", "after", "limit"))
    status = one_of(CommentStatus, query.get("status"), CommentStatus.PENDING)
    after, limit = _cursor(query.get("after")), limit_of(query.get("limit"))

    def job(conn: Connection) -> HeldPage:
        chosen = chosen_ids(conn, me, query.get("site"))
        return queue.page(conn, status, site_ids=chosen, after=after, limit=limit)

    page = await part(request, Store).read(job)
    return JSONResponse({"comments": [wire.held(each) for each in page.comments], "next": page.next})


async def read_comment(request: Request) -> Response:
    """GET /api/v1/moderation/comments/ID: one comment with everything that was decided about it."""
    me, public_id = signed_in(request), request.path_params["id"]
    read_query(request, required=())
    if not is_public_id(public_id):
        raise UnknownCommentError
    found = await part(request, Store).read(lambda conn: _look(conn, me, public_id))
    history = [wire.past(each) for each in found.history]
    return JSONResponse({"comment": wire.held(found.comment), "history": history})


async def count_comments(request: Request) -> Response:
    """GET /api/v1/moderation/counts: how many comments are in each status, counted up to 1,000."""
    me = signed_in(request)
    query = read_query(request, required=(), optional=("site",))

    def job(conn: Connection) -> dict[CommentStatus, int]:
        return queue.counts(conn, site_ids=chosen_ids(conn, me, query.get("site")), up_to=COUNT_UP_TO)

    return JSONResponse({"counts": await part(request, Store).read(job), "up_to": COUNT_UP_TO})


def limit_of(text: str | None) -> int:
    """How many to answer with: 1 to 100.

    Raises:
        MalformedParameterError: Anything else.
    """
    if text is None:
        return _USUAL_LIMIT
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS and 1 <= int(text) <= _MOST):
        raise MalformedParameterError
    return int(text)


@dataclass(frozen=True, slots=True)
class _Found:
    comment: HeldComment
    history: list[PastDecision]


def _look(conn: Connection, me: SignedIn, public_id: str) -> _Found:
    found = queue.one(conn, public_id, site_ids=me.site_ids)
    if found is None:
        raise UnknownCommentError
    return _Found(found, decisions.past(conn, public_id, site_ids=me.site_ids))


def _cursor(text: str | None) -> str | None:
    if text is not None and not is_public_id(text):
        raise MalformedParameterError
    return text
