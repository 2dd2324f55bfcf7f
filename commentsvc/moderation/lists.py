"""The moderation queue and its sister lists."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from commentsvc.domain.acts import Act
from commentsvc.domain.clock import Clocks
from commentsvc.domain.comment import HeldComment
from commentsvc.domain.errors import MalformedParameterError, NotFoundError
from commentsvc.domain.ids import is_public_id
from commentsvc.domain.site import Site
from commentsvc.domain.status import CommentStatus
from commentsvc.moderation import words
from commentsvc.moderation.cards import with_surroundings
from commentsvc.moderation.frame import frame
from commentsvc.moderation.places import PATHS, list_address
from commentsvc.store import decisions, queue, sites
from commentsvc.store.engine import Store
from commentsvc.store.queue import HeldPage
from commentsvc.web.pages import Pages
from commentsvc.web.parts import part
from commentsvc.web.query import read_query
from commentsvc.web.signed_in import signed_in

PER_PAGE = 20

_STATUSES = {path: status for status, path in PATHS.items()}


@dataclass(frozen=True, slots=True)
class _Shown:
    """What one list page is made from, all of one moment."""

    page: HeldPage
    comments: list[HeldComment]
    frame: dict[str, Any]
    sites: list[Site]
    decided: HeldComment | None
    """The comment that the moderator has just decided on."""
    batch: tuple[Act, int] | None
    """What they have just done in one go, and to how many."""


async def show_list(request: Request) -> Response:
    """GET /moderation, /moderation/approved, …: twenty comments in one status, and what may be done with each."""
    me, status = signed_in(request), _STATUSES[request.url.path]
    query = read_query(request, required=(), optional=("site", "after", "done", "comment", "batch", "skipped"))
    after, decided, batch = (optional_public_id(query.get(name)) for name in ("after", "comment", "batch"))
    now = part(request, Clocks).now()

    def job(conn: Connection) -> _Shown:
        own = sites.with_ids(conn, me.site_ids)
        chosen = chosen_sites(own, query.get("site"))
        page = queue.page(conn, status, site_ids=chosen, after=after, limit=PER_PAGE)
        return _Shown(
            page=page,
            comments=with_surroundings(conn, page.comments, me, now),
            frame=frame(conn, me, site_ids=chosen),
            sites=own,
            decided=None if decided is None else queue.one(conn, decided, site_ids=me.site_ids),
            batch=None if batch is None else decisions.of_batch(conn, batch, site_ids=me.site_ids),
        )

    shown = await part(request, Store).read(job)
    return _page(request, status, query, shown)


def _page(request: Request, status: CommentStatus, query: Mapping[str, str], shown: _Shown) -> Response:
    site, following = query.get("site"), shown.page.next
    return part(request, Pages).show(
        "moderation/list.html",
        **shown.frame | {"lists": {each: list_address(each, site=site) for each in PATHS}},
        current=status,
        comments=shown.comments,
        sites=shown.sites,
        site=site,
        after=query.get("after"),
        next_page=None if following is None else list_address(status, site=site, after=following),
        done=words.confirmation(query.get("done"), shown.decided),
        batch=query.get("batch"),
        may_undo=shown.batch is not None and shown.batch[0] is not Act.UNDO,
        done_many=words.confirmation_of_many(shown.batch, query.get("skipped")),
    )


def chosen_sites(own: Collection[Site], key: str | None) -> frozenset[int]:
    """Row ids of the sites to show; another's site is as good as absent."""
    chosen = frozenset(site.id for site in own if key is None or site.key == key)
    if key is not None and not chosen:
        raise NotFoundError
    return chosen


def optional_public_id(text: str | None) -> str | None:
    """A public id from an address.

    Raises:
        MalformedParameterError: It has another form.
    """
    if text is not None and not is_public_id(text):
        raise MalformedParameterError
    return text
