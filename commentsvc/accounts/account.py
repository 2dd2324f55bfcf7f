"""A moderator's own account: their sites, password, second factor and sessions, their way out."""

from datetime import timedelta
from http import HTTPStatus

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from commentsvc.accounts.check_password import check_password
from commentsvc.accounts.devices import device_of
from commentsvc.accounts.gate import session_of
from commentsvc.accounts.own_sessions import own_sessions
from commentsvc.accounts.passwords import FEWEST_CHARACTERS, Passwords
from commentsvc.accounts.return_paths import ACCOUNT, SIGN_IN
from commentsvc.accounts.sessions import CurrentSession, SessionPolicy, Way, new_session_id, open_session
from commentsvc.domain.clock import Clocks
from commentsvc.domain.errors import InvalidInputError, MalformedParameterError, UnknownFieldError
from commentsvc.domain.site import Site
from commentsvc.store import moderators, sessions, sites
from commentsvc.store.engine import Store
from commentsvc.store.sessions import ListedSession
from commentsvc.web.pages import Pages
from commentsvc.web.parts import part
from commentsvc.web.query import read_query
from commentsvc.web.signed_in import signed_in

_FRESH = timedelta(hours=1)
"""So long after signing in by link, a forgotten password may be replaced without knowing it."""
_DONE = {
    "password": "Your password is set. All your other sessions have ended.",
    "session": "Ended.",
    "second-factor-off": "Your second factor is off. Signing in asks for your password only.",
}
_PASSWORD_FIELDS = frozenset({"current_password", "new_password", "repeated_password"})


async def show_account(request: Request) -> Response:
    """GET /moderation/account: own sites and roles, password, second factor, sessions."""
    query = read_query(request, required=(), optional=("done",))
    return await _page(request, done=_DONE.get(query.get("done", "")))


async def change_password(request: Request) -> Response:
    """POST /moderation/account/password: set or change the password; all other sessions end, this one gets a new id."""
    form, session = signed_in(request).form, session_of(request)
    if not form.keys() <= _PASSWORD_FIELDS:
        raise UnknownFieldError
    try:
        if _needs_current(request, session):
            await check_password(request, session, form.get("current_password", ""))
        if form.get("new_password") != form.get("repeated_password"):
            raise InvalidInputError(fields={"repeated_password": "The two new passwords differ."})  # noqa: TRY301 - one place shows every mistake
        new_hash = await part(request, Passwords).hash(form.get("new_password", ""))
    except InvalidInputError as error:
        return await _page(request, error=error)
    return await _replace_sessions(request, session, new_hash)


async def sign_out(request: Request) -> Response:
    """POST /moderation/sign-out: end this session, or all of one's own with ``everywhere=yes``."""
    session, policy = session_of(request), part(request, SessionPolicy)
    everywhere = signed_in(request).form.get("everywhere", "")
    if everywhere not in {"", "yes"}:
        raise MalformedParameterError

    def job(conn: Connection) -> None:
        if everywhere:
            sessions.end_all(conn, session.moderator.id)
        else:
            sessions.end(conn, session.digest)

    await part(request, Store).write(job, always=True)
    answer = RedirectResponse(SIGN_IN, HTTPStatus.SEE_OTHER)
    policy.drop_cookie(answer, policy.cookie)
    return answer


def _needs_current(request: Request, session: CurrentSession) -> bool:
    is_fresh_link = session.way is Way.LINK and part(request, Clocks).now() - session.began_at < _FRESH
    return session.moderator.password_hash is not None and not is_fresh_link


async def _replace_sessions(request: Request, session: CurrentSession, new_hash: str) -> Response:
    policy, now, who = part(request, SessionPolicy), part(request, Clocks).now(), session.moderator.id
    session_id = new_session_id(Way.PASSWORD)

    def job(conn: Connection) -> None:
        moderators.set_password(conn, who, new_hash)
        sessions.end_all(conn, who)
        open_session(conn, session_id, who, device=device_of(request), policy=policy, now=now)

    await part(request, Store).write(job)
    answer = RedirectResponse(f"{ACCOUNT}?done=password", HTTPStatus.SEE_OTHER)
    policy.set_cookie(answer, policy.cookie, session_id)
    return answer


async def _page(request: Request, *, done: str | None = None, error: InvalidInputError | None = None) -> Response:
    me, session = signed_in(request), session_of(request)
    roles = session.moderator.roles

    def job(conn: Connection) -> tuple[list[Site], list[ListedSession]]:
        return sites.with_ids(conn, roles), own_sessions(request, conn, session)

    own_sites, listed = await part(request, Store).read(job)
    return part(request, Pages).show(
        "accounts/account.html",
        status=HTTPStatus.OK if error is None else error.status,
        me=me,
        sites=[(site, roles[site.id]) for site in own_sites],
        sessions=listed,
        has_second_factor=session.moderator.has_second_factor,
        needs_current=_needs_current(request, session),
        fewest_characters=FEWEST_CHARACTERS,
        errors={} if error is None else error.fields,
        done=done,
    )
