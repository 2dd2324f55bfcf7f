"""What other comment programs hand over, in words that all of them share."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from commentsvc.domain.emails import EmailAddress
from commentsvc.domain.errors import CommentsvcError

IMPORTED_CHARACTERS = 20_000
"""Of a comment's source; others allow more than our form does, and what was published there is to stay."""


class ImportFileError(CommentsvcError):
    """A file is not what it was said to be, or nothing that may be read; the message says it in a sentence."""

    code, status = "import_unusable", 500


class Source(StrEnum):
    """The programs whose comments can be taken over; the words stand in commands and in the ledger."""

    COMMENTSVC = "commentsvc"
    ISSO = "isso"
    DISQUS = "disqus"
    WORDPRESS = "wordpress"
    REMARK42 = "remark42"
    COMMENTO = "commento"
    COMENTARIO = "comentario"
    ARTALK = "artalk"
    WALINE = "waline"


class SourceStatus(StrEnum):
    """Where a comment stood in its source."""

    APPROVED = "approved"
    PENDING = "pending"
    SPAM = "spam"
    DELETED = "deleted"
    REJECTED = "rejected"
    HIDDEN = "hidden"
    """Its article is not for everybody."""
    NO_COMMENT = "no_comment"
    """A note of the program: a pingback, a line of a log."""


@dataclass(frozen=True, slots=True)
class SourceThread:
    """An article's thread as its source has it."""

    url: str
    """Absolute, or a path on the site's own host."""
    title: str | None = None
    is_open: bool = True
    explicit_id: str | None = None
    """What it is filed under here, if that is not its URL."""


@dataclass(slots=True, kw_only=True)
class Item:
    """A comment as its source has it; nothing in it is trusted."""

    id: str
    thread: SourceThread
    parent: str | None = None
    status: SourceStatus = SourceStatus.APPROVED
    name: str = ""
    email: EmailAddress | None = field(default=None, repr=False)
    """As it was typed, not yet checked."""
    website: str | None = None
    body: str = ""
    is_html: bool = False
    """Else it is Markdown, with or without the few tags that readers know."""
    created_at: datetime
    edited_at: datetime | None = None
    edited_by: str | None = None
    likes: int = 0
    is_pinned: bool = False
    has_badge: bool = False
    """Whether a moderator of the site wrote it."""
    account: str | None = None
    """Who wrote it, where the source had them sign in; never an address."""
    public_id: str | None = None
    """Under which it was known, if that is to stay."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in a file that is no comment that could be read."""

    id: str
    """Of the comment, or where it stands."""
    reason: str


Reader = Callable[[Path], Iterator[Item | Fault]]
"""Reads a file of one source; raises `ImportFileError` if it is none."""


class StatusChoice(StrEnum):
    """Where imported comments are to stand; spam and deleted ones are not imported."""

    AS_SOURCE = "as-source"
    APPROVED = "approved"
    PENDING = "pending"


class Outcome(StrEnum):
    """What a report says of a comment."""

    SKIPPED = "skipped"
    CHANGED = "changed"
    """It is here, but not quite as it was."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A line of the report."""

    id: str
    outcome: Outcome
    reason: str
    is_fault: bool = False
    """Whether somebody may want to mend something; else a rule wants it so."""
