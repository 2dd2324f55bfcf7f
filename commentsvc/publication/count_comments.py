"""GET /api/v1/counts: how many comments each of many articles has, in one cacheable call."""

import json

from starlette.requests import Request
from starlette.responses import Response

from commentsvc.domain.errors import MalformedParameterError, MalformedUrlError, MissingParameterError, UnknownHostError
from commentsvc.domain.limits import Limits
from commentsvc.domain.site import Site
from commentsvc.domain.urls import canonical_url
from commentsvc.publication.reading import ReadingPolicy
from commentsvc.publication.surrogate_keys import list_key, under
from commentsvc.store import threads
from commentsvc.store.engine import Store
from commentsvc.store.site_directory import SiteDirectory
from commentsvc.web import cors
from commentsvc.web.encoding import encode, respond
from commentsvc.web.front import true_until
from commentsvc.web.parts import part
from commentsvc.web.query import read_query


async def count_comments(request: Request) -> Response:
    """Answer 200 with the count of each address as it was asked for; 0 where nobody has posted or no site is."""
    cors.allow(request, cors.EVERYBODY)
    query = read_query(request, required={"site"}, repeated={"url"})
    urls = request.query_params.getlist("url")
    if not urls:
        raise MissingParameterError
    if len(urls) > part(request, Limits).count_urls:
        raise MalformedParameterError("too many addresses")
    site = await part(request, SiteDirectory).by_key(query["site"])
    addresses = {url: _address(url, site) for url in urls}
    wanted = sorted({address for address in addresses.values() if address})
    found = await part(request, Store).read(lambda conn: threads.counts(conn, site.id, wanted))
    counts = {url: found.get(address or "", 0) for url, address in addresses.items()}
    true_until(request, None)
    body = json.dumps({"counts": counts}, ensure_ascii=False, separators=(",", ":")).encode()
    encoded = encode(body, media_type="application/json; charset=utf-8")
    answer = respond(request, encoded, cache_control=part(request, ReadingPolicy).cache_control)
    return under(request, list_key(site.key), answer)


def _address(url: str, site: Site) -> str | None:
    """Where the article's thread is filed; an explicit id is asked for as it is; one bad address spoils no list."""
    try:
        return canonical_url(url, site=site)
    except (MalformedUrlError, UnknownHostError):
        return url
