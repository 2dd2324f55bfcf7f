"""Signing in with address and password."""

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from commentsvc.accounts.attempts import count_attempt
from commentsvc.accounts.browsers import new_form, sent_form, set_form_cookie
from commentsvc.accounts.passwords import Passwords, Verified
from commentsvc.accounts.return_paths import path_for, word_for
from commentsvc.accounts.sessions import Way, current_session
from commentsvc.accounts.sign_in_by_code import let_in
from commentsvc.domain.emails import EmailAddress, ModeratorIndex
from commentsvc.domain.errors import CommentsvcError, TooManyRequestsError, UnknownFieldError, WrongCredentialsError
from commentsvc.store import moderators
from commentsvc.store.engine import Store
from commentsvc.store.moderators import Moderator
from commentsvc.web.pages import Pages
from commentsvc.web.parts import part

_FIELDS = frozenset({"email", "password", "next"})


async def show_sign_in(request: Request) -> Response:
    """GET /moderation/sign-in: the form; whoever is signed in goes on to the page they came for."""
    word = request.query_params.get("next", "")
    if await current_session(request) is not None:
        return RedirectResponse(path_for(word), HTTPStatus.SEE_OTHER)
    return _form(request, word)


async def sign_in(request: Request) -> Response:
    """POST /moderation/sign-in: check address and password; then a session, or the second factor."""
    form = sent_form(request)
    if not form.keys() <= _FIELDS:
        raise UnknownFieldError
    word = form.get("next", "")
    try:
        who, checked = await _check(request, EmailAddress(form.get("email", "")), form.get("password", ""))
    except (WrongCredentialsError, TooManyRequestsError) as error:
        return _form(request, word, error)
    if (new_hash := checked.new_hash) is not None:
        await part(request, Store).write(lambda conn: moderators.set_password(conn, who.id, new_hash), always=True)
    return await let_in(request, who, Way.PASSWORD, word=word)


async def _check(request: Request, email: EmailAddress, password: str) -> tuple[Moderator, Verified]:
    """The moderator whose address and password these are; the same work and the same answer if they are nobody's."""
    index = part(request, ModeratorIndex)  # type: ignore[type-abstract]  # the table holds one that is concrete
    candidates = index.moderator_candidates(email)
    count_attempt(request, candidates[0].hex())
    found = await part(request, Store).read(lambda conn: moderators.by_index(conn, candidates))
    checked = await part(request, Passwords).verify(_usable_hash(found), password)
    if found is None or not checked.is_right:
        raise WrongCredentialsError
    return found, checked


def _usable_hash(found: Moderator | None) -> str | None:
    return None if found is None or found.is_disabled else found.password_hash


def _form(request: Request, word: str, error: CommentsvcError | None = None) -> Response:
    token, cookie = new_form(request)
    status = HTTPStatus.OK if error is None else error.status
    answer = part(request, Pages).show(
        "accounts/sign_in.html", status=status, form_token=token, word=word_for(path_for(word)), error=error
    )
    if error is not None and error.retry_after_seconds is not None:
        answer.headers["Retry-After"] = str(error.retry_after_seconds)
    set_form_cookie(request, answer, cookie)
    return answer
