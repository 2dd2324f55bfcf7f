"""What a reader may ask to be told by mail."""

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
