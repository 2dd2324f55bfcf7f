"""One decision over a whole search: asked first, then carried out a portion a request, and taken back the same way."""

from collections.abc import Collection
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import structlog
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from commentsvc.domain.clock import Clocks
from commentsvc.domain.comment import HeldComment
from commentsvc.domain.errors import (
    DecisionNotPossibleError,
    MalformedParameterError,
    MissingParameterError,
    NotFoundError,
    UnknownFieldError,
)
from commentsvc.domain.ids import is_public_id
from commentsvc.domain.search import Search
from commentsvc.domain.status import Decision, next_status
from commentsvc.moderation.cards import with_surroundings
from commentsvc.moderation.frame import frame
from commentsvc.moderation.lists import chosen_sites
from commentsvc.moderation.live import Live
from commentsvc.moderation.search_query import read_spelled, search_address
from commentsvc.moderation.wishes import read_reason
from commentsvc.store import bulk, queue, search, sites
from commentsvc.store.bulk import MOST, Bulk
from commentsvc.store.decisions import UNDO_FOR
from commentsvc.store.engine import Store
from commentsvc.web.pages import Pages
from commentsvc.web.parts import part
from commentsvc.web.query import read_query
from commentsvc.web.signed_in import SignedIn, signed_in
from commentsvc.web.wants_json import wants_json

log = structlog.get_logger()

_EXAMPLES = 3
_UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class _Asked:
    total: int
    examples: list[HeldComment]
    frame: dict[str, Any]


async def ask_bulk(request: Request) -> Response:
    """GET /moderation/bulk: how many comments a decision would be about, with examples; it changes nothing."""
    me, now = signed_in(request), part(request, Clocks).now()
    given = read_query(request, required=("search", "decision"))
    wanted, verb = _read(given["search"], given["decision"])

    def job(conn: Connection) -> _Asked:
        here = _reach(conn, me, wanted)
        total = search.count(conn, wanted, site_ids=here, up_to=MOST + 1, today=now.date())
        found = search.oldest(
            conn, wanted, site_ids=here, first=1, last=search.last_row_id(conn), limit=_EXAMPLES, today=now.date()
        )
        examples = queue.these(conn, [row_id for row_id, _ in found], site_ids=here)
        return _Asked(total, with_surroundings(conn, examples, me, now), frame(conn, me))

    asked = await part(request, Store).read(job)
    return part(request, Pages).show(
        "moderation/bulk_ask.html",
        **asked.frame,
        search=wanted,
        verb=verb,
        total=asked.total,
        most=MOST,
        examples=asked.examples,
        back=search_address(wanted),
    )


async def start_bulk(request: Request) -> Response:
    """POST /moderation/bulk: write the run down; its own page carries it out."""
    me, now = signed_in(request), part(request, Clocks).now()
    if not me.form.keys() <= {"search", "decision", "reason"}:
        raise UnknownFieldError
    if not me.form.get("search") or not me.form.get("decision"):
        raise MissingParameterError
    wanted, verb = _read(me.form["search"], me.form["decision"])
    reason = read_reason(me.form)
    started = await part(request, Store).write(
        lambda conn: bulk.start(
            conn,
            wanted,
            verb,
            site_ids=_reach(conn, me, wanted),
            moderator_id=me.moderator_id,
            reason=reason,
            now=now,
        )
    )
    log.info("bulk_started", decision=verb, moderator=me.moderator_id)
    return RedirectResponse(_address(started), HTTPStatus.SEE_OTHER)


async def show_bulk(request: Request) -> Response:
    """GET /moderation/bulk/ID: how far a run has come."""
    me, public_id = signed_in(request), _public_id(request)
    given = read_query(request, required=(), optional=(_UNDONE,))

    def job(conn: Connection) -> tuple[Bulk, dict[str, Any]]:
        run = bulk.of(conn, public_id, moderator_id=me.moderator_id)
        return run, frame(conn, me)

    run, around = await part(request, Store).read(job)
    wanted = read_spelled(run.query)
    return part(request, Pages).show(
        "moderation/bulk.html",
        **around,
        run=run,
        address=_address(run.id),
        search=wanted,
        search_page=search_address(wanted),
        undone=given.get(_UNDONE),
    )


async def continue_bulk(request: Request) -> Response:
    """POST /moderation/bulk/ID: the next hundred; JSON for scripts that ask for it, else back to the run's page."""
    me, public_id, now = signed_in(request), _public_id(request), part(request, Clocks).now()
    if me.form:
        raise UnknownFieldError

    def job(conn: Connection) -> Bulk:
        wanted = read_spelled(bulk.of(conn, public_id, moderator_id=me.moderator_id).query)
        here = _reach(conn, me, wanted)
        return bulk.go_on(conn, public_id, wanted, site_ids=here, moderator_id=me.moderator_id, now=now)

    run = await part(request, Store).write(job)
    part(request, Live).kick()
    if wants_json(request):
        return JSONResponse(_as_json(run))
    return RedirectResponse(_address(public_id), HTTPStatus.SEE_OTHER)


async def undo_bulk(request: Request) -> Response:
    """POST /moderation/bulk/ID/undo: put a hundred back to where they were; the page says when none is left.

    JSON for scripts that ask for it: how many, whether that was all, and the page that tells.
    """
    me, public_id, now = signed_in(request), _public_id(request), part(request, Clocks).now()
    if me.form:
        raise UnknownFieldError
    back = await part(request, Store).write(
        lambda conn: bulk.take_back(
            conn, public_id, site_ids=me.site_ids, moderator_id=me.moderator_id, now=now, since=now - UNDO_FOR
        )
    )
    part(request, Live).kick()
    is_finished = back < bulk.PORTION
    page = f"{_address(public_id)}?{_UNDONE}={'all' if is_finished else 'some'}"
    if wants_json(request):
        return JSONResponse({"back": back, "is_finished": is_finished, "page": page})
    return RedirectResponse(page, HTTPStatus.SEE_OTHER)


def _as_json(run: Bulk) -> dict[str, object]:
    return {"total": run.total, "done": run.done, "skipped": run.skipped, "is_finished": run.is_finished}


def _read(spelled: str, decision: str) -> tuple[Search, Decision]:
    """A search with a status, and a decision that is possible from it.

    Raises:
        MalformedParameterError: Anything else.
    """
    wanted = read_spelled(spelled)
    if wanted.status is None or (wanted.words and not wanted.phrases):
        raise MalformedParameterError
    try:
        verb = Decision(decision)
        next_status(wanted.status, verb)
    except (ValueError, DecisionNotPossibleError):
        raise MalformedParameterError from None
    return wanted, verb


def _reach(conn: Connection, me: SignedIn, wanted: Search) -> Collection[int]:
    """Row ids of the sites that the search is about; another's site is as good as absent."""
    return chosen_sites(sites.with_ids(conn, me.site_ids), wanted.site)


def _public_id(request: Request) -> str:
    public_id: str = request.path_params["bulk"]
    if not is_public_id(public_id):
        raise NotFoundError
    return public_id


def _address(public_id: str) -> str:
    return f"/moderation/bulk/{public_id}"
