"""GET /moderation/feed: what waits on a site as Atom, for whoever holds the secret link."""

import hashlib
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from commentsvc.domain.clock import wire_time
from commentsvc.domain.comment import HeldComment
from commentsvc.domain.errors import NotFoundError
from commentsvc.domain.site import Site
from commentsvc.domain.status import CommentStatus
from commentsvc.domain.text import is_xml_text
from commentsvc.store import notice_wishes, queue, sites
from commentsvc.store.engine import Store
from commentsvc.web.csrf import PublicOrigin
from commentsvc.web.parts import part
from commentsvc.web.query import read_query

FEED = "/moderation/feed"
ENTRIES = 50
_ATOM = "http://www.w3.org/2005/Atom"
_EXCERPT_CHARACTERS = 500
_NEVER = "1970-01-01T00:00:00Z"


async def read_queue_feed(request: Request) -> Response:
    """Answer 200 with the comments that wait, the oldest first, or 404 for a link that is not, or no longer, one."""
    key = read_query(request, required=("key",))["key"]

    def job(conn: Connection) -> tuple[Site, list[HeldComment]]:
        reader = notice_wishes.feed_reader(conn, digest_of(key))
        if reader is None:
            raise NotFoundError
        waiting = queue.page(conn, CommentStatus.PENDING, site_ids=[reader.site_id], after=None, limit=ENTRIES)
        return sites.with_ids(conn, [reader.site_id])[0], waiting.comments

    site, comments = await part(request, Store).read(job)
    body = queue_atom(site, comments, public_url=part(request, PublicOrigin).value)
    headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return Response(body, media_type="application/atom+xml; charset=utf-8", headers=headers)


def digest_of(key: str) -> bytes:
    """What the database keeps of a feed's key."""
    return hashlib.sha256(b"commentsvc.feed.v1" + key.encode()).digest()


def queue_atom(site: Site, comments: Sequence[HeldComment], *, public_url: str) -> bytes:
    """The feed's bytes; the readers' words stand in it as plain text.

    Source:
        RFC 4287.
    """
    feed = Element("feed", {"xmlns": _ATOM})
    _text(feed, "id", f"urn:commentsvc:queue:{site.key}")
    _text(feed, "title", f"Comments waiting on {site.name}")
    _text(feed, "updated", max((wire_time(comment.created_at) for comment in comments), default=_NEVER))
    SubElement(feed, "link", {"rel": "alternate", "href": f"{public_url}/moderation"})
    for comment in comments:
        _add_entry(feed, comment, public_url)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + bytes(tostring(feed, encoding="utf-8"))


def _add_entry(feed: Element, comment: HeldComment, public_url: str) -> None:
    entry = SubElement(feed, "entry")
    _text(entry, "id", f"urn:commentsvc:comment:{comment.id}")
    _text(entry, "title", f"{comment.name} on {comment.thread_title or comment.thread_url}")
    _text(entry, "published", wire_time(comment.created_at))
    _text(entry, "updated", wire_time(comment.created_at))
    SubElement(entry, "link", {"rel": "alternate", "href": f"{public_url}/moderation/comments/{comment.id}"})
    _text(SubElement(entry, "author"), "name", comment.name)
    excerpt = comment.source[:_EXCERPT_CHARACTERS]
    _text(entry, "summary", excerpt if excerpt == comment.source else f"{excerpt.rstrip()}…")


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = "".join(char for char in text if is_xml_text(char))
