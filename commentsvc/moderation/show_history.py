"""A site's history: who did what, when and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from commentsvc.domain.acts import Act
from commentsvc.domain.clock import Clocks
from commentsvc.domain.errors import MalformedParameterError
from commentsvc.domain.history import Head
from commentsvc.domain.ids import is_public_id
from commentsvc.domain.site import Site
from commentsvc.moderation import past_in_words
from commentsvc.moderation.choose_site import SiteChoice, choose_site
from commentsvc.moderation.frame import frame
from commentsvc.store import history, history_pages
from commentsvc.store.engine import Store
from commentsvc.store.history_pages import Hand, PastFilter, PastPage
from commentsvc.web.pages import Pages
from commentsvc.web.parts import part
from commentsvc.web.query import read_query
from commentsvc.web.signed_in import SignedIn, signed_in

PATH = "/moderation/history"
LINES = 50
ENTRIES_EACH = 20
"""Entries of one batch that its line unfolds to; the rest is a page of its own."""
_FILTERS = ("site", "moderator", "comment", "batch", "act", "since", "until")
_DIGITS = 18


@dataclass(frozen=True, slots=True)
class _Shown:
    choice: SiteChoice
    page: PastPage
    hands: list[Hand]
    frame: dict[str, Any]
    head: Head | None


async def show_history(request: Request) -> Response:
    """GET /moderation/history: what was done on a site, the newest first; by moderator, act, comment, batch or day."""
    me = signed_in(request)
    query = read_query(request, required=(), optional=(*_FILTERS, "after"))
    wanted, after = read_filter(query), _number(query.get("after"))
    shown = await part(request, Store).read(lambda conn: _look(conn, me, query.get("site"), wanted, after))
    return _page(request, query, shown)


def read_filter(query: Mapping[str, str]) -> PastFilter:
    """The entries that an address asks for.

    Raises:
        MalformedParameterError: A value that its parameter cannot have.
    """
    until = _day(query.get("until"))
    return PastFilter(
        handle=_number(query.get("moderator")),
        act=_act(query.get("act")),
        comment=_public_id(query.get("comment")),
        batch=_public_id(query.get("batch")),
        since=_day(query.get("since")),
        before=None if until is None else until + timedelta(days=1),
    )


def _look(conn: Connection, me: SignedIn, key: str | None, wanted: PastFilter, after: int | None) -> _Shown:
    choice = choose_site(conn, me, key)
    if choice.site is None:
        return _Shown(choice, PastPage([], None), [], frame(conn, me), None)
    here = choice.site.id
    page = history_pages.page(conn, here, wanted, after=after, limit=LINES, entries_each=ENTRIES_EACH)
    return _Shown(choice, page, history_pages.hands(conn, here), frame(conn, me), history.head(conn, here))


def _page(request: Request, query: Mapping[str, str], shown: _Shown) -> Response:
    site, following = shown.choice.site, shown.page.next
    same = {name: value for name, value in query.items() if name != "after"}
    return part(request, Pages).show(
        "moderation/history.html",
        **shown.frame,
        now=part(request, Clocks).now(),
        past=past_in_words,
        acts=Act,
        by_nobody=history_pages.BY_NOBODY,
        sites=shown.choice.own,
        site=site,
        is_owner=shown.choice.is_owner,
        hands=shown.hands,
        days=past_in_words.by_day(shown.page.lines),
        query=query,
        is_filtered=bool(same.keys() - {"site"}),
        here=PATH,
        next_page=None if following is None else f"{PATH}?{urlencode(same | {'after': str(following)})}",
        noted=None if site is None or shown.head is None else as_noted(site, shown.head),
    )


def as_noted(site: Site, head: Head) -> str:
    """The end of a history as ``commentsvc verify-history --expect`` takes it: ``KEY:NUMBER:HASH``."""
    return f"{site.key}:{head.number}:{head.hash.hex()}"


def _number(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        raise MalformedParameterError
    return int(text)


def _act(text: str | None) -> Act | None:
    try:
        return None if text is None else Act(text)
    except ValueError:
        raise MalformedParameterError from None


def _public_id(text: str | None) -> str | None:
    if text is not None and not is_public_id(text):
        raise MalformedParameterError
    return text


def _day(text: str | None) -> datetime | None:
    """The beginning of a day in UTC: ``2026-11-24``."""
    try:
        return None if text is None else datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise MalformedParameterError from None
