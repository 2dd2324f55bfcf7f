"""The smallest valid site, thread, author and comment, and the words a test says with them."""

import itertools
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.comment import Rendered, Thread
from commentsvc.domain.site import Site, SitePolicy
from commentsvc.domain.status import CommentStatus, Decision
from commentsvc.domain.submission import Submission
from commentsvc.domain.subscriptions import NO_WISH
from commentsvc.store import authors, decisions, published, sites, submissions, threads
from commentsvc.store.decisions import Decided
from commentsvc.store.engine import Store
from commentsvc.store.published import Page, Sort
from commentsvc.store.schema import comment
from commentsvc.store.submissions import Once, Parent
from commentsvc.store.surroundings import Asked

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
ARTICLE = "https://news.example/a"
SUBMISSION = Submission(
    address=ARTICLE,
    url=ARTICLE,
    title="An article",
    parent=None,
    name="Ada",
    email=None,
    website=None,
    source="Words.",
    wish=NO_WISH,
    is_decoy_filled=False,
    seconds_to_write=42.0,
)
RENDERED = Rendered("<p>Words.</p>", [["p", "Words."]], "Words.", (), 1)
_LEADS_TO = {
    CommentStatus.APPROVED: Decision.APPROVE,
    CommentStatus.REJECTED: Decision.REJECT,
    CommentStatus.SPAM: Decision.MARK_SPAM,
    CommentStatus.DELETED: Decision.DELETE,
}


def open_thread(conn: Connection, site_id: int, address: str = ARTICLE, *, now: datetime = NOW) -> Thread:
    """The thread at this address, made if there is none."""
    return threads.find_or_open(conn, site_id=site_id, address=address, url=address, title="An article", now=now)


def new_author(conn: Connection, site_id: int, blind_index: bytes | None = None) -> int:
    """Row id of an author, a new one each time unless there is a blind index."""
    indexes = [] if blind_index is None else [blind_index]
    return authors.find_or_add(conn, site_id=site_id, blind_indexes=indexes, sealed_email=b"sealed", now=NOW)


def asked(site_id: int, **changes: Any) -> Asked:
    """What a submission says of itself; `changes` are fields of it."""
    same: dict[str, Any] = {
        "site_id": site_id,
        "address": ARTICLE,
        "parent": None,
        "proof": None,
        "blind_indexes": [],
        "text_digest": b"digest",
        "once": None,
        "now": NOW,
        "same_text_since": NOW,
        "own_since": NOW,
    }
    return Asked(**same | changes)


def parent_row(conn: Connection, public_id: str) -> Parent:
    """A comment as a parent, whatever its status."""
    row = conn.execute(sa.select(comment.c.id, comment.c.root_id).where(comment.c.public_id == public_id)).one()
    return Parent(row.id, row.root_id or row.id)


def add_pending(
    conn: Connection,
    thread: Thread,
    *,
    parent: str | None = None,
    author_id: int | None = None,
    once: Once | None = None,
    text_digest: bytes = b"digest",
    now: datetime = NOW,
    **changes: Any,
) -> str:
    """Write a pending comment; its public id. `changes` are fields of the submission."""
    return submissions.add(
        conn,
        thread,
        replace(SUBMISSION, **changes),
        RENDERED,
        author_id=new_author(conn, thread.site_id) if author_id is None else author_id,
        pseudonym=b"p" * 16,
        parent=parent_row(conn, parent) if parent else None,
        findings=[],
        status=CommentStatus.PENDING,
        text_digest=text_digest,
        once=once,
        now=now,
    )


def decide(conn: Connection, public_id: str, verb: Decision, site_ids: Collection[int], **changes: Any) -> Decided:
    """Decide, as nobody in particular and for no reason unless `changes` say so."""
    given: dict[str, Any] = {"moderator_id": None, "reason": None, "now": NOW} | changes
    return decisions.decide(conn, public_id, verb, site_ids=site_ids, **given)


@dataclass
class Make:
    """Makes things in one store, on one site; each call is one job."""

    store: Store
    site: Site
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    async def thread(self, address: str = ARTICLE) -> Thread:
        """The thread at this address as it is now, made if there is none."""
        return await self.store.write(lambda conn: open_thread(conn, self.site.id, address))

    async def comment(
        self, *, status: CommentStatus = CommentStatus.APPROVED, address: str = ARTICLE, **changes: Any
    ) -> str:
        """A comment in this status; its public id."""

        def job(conn: Connection) -> str:
            public_id = add_pending(conn, open_thread(conn, self.site.id, address), **changes)
            if status in _LEADS_TO:
                decide(conn, public_id, _LEADS_TO[status], [self.site.id])
            return public_id

        return await self.store.write(job)

    async def comments(self, number: int, **changes: Any) -> list[str]:
        """Several approved comments, in their order, in one job."""

        def job(conn: Connection) -> list[str]:
            thread = open_thread(conn, self.site.id)
            ids = [add_pending(conn, thread, **changes) for _ in range(number)]
            for public_id in ids:
                decide(conn, public_id, Decision.APPROVE, [self.site.id])
            return ids

        return await self.store.write(job)

    async def other_site(self) -> "Make":
        """Makes things on another site of the same store."""
        return await new_make(self.store, key=f"other{next(self.numbers)}")

    async def decide(self, public_id: str, verb: Decision, **changes: Any) -> Decided:
        """Decide on a comment of this site."""
        return await self.store.write(lambda conn: decide(conn, public_id, verb, [self.site.id], **changes))

    async def row(self, public_id: str) -> Any:
        """Everything stored of a comment."""
        query = sa.select(comment).where(comment.c.public_id == public_id)
        return await self.store.read(lambda conn: conn.execute(query).one())

    async def rows(self, table: sa.Table) -> list[Any]:
        """A whole table, in its own order."""
        query = sa.select(table).order_by(*table.primary_key)
        return await self.store.read(lambda conn: list(conn.execute(query)))

    async def page(
        self, *, sort: Sort = Sort.OLDEST, after: str | None = None, limit: int = 1_000, replies_each: int = 1_000
    ) -> Page:
        """A page of the article's roots."""
        thread = await self.thread()
        return await self.store.read(
            lambda conn: published.roots(conn, thread, sort=sort, after=after, limit=limit, replies_each=replies_each)
        )

    async def replies(self, root: str, *, after: str | None = None, limit: int = 10_000) -> Page:
        """A page of one root's replies."""
        thread = await self.thread()
        return await self.store.read(lambda conn: published.replies(conn, thread, root, after=after, limit=limit))


async def new_make(store: Store, key: str = "news") -> Make:
    """With a new site."""
    origins = [f"https://{key}.example"]
    site = await store.write(
        lambda conn: sites.add(conn, key=key, name=key.title(), origins=origins, policy=SitePolicy(), now=NOW)
    )
    return Make(store, site)
