"""The moderation queue and its sister lists."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from commentsvc.domain.comment import HeldComment
from commentsvc.domain.errors import MalformedParameterError, NotFoundError
from commentsvc.domain.ids import is_public_id
from commentsvc.domain.site import Site
from commentsvc.domain.status import CommentStatus
from commentsvc.moderation import words
from commentsvc.store import queue, sites
from commentsvc.store.engine import Store
from commentsvc.store.queue import HeldPage
from commentsvc.web.pages import Pages
from commentsvc.web.parts import part
from commentsvc.web.query import read_query
from commentsvc.web.signed_in import SignedIn, signed_in

PER_PAGE = 20
COUNT_UP_TO = 1_000

PATHS: Mapping[CommentStatus, str] = {
    CommentStatus.PENDING: "/moderation",
    CommentStatus.APPROVED: "/moderation/approved",
    CommentStatus.REJECTED: "/moderation/rejected",
    CommentStatus.SPAM: "/moderation/spam",
    CommentStatus.DELETED: "/moderation/deleted",
}
"""The five lists; also the only pages that a decision leads back to."""

_STATUSES = {path: status for status, path in PATHS.items()}


@dataclass(frozen=True, slots=True)
class _Shown:
    """What one list page is made from, all of one moment."""

    page: HeldPage
    counts: dict[CommentStatus, int]
    sites: list[Site]
    decided: HeldComment | None
    """The comment that the moderator has just decided on."""


async def show_list(request: Request) -> Response:
    """GET /moderation, /moderation/approved, …: twenty comments in one status, and what may be done with each."""
    me, status = signed_in(request), _STATUSES[request.url.path]
    query = read_query(request, required=(), optional=("site", "after", "done", "comment"))
    after, decided = optional_public_id(query.get("after")), optional_public_id(query.get("comment"))

    def job(conn: Connection) -> _Shown:
        own = sites.with_ids(conn, me.site_ids)
        chosen = chosen_sites(own, query.get("site"))
        return _Shown(
            page=queue.page(conn, status, site_ids=chosen, after=after, limit=PER_PAGE),
            counts=queue.counts(conn, site_ids=chosen, up_to=COUNT_UP_TO),
            sites=own,
            decided=None if decided is None else queue.one(conn, decided, site_ids=me.site_ids),
        )

    shown = await part(request, Store).read(job)
    return _page(request, me, status, query, shown)


def list_address(status: CommentStatus, *, anchor: str | None = None, **query: str | None) -> str:
    """Path and query of a list, from checked values only.

    Args:
        status: Which list.
        anchor: Public id of the comment to scroll to.
        query: ``site``, ``after``, ``done``, ``comment``; those that are None are left out.
    """
    given = urlencode({name: value for name, value in query.items() if value})
    return PATHS[status] + (f"?{given}" if given else "") + (f"#c-{anchor}" if anchor else "")


def _page(request: Request, me: SignedIn, status: CommentStatus, query: Mapping[str, str], shown: _Shown) -> Response:
    site, following = query.get("site"), shown.page.next
    return part(request, Pages).show(
        "moderation/list.html",
        me=me,
        words=words,
        current=status,
        comments=shown.page.comments,
        counts=shown.counts,
        count_up_to=COUNT_UP_TO,
        lists={each: list_address(each, site=site) for each in PATHS},
        sites=shown.sites,
        site=site,
        after=query.get("after"),
        next_page=None if following is None else list_address(status, site=site, after=following),
        done=words.confirmation(query.get("done"), shown.decided),
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
