"""The second step of signing in, for those who have a second factor: the code that their phone shows."""

from datetime import timedelta
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from commentsvc.accounts.begin_session import begin_session
from commentsvc.accounts.browsers import bound_to, new_form, sent_form, set_form_cookie
from commentsvc.accounts.check_code import check_code
from commentsvc.accounts.return_paths import SIGN_IN, path_for
from commentsvc.accounts.sessions import Way
from commentsvc.domain.errors import (
    CommentsvcError,
    InvalidTokenError,
    TooManyRequestsError,
    UnknownFieldError,
    WrongCodeError,
)
from commentsvc.store import moderators
from commentsvc.store.engine import Store
from commentsvc.store.moderators import Moderator
from commentsvc.web.pages import Pages
from commentsvc.web.parts import part
from commentsvc.web.tokens import Claims, Purpose, Signer

_VALID_FOR = timedelta(minutes=10)
_FIELDS = frozenset({"state", "code"})


async def let_in(request: Request, who: Moderator, way: Way, *, word: str) -> Response:
    """Begin a session for somebody who has passed the first step, or ask for their second factor.

    Args:
        request: A form from a page that was shown to the same browser.
        who: As the first step has proven.
        way: How.
        word: Where to go on to, as in `return_paths`.
    """
    if not who.has_second_factor:
        return await begin_session(request, who.id, way, to=path_for(word))
    claims = {"moderator": who.id, "way": way, "next": word, "bound_to": bound_to(request)}
    return _page(request, part(request, Signer).sign(Purpose.SECOND_FACTOR, claims))


async def leave_for_sign_in(_request: Request) -> Response:
    """GET /moderation/sign-in/code: there is nothing to look at here; whoever reloads begins again."""
    return RedirectResponse(SIGN_IN, HTTPStatus.SEE_OTHER)


async def sign_in_by_code(request: Request) -> Response:
    """POST /moderation/sign-in/code: check the code of the second factor, begin the session.

    What the first step has proven comes back in a signed field that is worth something in the same browser only.
    """
    form = sent_form(request)
    if not form.keys() <= _FIELDS:
        raise UnknownFieldError
    state = form.get("state", "")
    try:
        claims = _proven(request, state)
        who = await _still_let_in(request, claims["moderator"])
    except InvalidTokenError:
        return RedirectResponse(SIGN_IN, HTTPStatus.SEE_OTHER)
    try:
        await check_code(request, who.id, form.get("code", ""))
    except (WrongCodeError, TooManyRequestsError) as error:
        return _page(request, state, error)
    return await begin_session(request, who.id, Way(claims["way"]), to=path_for(claims["next"]))


def _proven(request: Request, state: str) -> Claims:
    claims = part(request, Signer).verify(Purpose.SECOND_FACTOR, state, max_age=_VALID_FOR)
    if claims["bound_to"] != bound_to(request):
        raise InvalidTokenError("another browser's first step")
    return claims


async def _still_let_in(request: Request, moderator_id: int) -> Moderator:
    """Between the steps somebody may have been disabled, or had the factor taken away: then they begin again."""
    who = await part(request, Store).read(lambda conn: moderators.by_id(conn, moderator_id))
    if who is None or who.is_disabled or not who.has_second_factor:
        raise InvalidTokenError("no longer as in the first step")
    return who


def _page(request: Request, state: str, error: CommentsvcError | None = None) -> Response:
    token, cookie = new_form(request)
    status = HTTPStatus.OK if error is None else error.status
    answer = part(request, Pages).show(
        "accounts/sign_in_code.html", status=status, form_token=token, state=state, error=error
    )
    if error is not None and error.retry_after_seconds is not None:
        answer.headers["Retry-After"] = str(error.retry_after_seconds)
    set_form_cookie(request, answer, cookie)
    return answer
