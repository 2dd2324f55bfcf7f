"""Notices: what is told, to whom, when it is tried again, and what a worker is lent to do it."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, runtime_checkable

_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=6)
GIVE_UP_AFTER = timedelta(days=3)


class Event(StrEnum):
    """What a notice tells. Other words in the outbox are causes, of which the worker makes notices for readers."""

    COMMENT_PENDING = "comment_pending"
    """A new comment waits."""
    COMMENT_APPEALED = "comment_appealed"
    """A writer asks for another look."""
    DIGEST = "digest"
    """What waits on a site, once a day."""
    WEBHOOK_TEST = "webhook_test"
    """An owner tries a webhook."""

    SUBSCRIPTION_ASKED = "subscription_asked"
    """A reader is asked whether the address is theirs and the mails wanted; this and those below go to readers."""
    REPLY_PUBLISHED = "reply_published"
    """A comment that they subscribed to hear of is public."""
    REPLY_DIGEST = "reply_digest"
    """All such comments of a day."""
    DECISION_TOLD = "decision_told"
    """What became of their own comment."""
    DATA_ASKED = "data_asked"
    """Somebody who gave this address asks what is held about it; the mail brings the link."""


FOR_READERS = frozenset(
    {
        Event.SUBSCRIPTION_ASKED,
        Event.REPLY_PUBLISHED,
        Event.REPLY_DIGEST,
        Event.DECISION_TOLD,
        Event.DATA_ASKED,
    }
)


class Cause(StrEnum):
    """What happened to a comment, of which the worker makes notices for readers."""

    COMMENT_APPROVED = "comment_approved"
    COMMENT_REJECTED = "comment_rejected"


class Channel(StrEnum):
    """How one recipient is told."""

    MAIL = "mail"
    WEBHOOK = "webhook"


class NoticeWish(StrEnum):
    """Which mails a moderator wants of a site."""

    NONE = "none"
    EACH = "each"
    DIGEST = "digest"


class WebhookFormat(StrEnum):
    """What a webhook is sent."""

    JSON = "json"
    """All about the comment, for programs."""
    CHAT = "chat"
    """``{"text": …}``, as chat services take it."""


def next_attempt(created_at: datetime, attempts: int, now: datetime) -> datetime | None:
    """When to try again what has just failed: after 1 minute, then twice as long each time, up to 6 hours.

    Args:
        created_at: When the notice was made.
        attempts: How many have failed, at least 1.
        now: When the last one failed.

    Returns:
        None after 3 days: it is given up.
    """
    if now - created_at >= GIVE_UP_AFTER:
        return None
    doublings = min(attempts - 1, 10)  # 1,024 minutes are longer than the longest pause
    return now + min(_FIRST_PAUSE * (1 << doublings), _LONGEST_PAUSE)


def last_hour(hour: int, now: datetime) -> datetime:
    """The latest moment, not after now, at which the clock struck this hour, in UTC."""
    today = now.replace(hour=hour, minute=0, second=0, microsecond=0)
    return today if today <= now else today - timedelta(days=1)


@runtime_checkable
class WebhookSecrets(Protocol):
    """What the calls of a webhook are signed with; the vault has the one that is used."""

    def of(self, public_id: str) -> list[bytes]:
        """The secrets of one webhook, newest first: 32 bytes each, derived and stored nowhere."""
        ...


class DecisionLinks(Protocol):
    """Makes the link in a mail under which its moderator may decide on one comment."""

    def address(self, comment: str, *, moderator_id: int, site: str, version: int) -> str:
        """Where the comment is shown with its buttons.

        Args:
            comment: Public id.
            moderator_id: Whose mail it is.
            site: Key.
            version: The comment's state version; once it has moved on, the link decides nothing.
        """
        ...


class ReaderMailLinks(Protocol):
    """Makes the links in mails to readers; each is a full address."""

    def subscription(self, public_id: str) -> str:
        """Where a subscription is shown, confirmed, changed and ended."""
        ...

    def unsubscribe(self, public_id: str) -> str:
        """Where a subscription is ended, by a button or by a mail program."""
        ...

    def data(self, author_public_id: str) -> str:
        """Where somebody sees what is held about them."""
        ...
