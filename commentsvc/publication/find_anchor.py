"""GET /api/v1/anchors: where a link to a comment leads that was made before the comment was imported."""

import json

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from commentsvc.domain.anchors import LONGEST_ANCHOR, meanings
from commentsvc.domain.errors import MalformedParameterError, UnknownCommentError
from commentsvc.publication.reading import ReadingPolicy, asked_thread, find
from commentsvc.publication.surrogate_keys import thread_key, under
from commentsvc.store import anchors
from commentsvc.store.engine import Store
from commentsvc.web import cors
from commentsvc.web.encoding import encode, respond
from commentsvc.web.parts import part
from commentsvc.web.query import read_query


async def find_anchor(request: Request) -> Response:
    """Answer 200 with the comment's public id, or 404."""
    cors.allow(request, cors.EVERYBODY)
    query = read_query(request, required={"site", "url", "anchor"}, optional={"id"})
    if len(query["anchor"]) > LONGEST_ANCHOR:
        raise MalformedParameterError
    asked, wanted = await asked_thread(request, query), list(meanings(query["anchor"]))

    def comment(conn: Connection) -> str | None:
        thread = find(conn, asked)
        return None if thread is None or not wanted else anchors.visible_at(conn, thread.id, wanted)

    found = await part(request, Store).read(comment)
    if found is None:
        raise UnknownCommentError
    encoded = encode(json.dumps({"comment": found}).encode(), media_type="application/json; charset=utf-8")
    answer = respond(request, encoded, cache_control=part(request, ReadingPolicy).cache_control)
    return under(request, thread_key(asked.address), answer)
