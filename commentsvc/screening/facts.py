"""What the judges are told about a submission and its surroundings; they look nothing up themselves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from commentsvc.domain.comment import AuthorRecord
from commentsvc.domain.findings import Finding
from commentsvc.domain.rules import Rule, Written
from commentsvc.domain.submission import Submission


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a judge may know besides the submission itself."""

    text: str
    """The words of the rendered source."""
    links: tuple[str, ...]
    """Every `href` of the rendered source, in order of appearance."""
    max_links: int
    """As many the site's policy lets pass without a remark."""
    author_id: int
    """Row id of the author under whom the submission is filed; a rule may be about them."""
    record: AuthorRecord = field(default_factory=AuthorRecord)
    """Of the author whose address was typed; anybody can type it."""
    proven_approved: int = 0
    """Approved comments that the writer has proven to be their own, counted up to 100. Only these earn trust."""
    trust_after: int = 1
    """So many of them the site's policy asks for."""
    same_text_count: int = 0
    """Comments on this site in the last 24 hours with the same `normal_text`, by whomever."""
    own_recent_count: int = 0
    """Comments by this author on this site in the last 10 minutes, whatever became of them."""
    is_site_flooded: bool = False
    """Whether the site gets more comments just now than it can have readers for."""
    rules: tuple[Rule, ...] = ()
    """The site's own, at most 1,000, those that have not expired."""

    @property
    def is_trusted(self) -> bool:
        """Whether the writer has proven as many approved comments as the site asks for."""
        return self.proven_approved >= max(self.trust_after, 1)


Judge = Callable[[Submission, Facts], Finding | None]
"""Looks at one thing; None if there is nothing to remark."""

RuleJudge = Callable[[Written, Sequence[Rule]], list[Finding]]
"""Looks for what the site's rules of one kind name; a finding for each that is met, with its `rule_id`."""
