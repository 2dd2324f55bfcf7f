"""Searching: words and filters over all comments of a moderator's sites, on the same cards as the lists."""

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from commentsvc.domain.clock import Clocks
from commentsvc.domain.comment import HeldComment
from commentsvc.domain.search import Search
from commentsvc.domain.site import Site
from commentsvc.moderation import words
from commentsvc.moderation.cards import with_surroundings
from commentsvc.moderation.frame import frame
from commentsvc.moderation.lists import PER_PAGE, chosen_sites, optional_public_id
from commentsvc.moderation.search_query import LONGEST_QUERY, NAMES, PATH, read_search, search_address
from commentsvc.store import queue, saved_searches, search, sites
from commentsvc.store.engine import Store
from commentsvc.store.saved_searches import SavedSearch
from commentsvc.store.search import Found
from commentsvc.web.pages import Pages
from commentsvc.web.parts import part
from commentsvc.web.query import read_query
from commentsvc.web.signed_in import signed_in

BUDGET_SECONDS = 0.010
"""A search that has looked for longer stops and says how to go on."""
FOUND_UP_TO = 250
"""Where counting what was found ends: each comment more takes time, and nobody decides by the number."""
_NOTHING = Found([], None, 0, is_complete=True)


@dataclass(frozen=True, slots=True)
class _Shown:
    found: Found
    frame: dict[str, Any]
    sites: list[Site]
    saved: list[SavedSearch]
    decided: HeldComment | None


async def show_search(request: Request) -> Response:
    """GET /moderation/search: the form, and twenty comments of what was found."""
    me, clocks = signed_in(request), part(request, Clocks)
    given = read_query(request, required=(), optional=(*NAMES, "after", "done", "comment", "batch", "skipped"))
    wish, after = read_search(given), optional_public_id(given.get("after"))
    decided = optional_public_id(given.get("comment"))
    problem, now = _problem(wish), clocks.now()

    def job(conn: Connection) -> _Shown:
        own = sites.with_ids(conn, me.site_ids)
        chosen = chosen_sites(own, wish.site)
        until = clocks.monotonic() + BUDGET_SECONDS
        found = _NOTHING
        if wish.query() and not problem:
            found = search.find(
                conn,
                wish,
                site_ids=chosen,
                after=after,
                limit=PER_PAGE,
                count_up_to=FOUND_UP_TO if after is None else PER_PAGE,
                today=now.date(),
                seconds_left=lambda: until - clocks.monotonic(),
            )
        return _Shown(
            found=replace(found, comments=with_surroundings(conn, found.comments, me, now)),
            frame=frame(conn, me),
            sites=own,
            saved=saved_searches.own(conn, me.moderator_id),
            decided=None if decided is None else queue.one(conn, decided, site_ids=me.site_ids),
        )

    shown = await part(request, Store).read(job)
    return _page(request, wish, after, shown, problem, words.confirmation(given.get("done"), shown.decided))


def _page(
    request: Request,
    wish: Search,
    after: str | None,
    shown: _Shown,
    problem: str | None,
    done: words.Confirmation | None,
) -> Response:
    following = shown.found.next
    return part(request, Pages).show(
        "moderation/search.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK,
        **shown.frame,
        path=PATH,
        search=wish,
        is_asked=bool(wish.query()) and problem is None,
        problem=problem,
        found=shown.found,
        found_up_to=FOUND_UP_TO,
        sites=shown.sites,
        saved=[(each, f"{PATH}?{each.query}") for each in shown.saved],
        after=after,
        next_page=None if following is None else search_address(wish, after=following),
        first_page=search_address(wish),
        done=done,
    )


def _problem(wish: Search) -> str | None:
    """What is wrong with the words, if they cannot be looked for."""
    if len(wish.words) > LONGEST_QUERY:
        return f"That is too long to look for: at most {LONGEST_QUERY} characters, please."
    if wish.words and not wish.phrases:
        return "There is no word in that. Search for letters, digits or emoji; signs alone are not looked for."
    return None
