"""What an operator's monitoring watches: how much waits, and since when. No words, no people."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SiteFigures:
    """One site's moderation queue."""

    site: str
    """Key."""
    waiting: int
    """Comments; counted no further than was asked."""
    waiting_since: datetime | None
    """When the oldest of them was written."""


@dataclass(frozen=True, slots=True)
class NoticeFigures:
    """Mails or webhook calls that are not done with."""

    channel: str
    waiting: int
    failed: int
    """Given up; `commentsvc outbox retry` tries them again."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The whole installation at one moment."""

    sites: list[SiteFigures]
    """In the order of their keys."""
    notices: list[NoticeFigures]
    """One for each channel."""
