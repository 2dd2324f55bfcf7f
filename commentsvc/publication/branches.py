"""Comments as the trees that a page shows."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from commentsvc.domain.comment import PublishedComment
from commentsvc.publication.mentions import with_mention


@dataclass(slots=True)
class Branch:
    """A comment and what was answered to it."""

    comment: PublishedComment
    replies: list["Branch"] = field(default_factory=list)
    parent: PublishedComment | None = None
    """What it answers, if that is on the same page."""

    @property
    def body(self) -> str:
        """Of the comment, with a mention of whom it answers as a link to what they wrote."""
        if self.parent is None:
            return self.comment.html
        return with_mention(self.comment.html, name=self.parent.name, target=self.parent.id)

    @property
    def all_count(self) -> int:
        """Comments below this one, at any depth."""
        waiting, found = list(self.replies), 0
        while waiting:
            found += 1
            waiting.extend(waiting.pop().replies)
        return found


@dataclass(frozen=True, slots=True)
class Reading:
    """What the links of shown comments need to know."""

    path: Mapping[str, str]
    """The thread, as every link repeats it."""
    is_open: bool
    is_of_one_root: bool = False
    """Whether the page shows the replies of one comment alone."""
    service: str = ""
    """Origin that links lead to; empty on our own pages."""


def grow(comments: list[PublishedComment]) -> list[Branch]:
    """The comments of a page as trees; one whose parent is not on the page stands at the top."""
    branches = {comment.id: Branch(comment) for comment in comments}
    top: list[Branch] = []
    for branch in branches.values():
        parent = branches.get(branch.comment.parent or "")
        branch.parent = parent.comment if parent else None
        (parent.replies if parent else top).append(branch)
    return top
