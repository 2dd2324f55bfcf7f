"""A person's rights over what is held about them: shown, handed over, erased; and for how long anything is kept."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from commentsvc.domain.status import CommentStatus

DELETED_NAME = "deleted"
"""Stands where the name was, once it is erased."""


class Erasure(StrEnum):
    """What is to go; each takes everything with it that the one before takes."""

    ADDRESS = "address"
    """The address and all that is there to write to it. Comments keep their name."""
    NAME = "name"
    """Name and website as well. Words stay, under "deleted"."""
    WORDS = "words"
    """The words as well; where others answered, an empty place stays."""


@dataclass(frozen=True, slots=True)
class Erased:
    """How much went."""

    addresses: int = 0
    names: int = 0
    words: int = 0
    is_finished: bool = True
    """Whether nothing of what was meant is left."""
    reached: int = field(default=0, compare=False)
    """Row id of the comment behind which the next portion begins."""

    def __add__(self, other: "Erased") -> "Erased":
        """Both together; finished, and as far, as the later one is."""
        return Erased(
            self.addresses + other.addresses,
            self.names + other.names,
            self.words + other.words,
            other.is_finished,
            other.reached,
        )

    @property
    def count(self) -> int:
        """All in all."""
        return self.addresses + self.names + self.words


@dataclass(frozen=True, slots=True)
class ToldDecision:
    """What became of a comment at one time: without who decided and what they noted for each other."""

    act: str
    at: datetime
    from_status: CommentStatus | None
    to_status: CommentStatus | None
    message: str | None
    """What was to be told to its writer."""


@dataclass(frozen=True, slots=True)
class FormerWords:
    """What a comment said before it was edited."""

    source: str
    edited_by: str
    replaced_at: datetime


@dataclass(frozen=True, slots=True)
class OwnAppeal:
    """A writer's request for another look."""

    text: str
    created_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class OwnSubscription:
    """A wish to be told by mail."""

    comment: str
    url: str
    scope: str
    frequency: str
    wants_decision: bool
    created_at: datetime
    confirmed_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class HeldMail:
    """A mail to this address that waits or was sent lately."""

    event: str
    created_at: datetime
    sent_at: datetime | None
    failed_at: datetime | None


@dataclass(frozen=True, slots=True)
class HeldWords:
    """One comment with all that is stored of it and concerns its writer."""

    id: str
    url: str
    title: str | None
    parent: str | None
    name: str
    website: str | None
    source: str
    status: CommentStatus
    message: str | None
    created_at: datetime
    edited_at: datetime | None
    edited_by: str | None
    decided_at: datetime | None
    erased_at: datetime | None
    likes: int
    link_domains: Sequence[str] = ()
    decisions: Sequence[ToldDecision] = ()
    former: Sequence[FormerWords] = ()
    appeal: OwnAppeal | None = None


@dataclass(frozen=True, slots=True)
class HeldPerson:
    """What is stored about the author behind an address, without the comments."""

    row_id: int = field(repr=False)
    has_sealed_address: bool
    has_blind_index: bool
    first_seen_at: datetime
    confirmed_at: datetime | None
    last_told_at: datetime | None
    muted_at: datetime | None
    approved: int
    rejected: int
    spam: int
    comments: int
    is_blocked: bool
    """Whether a rule of the site's moderators is about this author."""
    subscriptions: Sequence[OwnSubscription] = ()
    mails: Sequence[HeldMail] = ()
