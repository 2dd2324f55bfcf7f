"""GET /feed: the newest approved comments as Atom, of a site or of one article."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote, urlencode
from xml.etree.ElementTree import Element, SubElement, tostring

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from commentsvc.domain.clock import wire_time
from commentsvc.domain.comment import FeedEntry
from commentsvc.domain.site import Site
from commentsvc.domain.text import is_xml_text
from commentsvc.publication.permalinks import permalink
from commentsvc.publication.reading import ReadingPolicy, asked_thread, find
from commentsvc.publication.surrogate_keys import list_key, under
from commentsvc.store import published
from commentsvc.store.engine import Store
from commentsvc.store.site_directory import SiteDirectory
from commentsvc.web import cors
from commentsvc.web.csrf import PublicOrigin
from commentsvc.web.encoding import encode, respond
from commentsvc.web.front import true_until
from commentsvc.web.parts import part
from commentsvc.web.query import read_query

_ATOM = "http://www.w3.org/2005/Atom"
_THREADING = "http://purl.org/syndication/thread/1.0"
_IN_URN = ":/?&=%+,;@!$'()*[]"
_NEVER = "1970-01-01T00:00:00Z"


async def write_feed(request: Request) -> Response:
    """Answer 200 with an Atom feed, newest first, or 304."""
    cors.allow(request, cors.EVERYBODY)
    query = read_query(request, required={"site"}, optional={"url", "id"})
    policy = part(request, ReadingPolicy)
    store = part(request, Store)
    if "url" in query:
        asked = await asked_thread(request, query)
        site, page, address = asked.site, asked.url, asked.address

        def job(conn: Connection) -> list[FeedEntry]:
            thread = find(conn, asked)
            if thread is None:
                return []
            return published.newest(conn, site_id=site.id, thread_id=thread.id, limit=policy.feed_entries)
    else:
        site = await part(request, SiteDirectory).by_key(query["site"])
        page = address = site.origins[0]

        def job(conn: Connection) -> list[FeedEntry]:
            return published.newest(conn, site_id=site.id, thread_id=None, limit=policy.feed_entries)

    true_until(request, None)
    own_address = f"{part(request, PublicOrigin).value}/feed?{urlencode(query)}"
    body = atom(site, address, page, own_address, await store.read(job))
    encoded = encode(body, media_type="application/atom+xml; charset=utf-8")
    return under(request, list_key(site.key), respond(request, encoded, cache_control=policy.cache_control))


def atom(site: Site, address: str, page: str, own_address: str, entries: Sequence[FeedEntry]) -> bytes:
    """The feed's bytes.

    Args:
        site: Whose comments these are.
        address: Where the thread is filed, or the site's origin: tells this feed from others.
        page: The article's URL, or the site's.
        own_address: Where the feed itself is found.
        entries: Newest first.

    Source:
        RFC 4287; RFC 4685 for `thr:in-reply-to`.
    """
    feed = Element("feed", {"xmlns": _ATOM, "xmlns:thr": _THREADING})
    _text(feed, "id", f"urn:commentsvc:feed:{site.key}:{quote(address, safe=_IN_URN)}")
    _text(feed, "title", f"Comments on {site.name}")
    _text(feed, "updated", _newest(entries))
    SubElement(feed, "link", {"rel": "alternate", "href": page})
    SubElement(feed, "link", {"rel": "self", "href": own_address})
    for entry in entries:
        _add_entry(feed, entry)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + bytes(tostring(feed, encoding="utf-8"))


def _add_entry(feed: Element, entry: FeedEntry) -> None:
    comment = entry.comment
    element = SubElement(feed, "entry")
    _text(element, "id", f"urn:commentsvc:comment:{comment.id}")
    _text(element, "title", f"{comment.name} on {entry.thread_title or entry.thread_url}")
    _text(element, "published", wire_time(comment.created_at))
    _text(element, "updated", wire_time(comment.edited_at or comment.created_at))
    SubElement(element, "link", {"rel": "alternate", "href": permalink(entry.thread_url, comment.id)})
    if comment.parent:
        SubElement(element, "thr:in-reply-to", {"ref": f"urn:commentsvc:comment:{comment.parent}"})
    author = SubElement(element, "author")
    _text(author, "name", comment.name)
    if comment.website:
        _text(author, "uri", comment.website)
    content = SubElement(element, "content", {"type": "html"})
    content.text = _xml(comment.html)


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = _xml(text)


def _xml(text: str) -> str:
    """Without the few characters that XML cannot hold at all."""
    return "".join(char for char in text if is_xml_text(char))


def _newest(entries: Sequence[FeedEntry]) -> str:
    moments: list[datetime] = [entry.comment.edited_at or entry.comment.created_at for entry in entries]
    return wire_time(max(moments)) if moments else _NEVER
