"""Canned reasons: what a site often has to tell the writers of comments that it does not show."""

from dataclasses import dataclass

LABEL_CHARACTERS = 60
MESSAGE_CHARACTERS = 500
MOST_REASONS = 30


@dataclass(frozen=True, slots=True)
class CannedReason:
    """One of a site's canned reasons."""

    label: str
    """For moderators; each once in a site."""
    message: str
    """What the writer is shown."""


FIRST_REASONS = (
    CannedReason("Off topic", "Your comment is not about this article. Please try again closer to its subject."),
    CannedReason("Insulting", "Your comment attacks a person. Please say the same about the matter itself."),
    CannedReason("Advertising", "Your comment reads as an advertisement. We do not publish these."),
    CannedReason("Private details", "Your comment tells private details of somebody. Please leave them out."),
)
"""Come with a new site; its owner changes and removes them as any other."""
