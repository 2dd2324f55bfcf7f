"""The second factor on the account page: set it up, confirm it, make new recovery codes, switch it off."""

import hmac
import secrets
from http import HTTPStatus

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from commentsvc.accounts.attempts import count_code
from commentsvc.accounts.check_code import check_code
from commentsvc.accounts.check_password import check_password
from commentsvc.accounts.gate import session_of
from commentsvc.accounts.recovery_codes import digest_of_code, new_codes
from commentsvc.accounts.return_paths import ACCOUNT
from commentsvc.accounts.sessions import CurrentSession
from commentsvc.accounts.totp import address_for_apps, in_letters, picture_of, step_of
from commentsvc.domain.clock import Clocks
from commentsvc.domain.errors import (
    InvalidInputError,
    SecondFactorStateError,
    TooManyRequestsError,
    UnknownFieldError,
    WrongCodeError,
)
from commentsvc.domain.second_factor import SECRET_BYTES, SecretKeeper
from commentsvc.store import second_factors, sessions
from commentsvc.store.engine import Store
from commentsvc.store.second_factors import SecondFactor
from commentsvc.web.csrf import PublicOrigin
from commentsvc.web.pages import Pages
from commentsvc.web.parts import part
from commentsvc.web.query import read_query
from commentsvc.web.signed_in import signed_in

_TOO_MANY = "Too many attempts. Please wait an hour."


async def show_second_factor(request: Request) -> Response:
    """GET /moderation/account/second-factor: whether it is on, and what can be done about it."""
    read_query(request, required=())
    return await _page(request)


async def begin_second_factor(request: Request) -> Response:
    """POST /moderation/account/second-factor: after the password, show a fresh secret as a picture and in letters."""
    session, form = session_of(request), _fields(request, "current_password")
    if session.moderator.password_hash is None or session.moderator.has_second_factor:
        raise SecondFactorStateError
    try:
        await check_password(request, session, form.get("current_password", ""))
    except InvalidInputError as error:
        return await _page(request, errors=error.fields)
    secret, who = secrets.token_bytes(SECRET_BYTES), session.moderator.id
    closed = _keeper(request).close(secret, moderator_id=who)
    if not await part(request, Store).write(lambda conn: second_factors.begin(conn, who, closed)):
        raise SecondFactorStateError
    return _secret_page(request, secret)


async def confirm_second_factor(request: Request) -> Response:
    """POST /moderation/account/second-factor/confirm: switch it on with a first code; other sessions end.

    The form brings the secret back, so that only whoever was shown it sees it again after a wrong code.
    """
    session, form = session_of(request), _fields(request, "secret", "code")
    who = session.moderator.id
    found = await part(request, Store).read(lambda conn: second_factors.of_moderator(conn, who))
    if found.closed_secret is None or found.is_on:
        raise SecondFactorStateError
    secret = _keeper(request).open(found.closed_secret, moderator_id=who)
    if not hmac.compare_digest(in_letters(secret).encode(), form.get("secret", "").encode()):
        raise SecondFactorStateError
    try:
        step = _first_step(request, who, "".join(form.get("code", "").split()), secret)
    except InvalidInputError as error:
        return _secret_page(request, secret, errors=error.fields)
    return await _switch_on(request, session, found.closed_secret, step)


async def renew_recovery_codes(request: Request) -> Response:
    """POST /moderation/account/second-factor/recovery-codes: after a code, ten new ones; the old are void."""
    session, form = session_of(request), _fields(request, "code")
    if not session.moderator.has_second_factor:
        raise SecondFactorStateError
    try:
        await _check_code(request, session, form.get("code", ""), field="code")
    except InvalidInputError as error:
        return await _page(request, errors=error.fields)
    codes, who = new_codes(), session.moderator.id
    await part(request, Store).write(lambda conn: _keep_codes(conn, who, codes))
    return _codes_page(request, codes)


async def end_second_factor(request: Request) -> Response:
    """POST /moderation/account/second-factor/off: after password and code, forget it."""
    session, form = session_of(request), _fields(request, "current_password", "last_code")
    who = session.moderator.id
    if not session.moderator.has_second_factor:
        raise SecondFactorStateError
    try:
        await check_password(request, session, form.get("current_password", ""))
        await _check_code(request, session, form.get("last_code", ""), field="last_code")
    except InvalidInputError as error:
        return await _page(request, errors=error.fields)
    await part(request, Store).write(lambda conn: second_factors.take_away(conn, who))
    return RedirectResponse(f"{ACCOUNT}?done=second-factor-off", HTTPStatus.SEE_OTHER)


def _fields(request: Request, *names: str) -> dict[str, str]:
    form = dict(signed_in(request).form)
    if not form.keys() <= set(names):
        raise UnknownFieldError
    return form


def _first_step(request: Request, moderator_id: int, digits: str, secret: bytes) -> int:
    try:
        count_code(request, moderator_id)
    except TooManyRequestsError:
        raise InvalidInputError(fields={"code": _TOO_MANY}) from None
    step = step_of(digits, secret, now=part(request, Clocks).now())
    if step is None:
        raise InvalidInputError(fields={"code": "That is not the code that the app shows now."})
    return step


async def _check_code(request: Request, session: CurrentSession, typed: str, *, field: str) -> None:
    try:
        await check_code(request, session.moderator.id, typed)
    except TooManyRequestsError:
        raise InvalidInputError(fields={field: _TOO_MANY}) from None
    except WrongCodeError as error:
        raise InvalidInputError(fields={field: error.public}) from None


async def _switch_on(request: Request, session: CurrentSession, closed: bytes, step: int) -> Response:
    codes, who, now = new_codes(), session.moderator.id, part(request, Clocks).now()

    def job(conn: Connection) -> None:
        if not second_factors.confirm(conn, who, closed, step, now=now):
            raise SecondFactorStateError
        _keep_codes(conn, who, codes)
        sessions.end_others(conn, who, but=session.digest)

    await part(request, Store).write(job)
    return _codes_page(request, codes)


def _keep_codes(conn: Connection, moderator_id: int, codes: list[str]) -> None:
    digests = [digest_of_code(code, moderator_id=moderator_id) for code in codes]
    second_factors.replace_codes(conn, moderator_id, [digest for digest in digests if digest is not None])


def _keeper(request: Request) -> SecretKeeper:
    return part(request, SecretKeeper)  # type: ignore[type-abstract]  # the table holds one that is concrete


def _secret_page(request: Request, secret: bytes, *, errors: dict[str, str] | None = None) -> Response:
    me = signed_in(request)
    address = address_for_apps(secret, name=me.name, public_url=part(request, PublicOrigin).value)
    return part(request, Pages).show(
        "accounts/second_factor_secret.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK,
        me=me,
        picture=picture_of(address),
        secret=in_letters(secret),
        errors=errors or {},
    )


def _codes_page(request: Request, codes: list[str]) -> Response:
    return part(request, Pages).show("accounts/recovery_codes.html", me=signed_in(request), codes=codes)


async def _page(request: Request, *, errors: dict[str, str] | None = None) -> Response:
    who = session_of(request).moderator.id
    state: SecondFactor = await part(request, Store).read(lambda conn: second_factors.of_moderator(conn, who))
    return part(request, Pages).show(
        "accounts/second_factor.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK,
        me=signed_in(request),
        state=state,
        errors=errors or {},
    )
