"""GET /read: the thread as a page that needs no JavaScript, with a working form."""

import secrets
from dataclasses import replace
from enum import StrEnum

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from commentsvc.domain.clock import Clocks
from commentsvc.domain.comment import PublishedComment, Thread
from commentsvc.domain.errors import UnknownCommentError
from commentsvc.publication.branches import Reading, grow
from commentsvc.publication.finished_bytes import FinishedBytes
from commentsvc.publication.reading import Asked, ReadingPolicy, asked_thread, find, is_open
from commentsvc.publication.surrogate_keys import thread_key, under
from commentsvc.store import published
from commentsvc.store.engine import Store
from commentsvc.store.published import Page, Sort
from commentsvc.web.encoding import Coding, respond
from commentsvc.web.pages import Pages, page
from commentsvc.web.parts import part
from commentsvc.web.query import one_of, read_query
from commentsvc.web.reply_form import new_once, new_reply_form, new_token
from commentsvc.web.tokens import Signer

_HTML = "text/html; charset=utf-8"
_TOKEN, _ONCE = secrets.token_hex(16), secrets.token_hex(16)
"""Stand in a kept page for what each reader gets of their own; random, so that no comment can hold them."""


class Writing(StrEnum):
    """Whether the page brings the form to write one more comment."""

    NOW = "now"
    LATER = "later"
    """It stands in for when the service cannot be reached: nobody's own, so a cache in front may keep it."""


async def show_page(request: Request) -> Response:
    """Answer 200 with a page of roots and all their first replies, and the form to write one more.

    With a form it is each reader's own; without (`form=later`, or a closed thread) the same for everybody.
    """
    query = read_query(request, required={"site", "url"}, optional={"id", "sort", "after", "parent", "root", "form"})
    sort = one_of(Sort, query.get("sort"), Sort.OLDEST)
    writing = one_of(Writing, query.get("form"), Writing.NOW)
    asked = await asked_thread(request, query)
    policy, signer, store = part(request, ReadingPolicy), part(request, Signer), part(request, Store)
    thread = await store.read(lambda conn: find(conn, asked))
    if thread is None and {"parent", "root"} & query.keys():
        raise UnknownCommentError
    takes_more = is_open(thread, asked.site, part(request, Clocks).now())
    has_form = takes_more and writing is Writing.NOW

    def render(conn: Connection) -> bytes:
        shown = _page(conn, thread, query, sort, policy)
        parent = _parent(conn, thread, query.get("parent"))
        form = new_reply_form(
            signer,
            site=asked.site,
            url=asked.url,
            thread_id=query.get("id"),
            parent=parent,
            has_mail=policy.has_mail,
        )
        html = part(request, Pages).render(
            "publication/read.html",
            language=asked.site.policy.language,
            site=asked.site,
            asked=asked,
            thread=thread,
            title=_title(asked, thread),
            branches=grow(shown.comments),
            next_cursor=shown.next,
            sort=sort,
            reading=Reading(_path(query), is_open=has_form, is_of_one_root="root" in query),
            takes_more=takes_more,
            form=replace(form, token=_TOKEN, once=_ONCE) if has_form else None,
            next_path=_path(query) | {name: query[name] for name in ("sort", "root") if name in query},
        )
        return html.encode()

    kept = await part(request, FinishedBytes).get(
        store,
        (
            *("read", asked.site.id, asked.site.revision, asked.address, asked.url),
            *(thread.revision if thread else 0, takes_more, sort, *sorted(query.items())),
        ),
        render,
        media_type=_HTML,
        is_compressed=not has_form,
    )
    if not has_form:
        return under(request, thread_key(asked.address), respond(request, kept, cache_control=policy.cache_control))
    token, once = new_token(signer, asked.site), new_once()
    html = kept.bodies[Coding.IDENTITY].replace(_TOKEN.encode(), token.encode()).replace(_ONCE.encode(), once.encode())
    return page(html)


def _parent(conn: Connection, thread: Thread | None, public_id: str | None) -> PublishedComment | None:
    """The comment to be answered.

    Raises:
        UnknownCommentError: It is not public here.
    """
    if public_id is None or thread is None:
        return None
    found = published.one(conn, thread, public_id)
    if found is None:
        raise UnknownCommentError
    return found


def _page(conn: Connection, thread: Thread | None, query: dict[str, str], sort: Sort, policy: ReadingPolicy) -> Page:
    if thread is None:
        return Page([], None)
    after = query.get("after")
    if "root" in query:
        if published.thread_of_root(conn, query["root"]).id != thread.id:
            raise UnknownCommentError
        return published.replies(conn, thread, query["root"], after=after, limit=policy.replies)
    return published.roots(conn, thread, sort=sort, after=after, limit=policy.roots, replies_each=policy.replies_each)


def _title(asked: Asked, thread: Thread | None) -> str:
    return thread.title if thread and thread.title and thread.revision > 0 else asked.url


def _path(query: dict[str, str]) -> dict[str, str]:
    """What every link on the page repeats."""
    return {name: query[name] for name in ("site", "url", "id") if name in query}
