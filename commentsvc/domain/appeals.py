"""Appeals: once for each comment, its writer may ask for a second look at what was decided."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from commentsvc.domain.comment import HeldComment
from commentsvc.domain.status import CommentStatus

APPEAL_CHARACTERS = 1_000
APPEALABLE = frozenset({CommentStatus.REJECTED, CommentStatus.SPAM})
"""What can be appealed against."""


class AppealState(StrEnum):
    """What a writer can do, or what became of what they did."""

    POSSIBLE = "possible"
    WAITING = "waiting"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class WaitingAppeal:
    """An appeal for a moderator to answer."""

    comment: HeldComment
    text: str
    """The writer's; plain text of at most 1,000 characters."""
    created_at: datetime
