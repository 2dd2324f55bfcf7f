"""The gate in front of every page for moderators: who is it, and did a page of ours send this form?"""

import functools
from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from commentsvc.accounts import browsers
from commentsvc.accounts.return_paths import HOME, SIGN_IN, word_for
from commentsvc.accounts.sessions import CurrentSession, current_session
from commentsvc.domain.errors import SignInRequiredError
from commentsvc.web.csrf import FORM_BYTES, form_token, read_own_form
from commentsvc.web.problem_page import Endpoint, errors_as_pages
from commentsvc.web.signed_in import SignedIn, let_in
from commentsvc.web.visitor import Visitor, let_visit
from commentsvc.web.wants_json import wants_json

REFERRER_POLICY = "same-origin"
"""Tells other sites nothing. Under `no-referrer` browsers would withhold the origin from our own forms too."""
LINK_REFERRER_POLICY = "strict-origin"
"""Never the link itself; but the origin, so that the browser names it when the form is sent."""
_SESSION = "commentsvc.session"


def behind_sign_in(routes: Iterable[Route], *, form_bytes: int = FORM_BYTES) -> list[Route]:
    """The same routes for signed-in moderators only; a POST reaches them only with a form from our own page.

    Everybody else is sent to the sign-in page. Errors become pages.

    Args:
        routes: Whose endpoints take a request.
        form_bytes: The largest form that they take.
    """
    return [_with_endpoint(route, _for_moderators(route.endpoint, form_bytes)) for route in routes]


def before_sign_in(routes: Iterable[Route]) -> list[Route]:
    """The same routes for everybody; a POST reaches them only with a form from a page shown to the same browser."""
    return [_with_endpoint(route, _for_everybody(route.endpoint)) for route in routes]


def opened_from_mail(routes: Iterable[Route]) -> list[Route]:
    """The same routes for whoever holds a link in a mail, signed in or not; a POST as for `before_sign_in`.

    The link stands in the address, so that no other site may be told it, nor may a cache keep the page.
    """
    return [_with_endpoint(route, _for_visitors(route.endpoint)) for route in routes]


def session_of(request: Request) -> CurrentSession:
    """The session of a request that came through `behind_sign_in`."""
    session = request.scope[_SESSION]
    assert isinstance(session, CurrentSession)  # noqa: S101 - only the gate writes there
    return session


def _with_endpoint(route: Route, endpoint: Endpoint) -> Route:
    methods = sorted(route.methods or {"GET"})
    return Route(route.path, endpoint, methods=methods, name=route.name)


def _for_moderators(endpoint: Endpoint, form_bytes: int) -> Endpoint:
    @functools.wraps(endpoint)
    async def guarded(request: Request) -> Response:
        session = await current_session(request)
        if session is None and wants_json(request):
            raise SignInRequiredError
        if session is None:
            return RedirectResponse(f"{SIGN_IN}?next={word_for(request.url.path)}", 303)
        form = await _form(request, session, form_bytes) if request.method == "POST" else {}
        request.scope[_SESSION] = session
        let_in(request, _signed_in(request, session, form))
        return await endpoint(request)

    return _as_page(guarded, back=HOME)


async def _form(request: Request, session: CurrentSession, form_bytes: int) -> dict[str, str]:
    return await read_own_form(request, bound_to=session.bound_to, limit_bytes=form_bytes)


def _for_everybody(endpoint: Endpoint) -> Endpoint:
    @functools.wraps(endpoint)
    async def guarded(request: Request) -> Response:
        if request.method == "POST":
            browsers.keep_form(request, await read_own_form(request, bound_to=browsers.bound_to(request)))
        return await endpoint(request)

    return _as_page(guarded, back=SIGN_IN)


def _for_visitors(endpoint: Endpoint) -> Endpoint:
    @functools.wraps(endpoint)
    async def guarded(request: Request) -> Response:
        is_post = request.method == "POST"
        form = await read_own_form(request, bound_to=browsers.bound_to(request)) if is_post else {}
        token, cookie = browsers.new_form(request)
        let_visit(request, Visitor(token, form))
        answer = await endpoint(request)
        browsers.set_form_cookie(request, answer, cookie)
        answer.headers["Referrer-Policy"] = LINK_REFERRER_POLICY
        return answer

    return _as_page(guarded, back=HOME)


def _as_page(endpoint: Endpoint, *, back: str) -> Endpoint:
    answering = errors_as_pages(endpoint, back=back)

    @functools.wraps(endpoint)
    async def handler(request: Request) -> Response:
        answer = await answering(request)
        answer.headers.setdefault("Referrer-Policy", REFERRER_POLICY)
        answer.headers.setdefault("Cache-Control", "no-store")
        return answer

    return handler


def _signed_in(request: Request, session: CurrentSession, form: dict[str, str]) -> SignedIn:
    who = session.moderator
    return SignedIn(
        moderator_id=who.id,
        name=who.name,
        roles=who.roles,
        has_password=who.password_hash is not None,
        form_token=form_token(request, bound_to=session.bound_to),
        form=form,
    )
