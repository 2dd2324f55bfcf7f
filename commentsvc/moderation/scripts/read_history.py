"""A site's history for scripts that keep up with it."""

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from commentsvc.domain.errors import MalformedParameterError
from commentsvc.moderation.scripts import wire
from commentsvc.moderation.scripts.read_comments import limit_of
from commentsvc.store import history_pages, sites
from commentsvc.store.engine import Store
from commentsvc.store.history_pages import PastEntry
from commentsvc.web.parts import part
from commentsvc.web.query import read_query
from commentsvc.web.signed_in import signed_in

_DIGITS = 18


async def read_history(request: Request) -> Response:
    """GET /api/v1/moderation/history: what was done on a site, oldest first, after the entry `after`."""
    me = signed_in(request)
    query = read_query(request, required=("site",), optional=("after", "limit"))
    after, limit = query.get("after", "0"), limit_of(query.get("limit"))
    if not (after.isascii() and after.isdigit() and len(after) <= _DIGITS):
        raise MalformedParameterError

    def job(conn: Connection) -> list[PastEntry]:
        site = sites.looked_after(conn, query["site"], me.roles)
        return history_pages.portion(conn, site.id, after=int(after), limit=limit + 1)

    entries = await part(request, Store).read(job)
    following = entries[limit - 1].number if len(entries) > limit else None
    return JSONResponse({"entries": [wire.entry_of_site(each) for each in entries[:limit]], "next": following})
