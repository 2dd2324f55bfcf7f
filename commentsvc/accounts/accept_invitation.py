"""Accepting an invitation to a site. Looking at it changes nothing; joining needs an account and its button.

Nobody learns here whether an address is known. Whoever has no account asks for one; the answer is the same whether or
not there was one under that address, and leads to signing in: with the new password if the address was new, else with
the old one. Only then is the invitation used up. What the attempt to sign in tells in the end, it tells about one
address for each invitation, for it lets an account be asked for once.
"""

import re
from http import HTTPStatus

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from commentsvc.accounts.browsers import new_form, sent_form, set_form_cookie
from commentsvc.accounts.register import Registration, fields_of, register
from commentsvc.accounts.return_paths import INVITATION, SIGN_IN, SITES, word_for
from commentsvc.accounts.sessions import CurrentSession, SessionPolicy, current_session, digest_of
from commentsvc.domain.clock import Clocks
from commentsvc.domain.errors import InvalidInputError, InvitationNotValidError, UnknownFieldError
from commentsvc.store import invitations
from commentsvc.store.engine import Store
from commentsvc.store.invitations import Invitation
from commentsvc.web.pages import Pages
from commentsvc.web.parts import part
from commentsvc.web.query import read_query

_FORM = re.compile(r"[A-Za-z0-9_-]{43}")
_REFERRER_POLICY = "strict-origin"
"""Never the link itself; but the origin, so that the browser names it when the form is sent."""
_FIELDS = frozenset({"token", "name", "email", "password"})


async def show_invitation(request: Request) -> Response:
    """GET /moderation/invitation: what one is invited to, and how to accept.

    The token comes in the link; after signing in, from the cookie that keeps it meanwhile.
    """
    query = read_query(request, required=(), optional=("token",))
    token = query.get("token") or request.cookies.get(_cookie_name(request), "")
    return await _page(request, token, await current_session(request))


async def answer_invitation(request: Request) -> Response:
    """POST /moderation/invitation: join with the account one is signed in to, or ask for an account."""
    form = sent_form(request)
    if not form.keys() <= _FIELDS:
        raise UnknownFieldError
    token, session = form.get("token", ""), await current_session(request)
    if session is not None:
        return await _join(request, token, session)
    try:
        await register(request, _digest(token), fields_of(form))
    except InvalidInputError as error:
        return await _page(request, token, None, Registration(form.get("name", ""), error.fields))
    answer = RedirectResponse(f"{SIGN_IN}?next={word_for(INVITATION)}", HTTPStatus.SEE_OTHER)
    return _keeping(request, answer, token)


async def _join(request: Request, token: str, session: CurrentSession) -> Response:
    now, who = part(request, Clocks).now(), session.moderator.id

    def job(conn: Connection) -> Invitation:
        return invitations.accept(conn, _digest(token), who, now=now)

    joined = await part(request, Store).write(job)
    answer = RedirectResponse(f"{SITES}/{joined.site_key}", HTTPStatus.SEE_OTHER)
    part(request, SessionPolicy).drop_cookie(answer, _cookie_name(request))
    return answer


async def _page(
    request: Request, token: str, session: CurrentSession | None, typed: Registration | None = None
) -> Response:
    now = part(request, Clocks).now()
    found = await part(request, Store).read(lambda conn: invitations.by_digest(conn, _digest(token), now=now))
    if found is None:
        raise InvitationNotValidError
    form_token, cookie = new_form(request)
    answer = part(request, Pages).show(
        "accounts/invitation.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if typed else HTTPStatus.OK,
        invitation=found,
        who=None if session is None else session.moderator,
        form_token=form_token,
        token=token,
        typed=typed or Registration(found.name, {}),
    )
    set_form_cookie(request, answer, cookie)
    return _keeping(request, answer, token)


def _keeping(request: Request, answer: Response, token: str) -> Response:
    """The answer with the cookie that brings the invitation back after signing in."""
    if _FORM.fullmatch(token):
        part(request, SessionPolicy).set_cookie(answer, _cookie_name(request), token)
    answer.headers["Referrer-Policy"] = _REFERRER_POLICY
    return answer


def _cookie_name(request: Request) -> str:
    return f"{part(request, SessionPolicy).cookie}-invitation"


def _digest(token: str) -> bytes:
    return digest_of(token if _FORM.fullmatch(token) else "")
