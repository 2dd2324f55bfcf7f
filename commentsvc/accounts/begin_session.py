"""The last step of every way in: a session with a fresh id."""

from http import HTTPStatus

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from commentsvc.accounts.browsers import drop_form_cookie
from commentsvc.accounts.devices import device_of
from commentsvc.accounts.sessions import SessionPolicy, Way, new_session_id, open_session, sent_digest
from commentsvc.domain.clock import Clocks
from commentsvc.store import sessions
from commentsvc.store.engine import Store
from commentsvc.web.parts import part


async def begin_session(request: Request, who: int, way: Way, *, to: str) -> Response:
    """Give this browser a session with a fresh id; one that it had before ends.

    Args:
        request: Of a browser that has proven to be `who`, with the second factor if they have one.
        who: Row id of the moderator.
        way: How they have proven it.
        to: Path to go on to.
    """
    policy, now = part(request, SessionPolicy), part(request, Clocks).now()
    session_id, former = new_session_id(way), sent_digest(request)

    def job(conn: Connection) -> None:
        if former is not None:
            sessions.end(conn, former)
        open_session(conn, session_id, who, device=device_of(request), policy=policy, now=now)

    await part(request, Store).write(job, always=True)
    answer = RedirectResponse(to, HTTPStatus.SEE_OTHER)
    policy.set_cookie(answer, policy.cookie, session_id)
    drop_form_cookie(request, answer)
    return answer
