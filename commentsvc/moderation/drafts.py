"""A comment's text in a moderator's form: as typed, as it would be shown, and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from commentsvc.domain.comment import Rendered
from commentsvc.domain.errors import CommentsvcError, InvalidInputError
from commentsvc.domain.limits import Limits
from commentsvc.markup import render


@dataclass(frozen=True, slots=True)
class Draft:
    """What the form is shown with."""

    source: str
    reason: str = ""
    preview: Rendered | None = None
    faults: Mapping[str, str] = field(default_factory=dict)
    """Field → sentence."""
    problem: str | None = None
    """A fault of no single field."""

    def refused(self, error: CommentsvcError) -> "Draft":
        """The same words with what is wrong with them; nothing that was typed is lost."""
        return Draft(self.source, self.reason, self.preview, error.fields, None if error.fields else error.public)


def typed_source(form: Mapping[str, str]) -> str:
    """The text as readers would send it: forms break lines with two characters, comments with one."""
    return form.get("body", "").replace("\r\n", "\n")


def rendered(source: str, limits: Limits) -> Rendered:
    """The text as it would be shown.

    Raises:
        InvalidInputError: It is empty, too long or too complicated (422).
    """
    if not source.strip():
        raise InvalidInputError(fields={"body": "Please write something."})
    return render(source, limit_characters=limits.source_characters)
