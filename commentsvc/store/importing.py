"""Taking over comments from elsewhere: a portion in one transaction with its lines in the ledger, so none doubles."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.acts import Act
from commentsvc.domain.comment import Rendered, Thread
from commentsvc.domain.ids import new_public_id
from commentsvc.domain.links import link_domains
from commentsvc.domain.rights import DELETED_NAME
from commentsvc.domain.site import Site
from commentsvc.domain.status import CommentStatus
from commentsvc.store import authors, history, import_ledger, moves, search_index, submissions, threads, visibility
from commentsvc.store.compiled_once import CompiledOnce
from commentsvc.store.import_ledger import Place
from commentsvc.store.insert_together import Row, insert_together
from commentsvc.store.pins import MOST_PINNED
from commentsvc.store.schema import author, comment, thread
from commentsvc.store.schema import import_ledger as ledger
from commentsvc.store.search_index import Indexed

_ADD = CompiledOnce(sa.insert(comment).returning(comment.c.id))
_ONE_MORE = CompiledOnce(
    sa.update(author).where(author.c.id == sa.bindparam("row_id")).values(approved_count=author.c.approved_count + 1)
)
_NO_WORDS = Rendered("", [], "", (), 0)


@dataclass(frozen=True, slots=True)
class NewThread:
    """Where a comment is to stand; made if it is not there."""

    address: str
    url: str
    title: str | None
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewComment:
    """A comment that is ready to be written."""

    source_id: str
    thread: NewThread
    parent: str | None
    """By its id in the source."""
    public_id: str | None
    """Kept if nobody has it."""
    name: str
    website: str | None
    badge: str | None
    blind_indexes: Sequence[bytes]
    sealed_email: bytes | None = field(repr=False)
    pseudonym: bytes
    text: str
    """Its source, in our sense."""
    rendered: Rendered | None
    """None: only its place, because others answered."""
    text_digest: bytes
    status: CommentStatus
    created_at: datetime
    edited_at: datetime | None
    edited_by: str | None
    likes: int
    is_pinned: bool


@dataclass(slots=True)
class Added:
    """What became of a portion."""

    new: int = 0
    empty: int = 0
    """Of those, places without words."""
    known: int = 0


def begin(conn: Connection, site: Site, *, source: str, count: int, now: datetime) -> None:
    """Write into a site's history that comments are imported, from where, and how many there are."""
    history.write(
        conn,
        Act.IMPORT_COMMENTS,
        site_id=site.id,
        subject=f"site:{site.key}",
        moderator_id=None,
        details={"source": source, "comments": count},
        now=now,
    )


def add(conn: Connection, site: Site, source: str, portion: Sequence[NewComment], *, now: datetime) -> Added:
    """Write a portion; what is in the ledger already is left alone.

    Args:
        conn: In a transaction that writes; two imports into one site take turns.
        site: Where.
        source: A word of `domain.imports.Source`.
        portion: Each after its parent, in this one or an earlier one.
        now: When the places without words were made.
    """
    _take_turns(conn, site.id)
    writing = _Writing(conn, site.id, source, now)
    done = Added()
    for each in portion:
        if not writing.add(each):
            done.known += 1
        else:
            done.new += 1
            done.empty += each.rendered is None
    writing.finish()
    return done


def _take_turns(conn: Connection, site_id: int) -> None:
    if conn.dialect.name == "postgresql":
        conn.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK, site_id)))


_LOCK = 0x696D706F  # "impo"; any number that only we use


class _Writing:
    """One portion on its way in."""

    def __init__(self, conn: Connection, site_id: int, source: str, now: datetime) -> None:
        self._conn, self._site_id, self._source, self._now = conn, site_id, source, now
        self._threads: dict[str, Thread] = {}
        self._public = Counter[int]()

    def add(self, new: NewComment) -> bool:
        """Write one; False if it was here."""
        at = self._thread(new)
        if self._find(at, new.source_id) is not None:
            return False
        parent = None if new.parent is None else self._find(at, new.parent)
        author_id = self._author(new)
        row_id = self._insert(new, at, parent, author_id)
        if new.status is CommentStatus.APPROVED:
            visibility.appear(self._conn, row_id)
            _ONE_MORE.run(self._conn, {"row_id": author_id})
            self._public[at.id] += 1
        return True

    def finish(self) -> None:
        """Move the revision of each thread in which readers see something more."""
        for thread_id, number in sorted(self._public.items()):
            moves.move_on(self._conn, [thread_id], {"approved_count": thread.c.approved_count + number})

    def _thread(self, new: NewComment) -> Thread:
        wanted = new.thread
        if wanted.address not in self._threads:
            self._threads[wanted.address] = self._found_or_made(new)
            threads.lock(self._conn, [self._threads[wanted.address].id])
        return self._threads[wanted.address]

    def _found_or_made(self, new: NewComment) -> Thread:
        wanted = new.thread
        found = threads.find(self._conn, self._site_id, wanted.address)
        if found is not None:
            return found
        made = threads.find_or_open(
            self._conn,
            site_id=self._site_id,
            address=wanted.address,
            url=wanted.url,
            title=wanted.title,
            now=new.created_at,
        )
        if not wanted.is_open:
            self._conn.execute(sa.update(thread).where(thread.c.id == made.id).values(is_open=False))
        return made

    def _find(self, at: Thread, source_id: str) -> Place | None:
        return import_ledger.find(self._conn, at.id, self._source, source_id)

    def _author(self, new: NewComment) -> int:
        return authors.find_or_add(
            self._conn,
            site_id=self._site_id,
            blind_indexes=new.blind_indexes,
            sealed_email=new.sealed_email,
            now=new.created_at,
        )

    def _insert(self, new: NewComment, at: Thread, parent: Place | None, author_id: int) -> int:
        rendered = new.rendered or _NO_WORDS
        values = {
            "public_id": self._public_id(new),
            "site_id": self._site_id,
            "thread_id": at.id,
            "parent_id": parent.row_id if parent else None,
            "root_id": parent.root_id if parent else None,
            "author_id": author_id,
            "pseudonym": new.pseudonym,
            "name": new.name if new.rendered else DELETED_NAME,
            "website": new.website,
            "badge": new.badge,
            "source": new.text,
            "html": rendered.html,
            "tree": rendered.tree,
            "text": rendered.text,
            "text_digest": new.text_digest,
            "rendered_with": rendered.version,
            "status": new.status,
            "findings": [],
            "likes": new.likes,
            "created_at": new.created_at,
            "edited_at": new.edited_at,
            "edited_by": new.edited_by,
            "pinned_at": new.created_at if new.is_pinned and parent is None and self._may_pin(at) else None,
            "erased_at": None if new.rendered else self._now,
        }
        row_id: int = _ADD.run(self._conn, values).scalar_one()
        submissions.note_links(self._conn, row_id, self._site_id, rendered.tree, new.status)
        line = {"thread_id": at.id, "source": self._source, "source_id": new.source_id, "comment_id": row_id}
        insert_together(self._conn, [self._document(new, at, row_id, author_id), (ledger, line)])
        return row_id

    def _document(self, new: NewComment, at: Thread, row_id: int, author_id: int) -> Row:
        """For the full-text index."""
        rendered = new.rendered or _NO_WORDS
        indexed = Indexed(
            row_id=row_id,
            site_id=self._site_id,
            status=new.status,
            author_id=author_id,
            thread_id=at.id,
            created_at=new.created_at,
            name=new.name if new.rendered else DELETED_NAME,
            text=rendered.text,
            title=at.title or "",
            domains=link_domains(rendered.tree),
        )
        return search_index.row_of(self._conn, indexed)

    def _public_id(self, new: NewComment) -> str:
        """The one it had, unless somebody has it here."""
        if new.public_id is None:
            return new_public_id()
        taken = self._conn.execute(sa.select(comment.c.id).where(comment.c.public_id == new.public_id)).first()
        return new.public_id if taken is None else new_public_id()

    def _may_pin(self, at: Thread) -> bool:
        pinned: Any = sa.select(sa.func.count()).where(comment.c.thread_id == at.id, comment.c.pinned_at.is_not(None))
        return bool(self._conn.execute(pinned).scalar_one() < MOST_PINNED)
