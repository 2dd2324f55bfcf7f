"""Reports: a reader tells the moderators that a public comment should not stand there."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from commentsvc.domain.comment import HeldComment

REPORT_CHARACTERS = 500


class ReportReason(StrEnum):
    """What is wrong with the comment."""

    SPAM = "spam"
    ABUSE = "abuse"
    PRIVATE_DATA = "private_data"
    OFF_TOPIC = "off_topic"
    OTHER = "other"


REASONS: Mapping[ReportReason, str] = {
    ReportReason.SPAM: "spam",
    ReportReason.ABUSE: "abuse",
    ReportReason.PRIVATE_DATA: "private data",
    ReportReason.OFF_TOPIC: "off topic",
    ReportReason.OTHER: "other",
}
"""As moderators read them."""


@dataclass(frozen=True, slots=True)
class Report:
    """What one reader said."""

    reason: ReportReason
    text: str | None
    """Plain text of at most 500 characters."""
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ReportedComment:
    """A public comment with the reports that nobody has dealt with, newest first."""

    comment: HeldComment
    reports: tuple[Report, ...]


def reports_in_words(reasons: Iterable[ReportReason]) -> str:
    """``3 readers reported it: 2 spam, 1 abuse``, the most frequent first."""
    counts = Counter(reasons)
    total, order = counts.total(), list(ReportReason)
    parts = sorted(counts.items(), key=lambda each: (-each[1], order.index(each[0])))
    named = ", ".join(f"{count} {REASONS[reason]}" for reason, count in parts)
    return f"{total} {'reader' if total == 1 else 'readers'} reported it: {named}"
