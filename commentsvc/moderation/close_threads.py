"""The articles of a site: which take comments, and which no longer."""

from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode

import structlog
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from commentsvc.domain.clock import Clocks
from commentsvc.domain.comment import Thread
from commentsvc.domain.errors import MissingParameterError, NotFoundError
from commentsvc.domain.site import Site
from commentsvc.moderation.frame import frame
from commentsvc.moderation.typed import only, yes_or_no
from commentsvc.store import sites, threads
from commentsvc.store.engine import Store
from commentsvc.store.threads import LivelyThread
from commentsvc.web.pages import Pages
from commentsvc.web.parts import part
from commentsvc.web.query import read_query
from commentsvc.web.signed_in import SignedIn, signed_in

log = structlog.get_logger()

PATH = "/moderation/threads"
_SHOWN = 50
_FIELDS = ("site", "address", "open")


@dataclass(frozen=True, slots=True)
class _Shown:
    site: Site
    sites: list[Site]
    lively: list[LivelyThread]
    found: Thread | None


async def show_threads(request: Request) -> Response:
    """GET /moderation/threads: a site's articles with the newest comments, or the one at an address."""
    me = signed_in(request)
    query = read_query(request, required=(), optional=("site", "address"))
    shown, around = await part(request, Store).read(lambda conn: (_look(conn, me, query), frame(conn, me)))
    return part(request, Pages).show(
        "moderation/threads.html",
        **around,
        site=shown.site,
        sites=shown.sites,
        lively=shown.lively,
        found=shown.found,
        address=query.get("address"),
    )


async def close_thread(request: Request) -> Response:
    """POST /moderation/threads: close or open the thread at an address."""
    me, now = signed_in(request), part(request, Clocks).now()
    only(me.form, _FIELDS)
    is_open = yes_or_no(me.form, "open")
    key, address = me.form.get("site"), me.form.get("address")
    if key is None or address is None:
        raise MissingParameterError

    def job(conn: Connection) -> Thread:
        site = sites.looked_after(conn, key, me.roles)
        return threads.set_open_by(conn, site.id, address, is_open=is_open, moderator_id=me.moderator_id, now=now)

    await part(request, Store).write(job)
    log.info("thread_switched", site=key, status="open" if is_open else "closed", moderator=me.moderator_id)
    return RedirectResponse(f"{PATH}?{urlencode({'site': key, 'address': address})}", HTTPStatus.SEE_OTHER)


def _look(conn: Connection, me: SignedIn, query: dict[str, str]) -> _Shown:
    own = sites.with_ids(conn, me.site_ids)
    if not own:
        raise NotFoundError
    site = sites.looked_after(conn, query.get("site", own[0].key), me.roles)
    address = query.get("address")
    found = None if address is None else threads.find(conn, site.id, address)
    return _Shown(site, own, [] if address else threads.lively(conn, site.id, limit=_SHOWN), found)
