"""Who looks after a site, for its owners: roles, leaving, open invitations."""

from dataclasses import dataclass, field
from http import HTTPStatus

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from commentsvc.accounts.return_paths import SITES
from commentsvc.domain.clock import Clocks
from commentsvc.domain.errors import MalformedParameterError, UnknownFieldError
from commentsvc.domain.roles import Role
from commentsvc.domain.site import Site
from commentsvc.store import invitations, members, sites
from commentsvc.store.engine import Store
from commentsvc.web.pages import Pages
from commentsvc.web.parts import part
from commentsvc.web.query import one_of, read_query
from commentsvc.web.signed_in import SignedIn, signed_in

_DONE = {
    "role": "The role is changed.",
    "removed": "They no longer look after this site.",
    "withdrawn": "The invitation is withdrawn; its link is worth nothing any more.",
}
_MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into the form for an invitation, to be shown again with what is wrong with it."""

    name: str = ""
    role: str = Role.MODERATOR
    errors: dict[str, str] = field(default_factory=dict)


async def show_members(request: Request) -> Response:
    """GET /moderation/sites/KEY/members: members, roles, open invitations, and the form for a new one."""
    query = read_query(request, required=(), optional=("done",))
    if "done" in query and query["done"] not in _DONE:
        raise MalformedParameterError
    return await members_page(request, done=_DONE.get(query.get("done", "")))


async def change_role(request: Request) -> Response:
    """POST /moderation/sites/KEY/members/NUMBER/role: make a member an owner or a moderator."""
    me, now = signed_in(request), part(request, Clocks).now()
    number, form = _number(request), _fields(me, "role")
    role = one_of(Role, form.get("role"), Role.MODERATOR)

    def job(conn: Connection) -> Site:
        site = own_site(request, conn, me)
        members.change_role(conn, number, role, site_id=site.id, by=me.moderator_id, now=now)
        return site

    site = await part(request, Store).write(job)
    if number == me.moderator_id and role is not Role.OWNER:
        return RedirectResponse(f"{SITES}/{site.key}", HTTPStatus.SEE_OTHER)
    return _back(site, "role")


async def remove_member(request: Request) -> Response:
    """POST /moderation/sites/KEY/members/NUMBER/remove: take somebody off the site, also oneself."""
    me, now = signed_in(request), part(request, Clocks).now()
    number, _ = _number(request), _fields(me)

    def job(conn: Connection) -> Site:
        site = own_site(request, conn, me)
        members.remove(conn, number, site_id=site.id, by=me.moderator_id, now=now)
        return site

    site = await part(request, Store).write(job)
    return RedirectResponse(SITES, HTTPStatus.SEE_OTHER) if number == me.moderator_id else _back(site, "removed")


async def withdraw_invitation(request: Request) -> Response:
    """POST /moderation/sites/KEY/members/invitations/ID/withdraw: make an open invitation worth nothing."""
    me, now = signed_in(request), part(request, Clocks).now()
    _fields(me)

    def job(conn: Connection) -> Site:
        site = own_site(request, conn, me)
        invitations.withdraw(conn, request.path_params["id"], site_id=site.id, by=me.moderator_id, now=now)
        return site

    return _back(await part(request, Store).write(job), "withdrawn")


async def members_page(
    request: Request, *, done: str | None = None, new_link: str | None = None, typed: Typed | None = None
) -> Response:
    """The page of a site's members.

    Args:
        request: Names the site; of one of its owners.
        done: A sentence about what was just done.
        new_link: Address of an invitation just made; it is shown this once.
        typed: An invitation that could not be made.
    """
    me, now = signed_in(request), part(request, Clocks).now()

    def job(conn: Connection) -> tuple[Site, list[members.Member], list[invitations.Invitation]]:
        site = own_site(request, conn, me)
        return site, members.of_site(conn, site.id), invitations.open_on(conn, site.id, now=now)

    site, found, waiting = await part(request, Store).read(job)
    return part(request, Pages).show(
        "accounts/members.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if typed else HTTPStatus.OK,
        me=me,
        site=site,
        members=found,
        invitations=waiting,
        roles=list(Role),
        done=done,
        new_link=new_link,
        typed=typed or Typed(),
    )


def own_site(request: Request, conn: Connection, me: SignedIn) -> Site:
    """The site that the address names, if whoever asks owns it.

    Raises:
        NotFoundError: They do not look after it, or there is none (404).
        OwnerRequiredError: They look after it, but do not own it (403).
    """
    return sites.looked_after(conn, request.path_params["key"], me.roles, role=Role.OWNER)


def _number(request: Request) -> int:
    """Row id of a member; what is no number is nobody's."""
    text: str = request.path_params["number"]
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        return 0
    return int(text)


def _fields(me: SignedIn, *names: str) -> dict[str, str]:
    if not me.form.keys() <= set(names):
        raise UnknownFieldError
    return dict(me.form)


def _back(site: Site, done: str) -> Response:
    return RedirectResponse(f"{SITES}/{site.key}/members?done={done}", HTTPStatus.SEE_OTHER)
