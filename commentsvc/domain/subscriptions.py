"""What a reader may ask to be told by mail."""

from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """Which new comments are told to whoever subscribed with a comment of their own."""

    NONE = "none"
    """None; the subscription is there for the decision on the comment alone."""
    REPLIES = "replies"
    """Answers to that comment."""
    THREAD = "thread"
    """Everything new below the article."""


class Frequency(StrEnum):
    """How they are told."""

    EACH = "each"
    """One mail for each."""
    DAILY = "daily"
    """One mail a day, if there is anything."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the writer of a comment wants to be told."""

    scope: Scope = Scope.NONE
    wants_decision: bool = False
    """Whether to be told what became of the comment itself."""

    @property
    def is_any(self) -> bool:
        """Whether there is anything to tell."""
        return self.wants_decision or self.scope is not Scope.NONE


NO_WISH = Wish()
