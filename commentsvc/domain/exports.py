"""What an export of a site is: its head, its threads and its comments, as whoever leaves takes them along."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from commentsvc.domain.status import CommentStatus

FORMAT = 1
"""Raised whenever a reader of the former format could no longer understand what is written."""
KIND_OF_FILE = "commentsvc export"


class Addresses(StrEnum):
    """What of e-mail addresses is in an export; never one that anybody could read."""

    NONE = "none"
    SEALED = "sealed"


class ExportedStatuses(StrEnum):
    """Which comments are in an export."""

    ALL = "all"
    APPROVED = "approved"
    """And empty places, where approved ones stand below something else."""


@dataclass(frozen=True, slots=True)
class ExportedThread:
    """A thread as it stands in an export."""

    address: str
    url: str
    title: str | None
    is_open: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ExportedComment:
    """A comment as it stands in an export."""

    id: str
    parent: str | None
    thread: str
    """Address."""
    status: CommentStatus
    name: str
    website: str | None
    key: str
    """The author's pseudonym in this thread, as readers see it."""
    badge: str | None
    source: str
    html: str
    created_at: datetime
    edited_at: datetime | None
    edited_by: str | None
    likes: int
    pinned_at: datetime | None
    is_empty: bool
    """Only its place: the words were erased, or are none of those that were asked for."""
    sealed: bytes | None = field(repr=False)
