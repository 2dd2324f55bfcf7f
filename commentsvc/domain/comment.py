"""Comments, threads and their authors, as the stages hand them to each other."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from commentsvc.domain.acts import Act
from commentsvc.domain.findings import Finding
from commentsvc.domain.own_words import words_mark
from commentsvc.domain.status import CommentStatus

Tree = list[object]
"""A sanitised body as nested arrays: a string is text, ``["p", child, …]`` an element,
``["a", {"href": "https://…"}, child, …]`` an element with attributes. The outermost list holds the top nodes."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A source as it is shown: HTML and the same as nodes, from one pass."""

    html: str
    tree: Tree
    text: str
    """Only its words, for feeds, search and screening."""
    links: tuple[str, ...]
    """Every `href` in order of appearance."""
    version: int
    """Of the markup rules; an older one is rendered anew by ``commentsvc rerender``."""


@dataclass(frozen=True, slots=True)
class Thread:
    """All comments of one article."""

    id: int
    site_id: int
    address: str
    url: str
    title: str | None
    is_open: bool
    revision: int
    """Counter of the thread's public content; basis of the ETag."""
    count: int
    """Approved comments."""
    pseudonym_salt: bytes = field(repr=False)
    created_at: datetime


@dataclass(frozen=True, slots=True)
class AuthorRecord:
    """What is known of an author's earlier comments on the same site."""

    approved: int = 0
    rejected: int = 0
    spam: int = 0
    first_seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PublishedComment:
    """A comment as everybody may see it."""

    id: str
    parent: str | None
    name: str
    website: str | None
    key: str
    """The author's pseudonym in this thread: the same for all of their comments here, another one elsewhere."""
    badge: str | None
    html: str
    tree: Tree
    created_at: datetime
    edited_at: datetime | None
    edited_by: str | None
    """``moderator``, if it was not the writer."""
    likes: int
    replies: int
    is_pinned: bool
    is_tombstone: bool
    """Removed, but kept in place for its replies; name and body are empty."""


@dataclass(frozen=True, slots=True)
class OwnComment:
    """A comment as its writer may see it, shown for a receipt."""

    id: str
    parent: str | None
    name: str
    website: str | None
    key: str
    html: str
    tree: Tree
    source: str
    created_at: datetime
    edited_at: datetime | None
    edited_by: str | None
    likes: int
    replies: int
    status: CommentStatus
    url: str
    """Of the article."""
    message: str | None
    """What a moderator wants its writer to know."""
    has_appealed: bool
    has_answer: bool
    """Whether the appeal was answered."""
    may_edit_until: datetime | None
    """None: its words cannot be changed any more."""


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """An approved comment with the article it stands under."""

    comment: PublishedComment
    thread_url: str
    thread_title: str | None


@dataclass(frozen=True, slots=True)
class ParentExcerpt:
    """The comment that a held one answers."""

    id: str
    name: str
    html: str
    status: CommentStatus


@dataclass(frozen=True, slots=True)
class PastDecision:
    """One line of a comment's history."""

    act: Act
    from_status: CommentStatus | None
    to_status: CommentStatus | None
    moderator: str | None
    """Display name; None: the service itself."""
    reason: str | None
    details: Mapping[str, object]
    batch: str
    created_at: datetime


class Likeness(StrEnum):
    """In what two waiting comments are alike."""

    AUTHOR = "author"
    TEXT = "text"
    DOMAIN = "domain"


@dataclass(frozen=True, slots=True)
class Like:
    """Waiting comments that are like one of them."""

    by: Likeness
    domain: str | None
    """Where both link to; only for `Likeness.DOMAIN`."""
    count: int
    """How many there are besides it."""
    is_more: bool
    """Whether counting ended before the last of them."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text that was edited."""

    kind: Literal["same", "removed", "added"]
    text: str


@dataclass(frozen=True, slots=True)
class HeldComment:
    """A comment as a moderator sees it: never an e-mail address."""

    id: str
    site_key: str
    site_name: str
    thread_url: str
    thread_title: str | None
    thread_address: str
    parent: ParentExcerpt | None
    name: str
    website: str | None
    source: str
    html: str
    status: CommentStatus
    findings: tuple[Finding, ...]
    record: AuthorRecord
    created_at: datetime
    decided_at: datetime | None
    tree: Tree
    edited_at: datetime | None
    edited_by: str | None
    """``moderator``, or ``author``; None if it was never edited."""
    is_pinned: bool
    message: str | None
    """What its writer was told with the last decision."""
    state_version: int
    """Moves with every decision and every edit."""
    erased_at: datetime | None = None
    """When its words were erased; nothing more can be decided then."""
    marked_html: str | None = None
    """The body with what screening saw marked in it; filled in for a page."""
    difference: tuple[Piece, ...] = ()
    """What the last edit changed; filled in for a page."""
    likes: tuple[Like, ...] = ()
    """What else waits and is like this one; filled in for a page."""
    looked_at_by: str | None = None
    """Another moderator who has this one before them just now; filled in for a page."""

    @property
    def words_mark(self) -> str:
        """To be sent along with a decision about these words."""
        return words_mark(self.source)
