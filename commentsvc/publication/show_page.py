"""GET /read: the thread as a page that needs no JavaScript, with a working form."""

from dataclasses import dataclass, field

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from commentsvc.domain.clock import Clocks
from commentsvc.domain.comment import PublishedComment, Thread
from commentsvc.domain.errors import UnknownCommentError
from commentsvc.publication.reading import Asked, ReadingPolicy, asked_thread, find, is_open
from commentsvc.store import published
from commentsvc.store.engine import Store
from commentsvc.store.published import Page, Sort
from commentsvc.web.pages import Pages
from commentsvc.web.parts import part
from commentsvc.web.query import one_of, read_query
from commentsvc.web.reply_form import new_reply_form
from commentsvc.web.tokens import Signer


@dataclass(slots=True)
class Branch:
    """A comment and what was answered to it."""

    comment: PublishedComment
    replies: list["Branch"] = field(default_factory=list)

    @property
    def all_count(self) -> int:
        """Comments below this one, at any depth."""
        waiting, found = list(self.replies), 0
        while waiting:
            found += 1
            waiting.extend(waiting.pop().replies)
        return found


async def show_page(request: Request) -> Response:
    """Answer 200 with a page of roots and all their first replies, and the form to write one more."""
    query = read_query(request, required={"site", "url"}, optional={"id", "sort", "after", "parent", "root"})
    sort = one_of(Sort, query.get("sort"), Sort.OLDEST)
    asked = await asked_thread(request, query)
    policy = part(request, ReadingPolicy)

    def job(conn: Connection) -> tuple[Thread | None, Page, PublishedComment | None]:
        thread = find(conn, asked)
        if thread is None:
            if {"parent", "root"} & query.keys():
                raise UnknownCommentError
            return None, Page([], None), None
        page = _page(conn, thread, query, sort, policy)
        parent = published.one(conn, thread, query["parent"]) if "parent" in query else None
        return thread, page, parent

    thread, page, parent = await part(request, Store).read(job)
    if "parent" in query and parent is None:
        raise UnknownCommentError
    form = new_reply_form(
        part(request, Signer),
        site=asked.site,
        url=asked.url,
        thread_id=query.get("id"),
        parent=parent,
        has_mail=policy.has_mail,
    )
    return part(request, Pages).show(
        "publication/read.html",
        site=asked.site,
        asked=asked,
        thread=thread,
        title=_title(asked, thread),
        branches=grow(page.comments),
        root=query.get("root"),
        next_cursor=page.next,
        sort=sort,
        is_open=is_open(thread, asked.site, part(request, Clocks).now()),
        form=form,
        path=_path(query),
        next_path=_path(query) | {name: query[name] for name in ("sort", "root") if name in query},
    )


def grow(comments: list[PublishedComment]) -> list[Branch]:
    """The comments of a page as trees; one whose parent is not on the page stands at the top."""
    branches = {comment.id: Branch(comment) for comment in comments}
    top: list[Branch] = []
    for branch in branches.values():
        parent = branches.get(branch.comment.parent or "")
        (parent.replies if parent else top).append(branch)
    return top


def _page(conn: Connection, thread: Thread, query: dict[str, str], sort: Sort, policy: ReadingPolicy) -> Page:
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
