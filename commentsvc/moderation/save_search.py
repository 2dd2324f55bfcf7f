"""Keeping a search by name, and letting it go."""

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from commentsvc.domain.clock import Clocks
from commentsvc.domain.errors import InvalidInputError, MissingParameterError, UnknownFieldError
from commentsvc.domain.text import clean_line
from commentsvc.moderation.search_query import PATH, read_spelled, search_address
from commentsvc.store import saved_searches
from commentsvc.store.engine import Store
from commentsvc.web.parts import part
from commentsvc.web.signed_in import signed_in

_LONGEST_NAME = 80


async def save_search(request: Request) -> Response:
    """POST /moderation/searches: keep a search, go back to it."""
    me, now = signed_in(request), part(request, Clocks).now()
    if not me.form.keys() <= {"name", "search"}:
        raise UnknownFieldError
    name, search = clean_line(me.form.get("name", "")), read_spelled(me.form.get("search", ""))
    if not name or not search.query():
        raise MissingParameterError
    if len(name) > _LONGEST_NAME:
        raise InvalidInputError(fields={"name": f"At most {_LONGEST_NAME} characters, please."})
    query = search.spelled()
    await part(request, Store).write(
        lambda conn: saved_searches.keep(conn, me.moderator_id, name=name, query=query, now=now)
    )
    return RedirectResponse(search_address(search), HTTPStatus.SEE_OTHER)


async def forget_search(request: Request) -> Response:
    """POST /moderation/searches/ID/removal: let a kept search go."""
    me, public_id = signed_in(request), request.path_params["saved"]
    if me.form:
        raise UnknownFieldError
    await part(request, Store).write(lambda conn: saved_searches.forget(conn, me.moderator_id, public_id))
    return RedirectResponse(PATH, HTTPStatus.SEE_OTHER)
