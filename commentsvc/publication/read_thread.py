"""GET /api/v1/thread: a page of an article's comments, the same bytes for everybody."""

import json
from typing import Any

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from commentsvc.domain.clock import Clocks
from commentsvc.domain.comment import Thread
from commentsvc.domain.errors import MalformedParameterError
from commentsvc.domain.limits import Limits
from commentsvc.publication.finished_bytes import FinishedBytes
from commentsvc.publication.reading import Asked, ReadingPolicy, asked_thread, find, is_open
from commentsvc.publication.surrogate_keys import thread_key, under
from commentsvc.store import published
from commentsvc.store.engine import Store
from commentsvc.store.published import Page, Sort
from commentsvc.web import cors, wire
from commentsvc.web.encoding import respond
from commentsvc.web.front import true_until
from commentsvc.web.parts import part
from commentsvc.web.query import one_of, read_query
from commentsvc.web.wire import Body

JSON = "application/json; charset=utf-8"


async def read_thread(request: Request) -> Response:
    """Answer 200 with thread, comments and the cursor to what follows, or 304."""
    cors.allow(request, cors.EVERYBODY)
    query = read_query(request, required={"site", "url"}, optional={"id", "sort", "after", "body"})
    sort = one_of(Sort, query.get("sort"), Sort.OLDEST)
    body = one_of(Body, query.get("body"), Body.HTML)
    asked = await asked_thread(request, query)
    policy = part(request, ReadingPolicy)
    store = part(request, Store)
    thread = await store.read(lambda conn: find(conn, asked))
    true_until(request, thread.id if thread and thread.revision else None)
    takes_more = is_open(thread, asked.site, part(request, Clocks).now())
    limits = part(request, Limits)

    def render(conn: Connection) -> bytes:
        page = _page(conn, thread, sort=sort, after=query.get("after"), policy=policy)
        return _json(
            _as_json(asked, thread, page, body, takes_more=takes_more, limits=limits, has_mail=policy.has_mail)
        )

    encoded = await part(request, FinishedBytes).get(
        store,
        (
            *("thread", asked.site.id, asked.site.revision, asked.address, asked.url),
            *(thread.revision if thread else 0, takes_more, sort, body, query.get("after")),
        ),
        render,
        media_type=JSON,
    )
    return under(request, thread_key(asked.address), respond(request, encoded, cache_control=policy.cache_control))


async def read_replies(request: Request) -> Response:
    """GET /api/v1/replies: further replies of one root, oldest first."""
    cors.allow(request, cors.EVERYBODY)
    query = read_query(request, required={"comment"}, optional={"after", "body"})
    body = one_of(Body, query.get("body"), Body.HTML)
    policy = part(request, ReadingPolicy)
    store = part(request, Store)
    thread = await store.read(lambda conn: published.thread_of_root(conn, query["comment"]))
    true_until(request, thread.id)

    def render(conn: Connection) -> bytes:
        page = published.replies(conn, thread, query["comment"], after=query.get("after"), limit=policy.replies)
        return _json({"comments": [wire.published(each, body) for each in page.comments], "next": page.next})

    encoded = await part(request, FinishedBytes).get(
        store,
        ("replies", thread.id, thread.revision, query["comment"], body, query.get("after")),
        render,
        media_type=JSON,
    )
    return under(request, thread_key(thread.address), respond(request, encoded, cache_control=policy.cache_control))


def _page(conn: Connection, thread: Thread | None, *, sort: Sort, after: str | None, policy: ReadingPolicy) -> Page:
    if thread is None:
        if after is not None:
            raise MalformedParameterError("a cursor without a thread")
        return Page([], None)
    return published.roots(conn, thread, sort=sort, after=after, limit=policy.roots, replies_each=policy.replies_each)


def _as_json(
    asked: Asked,
    thread: Thread | None,
    page: Page,
    body: Body,
    *,
    takes_more: bool,
    limits: Limits,
    has_mail: bool,
) -> dict[str, Any]:
    site_policy = asked.site.policy
    # Until something is public, a thread looks as if nobody had ever posted: a pending comment shows nowhere.
    is_public = thread is not None and thread.revision > 0
    return {
        "thread": {
            "url": thread.url if thread and is_public else asked.url,
            "title": thread.title if thread and is_public else None,
            "open": takes_more,
            "count": thread.count if thread else 0,
            "revision": thread.revision if thread else 0,
            "policy": {
                "email": site_policy.email,
                "hold": site_policy.holds_now,
                "notify": has_mail,
                "limits": {
                    "name": limits.name_characters,
                    "body": limits.source_characters,
                    "website": limits.website_characters,
                    "email": limits.email_characters,
                },
            },
        },
        "comments": [wire.published(each, body) for each in page.comments],
        "next": page.next,
    }


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
