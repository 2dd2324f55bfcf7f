"""What the judges are told about a submission and its surroundings; they look nothing up themselves."""

from collections.abc import Callable
from dataclasses import dataclass, field

from commentsvc.domain.comment import AuthorRecord
from commentsvc.domain.findings import Finding, Leaning
from commentsvc.domain.submission import Submission


@dataclass(frozen=True, slots=True)
class WordRule:
    """One line of a site's word list."""

    pattern: str
    """A word, a phrase or a sign: ``casino``, ``work from home``, ``$$$``. Case and spacing do not matter."""
    leaning: Leaning
    reason: str = ""
    """For the moderator; possibly empty."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a judge may know besides the submission itself."""

    text: str
    """The words of the rendered source."""
    links: tuple[str, ...]
    """Every `href` of the rendered source, in order of appearance."""
    max_links: int
    """As many the site's policy lets pass without a remark."""
    record: AuthorRecord = field(default_factory=AuthorRecord)
    """Of the author whose address was typed; anybody can type it."""
    is_proven_author: bool = False
    """Whether the receipt of an approved comment of this author came along. Only this earns trust."""
    same_text_count: int = 0
    """Comments on this site in the last 24 hours with the same `normal_text`, by whomever."""
    own_recent_count: int = 0
    """Comments by this author on this site in the last 10 minutes, whatever became of them."""
    is_site_flooded: bool = False
    """Whether the site gets more comments just now than it can have readers for."""
    words: tuple[WordRule, ...] = ()
    """The site's word list, in its owner's order."""


Judge = Callable[[Submission, Facts], Finding | None]
"""Looks at one thing; None if there is nothing to remark."""
