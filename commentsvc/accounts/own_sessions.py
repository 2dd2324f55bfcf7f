"""A moderator's own sessions: which there are, and how they end."""

from http import HTTPStatus

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from commentsvc.accounts.gate import session_of
from commentsvc.accounts.return_paths import ACCOUNT
from commentsvc.accounts.sessions import CurrentSession, SessionPolicy
from commentsvc.domain.clock import Clocks
from commentsvc.domain.errors import NotFoundError, UnknownFieldError
from commentsvc.store import sessions
from commentsvc.store.engine import Store
from commentsvc.store.sessions import ListedSession
from commentsvc.web.parts import part
from commentsvc.web.signed_in import signed_in

_DONE = f"{ACCOUNT}?done=session#sessions"


def own_sessions(request: Request, conn: Connection, session: CurrentSession) -> list[ListedSession]:
    """The sessions of whoever's this one is, this one first."""
    policy, now = part(request, SessionPolicy), part(request, Clocks).now()
    return sessions.of_moderator(
        conn,
        session.moderator.id,
        this=session.digest,
        seen_since=now - policy.idle,
        created_since=now - policy.absolute,
    )


async def end_session(request: Request) -> Response:
    """POST /moderation/account/sessions/ID/end: end one of one's own sessions."""
    _check_no_fields(request)
    who, public_id = session_of(request).moderator.id, request.path_params["id"]
    if not await part(request, Store).write(lambda conn: sessions.end_listed(conn, who, public_id), always=True):
        raise NotFoundError
    return RedirectResponse(_DONE, HTTPStatus.SEE_OTHER)


async def end_other_sessions(request: Request) -> Response:
    """POST /moderation/account/sessions/end-others: end all of one's own sessions but this one."""
    _check_no_fields(request)
    session = session_of(request)
    await part(request, Store).write(
        lambda conn: sessions.end_others(conn, session.moderator.id, but=session.digest), always=True
    )
    return RedirectResponse(_DONE, HTTPStatus.SEE_OTHER)


def _check_no_fields(request: Request) -> None:
    if signed_in(request).form:
        raise UnknownFieldError
