"""GET /fragment: a thread to be put into a static page when that is built."""

from enum import StrEnum

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from commentsvc.domain.clock import Clocks
from commentsvc.publication.branches import Reading
from commentsvc.publication.finished_bytes import FinishedBytes
from commentsvc.publication.reading import ReadingPolicy, asked_thread, find, is_open
from commentsvc.publication.surrogate_keys import thread_key, under
from commentsvc.publication.write_fragment import as_html, as_json_ld, shown
from commentsvc.store.engine import Store
from commentsvc.web import cors
from commentsvc.web.csrf import PublicOrigin
from commentsvc.web.encoding import respond
from commentsvc.web.front import true_until
from commentsvc.web.pages import Pages
from commentsvc.web.parts import part
from commentsvc.web.query import one_of, read_query


class Format(StrEnum):
    """What a fragment is made of."""

    HTML = "html"
    JSON_LD = "json-ld"


_MEDIA_TYPES = {Format.HTML: "text/html; charset=utf-8", Format.JSON_LD: "application/ld+json; charset=utf-8"}


async def show_fragment(request: Request) -> Response:
    """Answer 200 with the published comments as a piece of HTML or as JSON-LD, the same for everybody, or 304."""
    cors.allow(request, cors.EVERYBODY)
    query = read_query(request, required={"site", "url"}, optional={"id", "format"})
    form = one_of(Format, query.get("format"), Format.HTML)
    asked = await asked_thread(request, query)
    store = part(request, Store)
    thread = await store.read(lambda conn: find(conn, asked))
    true_until(request, thread.id if thread and thread.revision else None)
    path: dict[str, str] = {name: query[name] for name in ("site", "url", "id") if name in query}
    takes_more = is_open(thread, asked.site, part(request, Clocks).now())
    reading = Reading(path, is_open=takes_more, service=part(request, PublicOrigin).value)

    def render(conn: Connection) -> bytes:
        found = shown(conn, thread)
        if form is Format.JSON_LD:
            return as_json_ld(asked.site, asked.url, thread, found)
        return as_html(part(request, Pages), asked.site, thread, found, reading)

    encoded = await part(request, FinishedBytes).get(
        store,
        (
            *("fragment", asked.site.id, asked.site.revision, asked.address, asked.url),
            *(thread.revision if thread else 0, takes_more, *sorted(query.items())),
        ),
        render,
        media_type=_MEDIA_TYPES[form],
    )
    cache_control = part(request, ReadingPolicy).cache_control
    return under(request, thread_key(asked.address), respond(request, encoded, cache_control=cache_control))
