"""GET /own/data: the form to ask for a link, or, with one, everything that is held under its address."""

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from commentsvc.domain.clock import Clocks
from commentsvc.domain.errors import MissingParameterError
from commentsvc.domain.rights import Erasure, HeldPerson, HeldWords
from commentsvc.rights import words_of_data
from commentsvc.rights.ask_data import asking_page
from commentsvc.rights.desk import Holder, holder_of
from commentsvc.store import own_data
from commentsvc.store.engine import Store
from commentsvc.store.site_directory import SiteDirectory
from commentsvc.web.pages import Pages
from commentsvc.web.parts import part
from commentsvc.web.query import read_query

SHOWN = 100
"""Comments on the page; the export has all of them."""


async def show_data(request: Request) -> Response:
    """GET /own/data: a form to ask for a link by mail; with the link, everything that is held under the address."""
    query = read_query(request, required=(), optional={"site", "t"})
    if "t" in query:
        return await data_page(request, await holder_of(request, query["t"]), query["t"])
    if "site" not in query:
        raise MissingParameterError
    return asking_page(request, await part(request, SiteDirectory).by_key(query["site"]))


async def data_page(request: Request, holder: Holder, token: str, *, is_refused: bool = False) -> Response:
    """The page with all that is held, and what can be done about it."""
    person, written = await held(request, holder, newest=SHOWN)
    return part(request, Pages).show(
        "rights/data.html",
        status=422 if is_refused else 200,
        language=holder.site.policy.language,
        site=holder.site,
        person=person,
        written=written,
        token=token,
        words=words_of_data,
        erasures=Erasure,
        is_refused=is_refused,
    )


async def held(request: Request, holder: Holder, *, newest: int | None = None) -> tuple[HeldPerson, list[HeldWords]]:
    """Person and comments, as they are at one moment."""
    now = part(request, Clocks).now()

    def job(conn: Connection) -> tuple[HeldPerson, list[HeldWords]]:
        return (
            own_data.person(conn, holder.author_id, now=now),
            own_data.words(conn, holder.author_id, newest=newest),
        )

    return await part(request, Store).read(job)
