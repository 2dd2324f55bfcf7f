"""The sites that a moderator looks after, and the page of each: what it is, and where everything about it stands."""

from dataclasses import dataclass

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from commentsvc.domain.roles import Role
from commentsvc.domain.site import Site
from commentsvc.moderation import policy_in_words
from commentsvc.moderation.places import COUNT_UP_TO
from commentsvc.store import members, queue, sites
from commentsvc.store.engine import Store
from commentsvc.store.members import Member
from commentsvc.web.pages import Pages
from commentsvc.web.parts import part
from commentsvc.web.query import read_query
from commentsvc.web.signed_in import signed_in


@dataclass(frozen=True, slots=True)
class _Listed:
    """One site in the list."""

    site: Site
    role: Role
    member_count: int
    waiting: int
    """Comments that wait there, at most `COUNT_UP_TO`."""


async def show_sites(request: Request) -> Response:
    """GET /moderation/sites: the sites one looks after, as what, with how many others, and how much waits."""
    read_query(request, required=())
    me = signed_in(request)

    def job(conn: Connection) -> list[_Listed]:
        counts = members.how_many(conn, me.site_ids)
        waiting = queue.waiting(conn, site_ids=me.site_ids, up_to=COUNT_UP_TO)
        return [
            _Listed(site, me.roles[site.id], counts[site.id], waiting[site.id])
            for site in sites.with_ids(conn, me.site_ids)
        ]

    listed = await part(request, Store).read(job)
    return part(request, Pages).show("moderation/sites.html", me=me, listed=listed, count_up_to=COUNT_UP_TO)


async def show_site(request: Request) -> Response:
    """GET /moderation/sites/KEY: name, origins, policy in words, members, and links to the rest."""
    read_query(request, required=())
    me = signed_in(request)

    def job(conn: Connection) -> tuple[Site, list[Member], int]:
        site = sites.looked_after(conn, request.path_params["key"], me.roles)
        waiting = queue.waiting(conn, site_ids=[site.id], up_to=COUNT_UP_TO)[site.id]
        return site, members.of_site(conn, site.id), waiting

    site, found, waiting = await part(request, Store).read(job)
    return part(request, Pages).show(
        "moderation/site.html",
        me=me,
        site=site,
        members=[each for each in found if not each.is_disabled],
        is_owner=me.roles[site.id] is Role.OWNER,
        policy=policy_in_words.sentences(site.policy),
        waiting=waiting,
        count_up_to=COUNT_UP_TO,
    )
