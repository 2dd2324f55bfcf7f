"""What a reader sent, checked, before it is a comment."""

from dataclasses import dataclass

from commentsvc.domain.emails import EmailAddress
from commentsvc.domain.subscriptions import Wish


@dataclass(frozen=True, slots=True)
class Submission:
    """A checked submission; nothing in it is trusted, everything in it has the right form."""

    address: str
    """The thread's address: an explicit id, or the article's canonical URL."""
    url: str
    """The article's canonical URL, to link to."""
    title: str | None
    parent: str | None
    """Public id of the comment replied to; None for a root."""
    name: str
    email: EmailAddress | None
    website: str | None
    source: str
    wish: Wish
    """Mail that the writer wants; nothing without an address."""
    is_decoy_filled: bool
    """Whether the field that readers never see was filled in."""
    seconds_to_write: float | None
    """Since the form's signed render time; None if no valid form token came along."""
