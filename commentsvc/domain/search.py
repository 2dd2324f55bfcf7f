"""What a moderator looks for, and how it is spelled in an address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from commentsvc.domain.search_words import search_phrases
from commentsvc.domain.status import CommentStatus

Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Search:
    """Everything that a comment must be; None asks for nothing."""

    words: str = ""
    """As it was typed."""
    status: CommentStatus | None = None
    author: str | None = None
    """Public id of a comment: all by whoever wrote it."""
    thread: str | None = None
    """Public id of a comment: all on its article."""
    site: str | None = None
    """Key."""
    finding: str | None = None
    """A screening phase."""
    rule: str | None = None
    """``KIND:PATTERN`` of a rule."""
    domain: str | None = None
    """Where a link leads."""
    since: date | None = None
    until: date | None = None
    """The last day, in UTC."""

    @property
    def phrases(self) -> tuple[Phrase, ...]:
        """The words as they are looked for."""
        return search_phrases(self.words)

    def query(self) -> Mapping[str, str]:
        """Name → value for an address, only what is asked for, always in the same order."""
        given = {
            "q": self.words,
            "status": self.status,
            "author": self.author,
            "thread": self.thread,
            "site": self.site,
            "finding": self.finding,
            "rule": self.rule,
            "domain": self.domain,
            "since": self.since,
            "until": self.until,
        }
        return {name: str(value) for name, value in given.items() if value}

    def spelled(self) -> str:
        """The query of an address, percent-encoded."""
        return urlencode(self.query())
