"""Signing in with a one-time link: looking at it changes nothing, pressing its button uses it up."""

import re
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from commentsvc.accounts.browsers import new_form, sent_form, set_form_cookie
from commentsvc.accounts.gate import LINK_REFERRER_POLICY
from commentsvc.accounts.return_paths import HOME, word_for
from commentsvc.accounts.sessions import Way, digest_of
from commentsvc.accounts.sign_in_by_code import let_in
from commentsvc.domain.clock import Clocks
from commentsvc.store import moderators, sessions
from commentsvc.store.engine import Store
from commentsvc.web.pages import Pages
from commentsvc.web.parts import part

_FORM = re.compile(r"[A-Za-z0-9_-]{43}")


async def show_link(request: Request) -> Response:
    """GET /moderation/link: a button; mail scanners and curious proxies may look as often as they like."""
    token = request.query_params.get("token", "")
    now = part(request, Clocks).now()
    digest = _digest(token)
    owner = await part(request, Store).read(lambda conn: sessions.link_owner(conn, digest, now=now))
    if owner is None:
        return _used_up(request)
    form_token, cookie = new_form(request)
    answer = part(request, Pages).show("accounts/link.html", form_token=form_token, token=token)
    answer.headers["Referrer-Policy"] = LINK_REFERRER_POLICY
    set_form_cookie(request, answer, cookie)
    return answer


async def sign_in_by_link(request: Request) -> Response:
    """POST /moderation/link: use the link up; then a session, or the second factor."""
    store, now = part(request, Store), part(request, Clocks).now()
    digest = _digest(sent_form(request).get("token", ""))
    owner = await store.write(lambda conn: sessions.use_link(conn, digest, now=now), always=True)
    who = None if owner is None else await store.read(lambda conn: moderators.by_id(conn, owner))
    if who is None or who.is_disabled:
        return _used_up(request)
    return await let_in(request, who, Way.LINK, word=word_for(HOME))


def _digest(token: str) -> bytes:
    return digest_of(token if _FORM.fullmatch(token) else "")


def _used_up(request: Request) -> Response:
    answer = part(request, Pages).show("accounts/link_used.html", status=HTTPStatus.FORBIDDEN)
    answer.headers["Referrer-Policy"] = LINK_REFERRER_POLICY
    return answer
