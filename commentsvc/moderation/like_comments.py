"""Waiting comments that are like one of them: looked at together, decided together."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from commentsvc.domain.clock import Clocks
from commentsvc.domain.comment import HeldComment, Likeness
from commentsvc.domain.errors import MalformedParameterError, MissingParameterError, UnknownCommentError
from commentsvc.domain.ids import is_public_id, new_public_id
from commentsvc.domain.status import CommentStatus
from commentsvc.moderation import answers, words
from commentsvc.moderation.cards import with_surroundings
from commentsvc.moderation.decide_several import AT_ONCE, back_with, tell
from commentsvc.moderation.frame import frame
from commentsvc.moderation.lists import PER_PAGE
from commentsvc.moderation.live import Live
from commentsvc.moderation.places import COUNT_UP_TO
from commentsvc.moderation.wishes import Wish, read_wish
from commentsvc.store import decisions, likes, queue
from commentsvc.store.decisions import DecidedMany
from commentsvc.store.engine import Store
from commentsvc.web.pages import Pages
from commentsvc.web.parts import part
from commentsvc.web.query import one_of, read_query
from commentsvc.web.signed_in import SignedIn, signed_in
from commentsvc.web.wants_json import wants_json

MOST = 1_000
"""Comments that one request decides on; for more, it is sent again."""
_DOMAIN_CHARACTERS = 253


@dataclass(frozen=True, slots=True)
class _Group:
    """Which comments are meant."""

    of: str
    by: Likeness
    domain: str | None


@dataclass(frozen=True, slots=True)
class _Shown:
    comments: list[HeldComment]
    total: int
    next: str | None
    frame: dict[str, Any]


async def show_like(request: Request) -> Response:
    """GET /moderation/comments/ID/like?by=…: the comment and those like it, and one form that decides on all."""
    me, now = signed_in(request), part(request, Clocks).now()
    query = read_query(request, required=("by",), optional=("domain", "after"))
    group = _group(request, query.get("by"), query.get("domain"))
    after = query.get("after")
    if after is not None and not is_public_id(after):
        raise MalformedParameterError

    def job(conn: Connection) -> _Shown:
        everything = _ids(conn, group, me, limit=MOST + 1)
        ids = _ids(conn, group, me, after=after, limit=PER_PAGE + 1)
        found = [held for each in ids[:PER_PAGE] if (held := queue.one(conn, each, site_ids=me.site_ids))]
        return _Shown(
            comments=with_surroundings(conn, found, me, now),
            total=len(everything),
            next=ids[PER_PAGE - 1] if len(ids) > PER_PAGE else None,
            frame=frame(conn, me),
        )

    shown = await part(request, Store).read(job)
    return part(request, Pages).show(
        "moderation/like.html",
        **shown.frame,
        comments=shown.comments,
        total=words.count_in_words(shown.total, up_to=MOST + 1),
        next=shown.next,
        group=group,
        alike=words.alike_in_words(group.by, group.domain),
    )


async def decide_like(request: Request) -> Response:
    """POST /moderation/comments/ID/like/decisions: decide on the comment and all that wait and are like it."""
    me = signed_in(request)
    wish = read_wish(me.form, also={"by", "domain"})
    group = _group(request, me.form.get("by"), me.form.get("domain"))
    many, is_more = await _decide(request, me, group, wish)
    part(request, Live).kick()
    tell(me, many, wish.verb)
    if not wants_json(request):
        return RedirectResponse(back_with(me.form, many, wish.verb), HTTPStatus.SEE_OTHER)

    def told(conn: Connection) -> dict[str, Any]:
        faster = decisions.last(conn, many.skipped, site_ids=me.site_ids)
        counts = queue.counts(conn, site_ids=me.site_ids, up_to=COUNT_UP_TO)
        return answers.decided_many(many, faster) | {"decision": wish.verb, "counts": counts, "more": is_more}

    return JSONResponse(await part(request, Store).read(told))


async def _decide(request: Request, me: SignedIn, group: _Group, wish: Wish) -> tuple[DecidedMany, bool]:
    """In portions of one batch, so that nobody else waits long; what comes in meanwhile is not meant."""
    store, now = part(request, Store), part(request, Clocks).now()
    meant = await store.read(lambda conn: _ids(conn, group, me, limit=MOST + 1))
    many = DecidedMany(new_public_id())
    for start in range(0, min(len(meant), MOST), AT_ONCE):
        portion = meant[start : start + AT_ONCE]
        done = await store.write(
            lambda conn, portion=portion: decisions.decide_many(  # type: ignore[misc]
                conn,
                portion,
                wish.verb,
                site_ids=me.site_ids,
                moderator_id=me.moderator_id,
                reason=wish.reason,
                now=now,
                seen=CommentStatus.PENDING,
                message=wish.message,
                batch=many.batch,
            )
        )
        many.decided.extend(done.decided)
        many.skipped.extend(done.skipped)
    return many, len(meant) > MOST


def _ids(conn: Connection, group: _Group, me: SignedIn, *, after: str | None = None, limit: int) -> list[str]:
    return likes.ids(conn, group.of, group.by, group.domain, site_ids=me.site_ids, after=after, limit=limit)


def _group(request: Request, by: str | None, domain: str | None) -> _Group:
    public_id = request.path_params["id"]
    if not is_public_id(public_id):
        raise UnknownCommentError
    if not by:
        raise MissingParameterError
    likeness = one_of(Likeness, by, Likeness.AUTHOR)
    if (likeness is Likeness.DOMAIN) != bool(domain) or len(domain or "") > _DOMAIN_CHARACTERS:
        raise MalformedParameterError
    return _Group(public_id, likeness, domain or None)
