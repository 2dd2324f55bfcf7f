"""A moderator's own tokens: seen, made, removed."""

from http import HTTPStatus

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from commentsvc.accounts.api_tokens import NAME_CHARACTERS, TokenWish, checked_wish, new_api_token
from commentsvc.accounts.return_paths import ACCOUNT
from commentsvc.domain.clock import Clocks
from commentsvc.domain.errors import InvalidInputError, MalformedParameterError, NotFoundError, UnknownFieldError
from commentsvc.store import api_tokens
from commentsvc.store.engine import Store
from commentsvc.web.pages import Pages
from commentsvc.web.parts import part
from commentsvc.web.query import read_query
from commentsvc.web.signed_in import SignedIn, signed_in

PATH = f"{ACCOUNT}/tokens"
_LASTING = {"30": 30, "90": 90, "365": 365, "never": None}
"""Words of the form → days."""


async def show_tokens(request: Request) -> Response:
    """GET /moderation/account/tokens: one's own tokens for scripts, and the form for a new one."""
    query = read_query(request, required=(), optional=("done",))
    return await _page(request, is_removed=query.get("done") == "removed")


async def add_token(request: Request) -> Response:
    """POST /moderation/account/tokens: make a token, and show it this once."""
    me, now = signed_in(request), part(request, Clocks).now()
    try:
        wish = _read(me)
        token = await part(request, Store).write(lambda conn: new_api_token(conn, me.moderator_id, wish, now=now))
    except InvalidInputError as error:
        return await _page(request, error=error)
    return await _page(request, made=token)


async def remove_token(request: Request) -> Response:
    """POST /moderation/account/tokens/remove: what used this token is locked out from now on."""
    me = signed_in(request)
    if not me.form.keys() <= {"token"}:
        raise UnknownFieldError

    def job(conn: Connection) -> bool:
        return api_tokens.remove(conn, me.moderator_id, me.form.get("token", ""))

    if not await part(request, Store).write(job):
        raise NotFoundError
    return RedirectResponse(f"{PATH}?done=removed", HTTPStatus.SEE_OTHER)


def _read(me: SignedIn) -> TokenWish:
    form = me.form
    if not form.keys() <= {"name", "rights", "lasting"}:
        raise UnknownFieldError
    if form.get("rights", "read") not in {"read", "decide"} or form.get("lasting", "90") not in _LASTING:
        raise MalformedParameterError
    days = _LASTING[form.get("lasting", "90")]
    return checked_wish(form.get("name", ""), may_decide=form.get("rights") == "decide", days=days)


async def _page(
    request: Request, *, made: str | None = None, is_removed: bool = False, error: InvalidInputError | None = None
) -> Response:
    me, now = signed_in(request), part(request, Clocks).now()
    found = await part(request, Store).read(lambda conn: api_tokens.of_moderator(conn, me.moderator_id))
    return part(request, Pages).show(
        "accounts/tokens.html",
        status=HTTPStatus.OK if error is None else error.status,
        me=me,
        tokens=found,
        now=now,
        made=made,
        is_removed=is_removed,
        errors={} if error is None else error.fields,
        typed=me.form if error is not None else {},
        name_characters=NAME_CHARACTERS,
        here=PATH,
    )
