"""Statistics as moderators read them: charts with their labels, durations and shares in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from commentsvc.domain.status import CommentStatus
from commentsvc.moderation.draw_chart import Chart, draw_columns, draw_spans
from commentsvc.moderation.periods import Period
from commentsvc.store.statistics import Appeals, Handiwork, Judged, Screened

STACK: Mapping[CommentStatus, str] = {
    CommentStatus.APPROVED: "Approved",
    CommentStatus.PENDING: "Waiting",
    CommentStatus.REJECTED: "Rejected",
    CommentStatus.SPAM: "Spam",
    CommentStatus.DELETED: "Deleted",
}
"""In the order in which a column is stacked, from the ground upwards."""
_PHASES = {
    "decoy": "Hidden field filled in",
    "too_fast": "Sent too fast",
    "standing": "Record of the author",
    "repeats": "The same text again",
    "links": "Links",
    "word_list": "Word list",
    "flood": "Flood",
}
_NOT_PUBLISHED = (CommentStatus.REJECTED, CommentStatus.SPAM, CommentStatus.DELETED)
_LABELS = 4
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that a page of statistics tells, of one moment."""

    posts: list[dict[CommentStatus, int]]
    waits: list[list[float]]
    screened: Screened
    hands: list[Handiwork]
    appeals: Appeals


@dataclass(frozen=True, slots=True)
class Verdict:
    """What moderators made of the posts that a judge wanted them to look at."""

    seen: int
    agreed: int
    """Not published."""
    disagreed: int
    """Approved."""
    waiting: int

    @property
    def agreement(self) -> float | None:
        """Share of the decided ones; None before the first."""
        decided = self.agreed + self.disagreed
        return self.agreed / decided if decided else None


def posts_chart(figures: Figures, period: Period) -> Chart:
    """Posts by status, a column a day or a week."""
    columns = [[(str(status), day[status]) for status in STACK] for day in figures.posts]
    return draw_columns(columns, _labels(period.posts))


def waits_chart(figures: Figures, period: Period) -> Chart:
    """From the median to what nine of ten stay below, a line a day or a week."""
    spans = [(quantile(each, 0.5), quantile(each, 0.9)) if each else None for each in figures.waits]
    return draw_spans(spans, _labels(period.waits))


def quantile(ascending: Sequence[float], share: float) -> float:
    """The value that this share stays below; of at least one."""
    return ascending[min(len(ascending) - 1, int(len(ascending) * share))]


def verdict(judged: Judged) -> Verdict:
    """A judge's posts, by what became of them."""
    counts = judged.by_status
    return Verdict(
        seen=sum(counts.values()),
        agreed=sum(counts.get(status, 0) for status in _NOT_PUBLISHED),
        disagreed=counts.get(CommentStatus.APPROVED, 0),
        waiting=counts.get(CommentStatus.PENDING, 0),
    )


def judge(judged: Judged) -> str:
    """``Links``, or ``Word list: casino`` for one of the site's own rules."""
    phase = _PHASES.get(judged.phase, judged.phase.replace("_", " ").capitalize())
    return phase if judged.rule is None else f"{phase}: {judged.rule}"


def duration(seconds: float) -> str:
    """``12 minutes``, ``3.5 hours``, ``2 days``."""
    for unit, length in (("day", _DAY), ("hour", _HOUR), ("minute", _MINUTE)):
        count = seconds / length
        if count >= 1:
            shown = f"{count:.1f}".removesuffix(".0") if count < 10 else f"{count:.0f}"  # noqa: PLR2004 - two digits say enough
            return f"{shown} {unit}{'' if shown == '1' else 's'}"
    return "under a minute"


def share(part: int, whole: int) -> str:
    """``12 %``; ``under 1 %`` for what is there and hardly so."""
    if not whole or not part:
        return "0 %"
    percent = 100 * part / whole
    return "under 1 %" if percent < 1 else f"{percent:.0f} %"


def span_name(begin: datetime, end: datetime) -> str:
    """``24 November``, or the first and last day of a week."""
    last = end - timedelta(days=1)
    if begin == last:
        return f"{begin.day} {begin:%B}"
    return f"{begin.day} {begin:%B} to {last.day} {last:%B}"


def total(figures: Figures) -> dict[CommentStatus, int]:
    """Posts of the whole period by status."""
    return {status: sum(each[status] for each in figures.posts) for status in CommentStatus}


def _labels(bounds: Sequence[datetime]) -> list[str | None]:
    places = len(bounds) - 1
    every = max(1, -(-places // _LABELS))
    return [f"{at.day} {at:%b}" if number % every == 0 else None for number, at in enumerate(bounds[:places])]
