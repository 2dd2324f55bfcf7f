"""GET /api/v1/recent: a site's newest comments in short, for lists on its own pages."""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from commentsvc.domain.clock import wire_time
from commentsvc.domain.comment import FeedEntry
from commentsvc.domain.errors import MalformedParameterError
from commentsvc.domain.limits import Limits
from commentsvc.markup.serialise_tree import text_of
from commentsvc.publication.permalinks import permalink
from commentsvc.publication.reading import ReadingPolicy
from commentsvc.publication.surrogate_keys import list_key, under
from commentsvc.store import published
from commentsvc.store.engine import Store
from commentsvc.store.site_directory import SiteDirectory
from commentsvc.web import cors
from commentsvc.web.encoding import encode, respond
from commentsvc.web.front import true_until
from commentsvc.web.parts import part
from commentsvc.web.query import read_query

EXCERPT_CHARACTERS = 160
_USUAL = "5"


async def list_recent(request: Request) -> Response:
    """Answer 200 with who wrote what and when, newest first, as plain text, or 304."""
    cors.allow(request, cors.EVERYBODY)
    query = read_query(request, required={"site"}, optional={"limit"})
    limit = _limit(query.get("limit", _USUAL), part(request, Limits).recent_comments)
    site = await part(request, SiteDirectory).by_key(query["site"])
    entries = await part(request, Store).read(
        lambda conn: published.newest(conn, site_id=site.id, thread_id=None, limit=limit)
    )
    true_until(request, None)
    body = json.dumps({"comments": [_as_json(each) for each in entries]}, ensure_ascii=False, separators=(",", ":"))
    encoded = encode(body.encode(), media_type="application/json; charset=utf-8")
    answer = respond(request, encoded, cache_control=part(request, ReadingPolicy).cache_control)
    return under(request, list_key(site.key), answer)


def excerpt(words: str, *, limit: int = EXCERPT_CHARACTERS) -> str:
    """The beginning as one line, cut between words where that is possible; an ellipsis tells that there is more."""
    line = " ".join(words.split())
    if len(line) <= limit:
        return line
    whole_words = line[:limit].rpartition(" ")[0]
    return f"{whole_words or line[: limit - 1]}…"


def _limit(raw: str, most: int) -> int:
    if not (raw.isascii() and raw.isdigit() and len(raw) <= len(str(most)) and 1 <= int(raw) <= most):
        raise MalformedParameterError("no number of comments")
    return int(raw)


def _as_json(entry: FeedEntry) -> dict[str, Any]:
    comment = entry.comment
    return {
        "id": comment.id,
        "url": permalink(entry.thread_url, comment.id),
        "title": entry.thread_title,
        "author": {"name": comment.name, "badge": comment.badge},
        "excerpt": excerpt(text_of(comment.tree)),
        "created_at": wire_time(comment.created_at),
    }
