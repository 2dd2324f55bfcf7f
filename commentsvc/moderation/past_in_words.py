"""The history in words: ``Mo rejected 37 comments``."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from commentsvc.domain.status import CommentStatus, Decision
from commentsvc.moderation.words import PAST, STATUSES
from commentsvc.store.decisions import UNDO_FOR
from commentsvc.store.history_pages import PastEntry, PastLine

_MESSAGE = "message"
_THREAD = "thread:"
_UNDONE = frozenset(map(str, Decision))


@dataclass(frozen=True, slots=True)
class Day:
    """The lines of one day."""

    name: str
    lines: list[PastLine]


def by_day(lines: Sequence[PastLine]) -> list[Day]:
    """Lines under the days on which they happened, in the same order."""
    named = groupby(lines, key=lambda line: f"{line.last.created_at:%A}, {line.last.created_at.day} {_month(line)}")
    return [Day(name, list(same)) for name, same in named]


def act(entry: PastEntry) -> str:
    """``rejected``."""
    return PAST[entry.act]


def names_its_subject(entry: PastEntry) -> bool:
    """Whether a line begins with what it was done to; ``Rule added`` says it already."""
    return ":" not in entry.subject or entry.subject.startswith(_THREAD)


def subject(entry: PastEntry) -> str:
    """What it was done to, where that is no comment to link to: ``the thread https://…``."""
    if entry.subject.startswith(_THREAD):
        return f"the thread {entry.subject.removeprefix(_THREAD)}"
    return "a comment that is gone"


def step(entry: PastEntry) -> str | None:
    """``waiting → rejected``; None for what moved no comment."""
    if entry.from_status is None or entry.to_status is None:
        return None
    return f"{STATUSES[entry.from_status]} → {STATUSES[CommentStatus(entry.to_status)]}"


def may_be_undone(line: PastLine, now: datetime) -> bool:
    """Whether undoing it may still do something; whether it does is seen when it is tried."""
    return line.last.act in _UNDONE and now - line.last.created_at <= UNDO_FOR


def message(entry: PastEntry) -> str | None:
    """What the writer was told."""
    told = entry.details.get(_MESSAGE)
    return told if isinstance(told, str) else None


def particulars(entry: PastEntry) -> str | None:
    """The rest of what is known, as ``pattern: casino; leaning: spam``; never row ids."""
    known = (f"{name.replace('_', ' ')}: {value}" for name, value in _told(entry))
    return "; ".join(known) or None


def _told(entry: PastEntry) -> Iterator[tuple[str, object]]:
    for name, value in entry.details.items():
        is_plain = isinstance(value, str | int) and not name.endswith("id")
        if is_plain and name not in {_MESSAGE, "of"}:
            yield name, value


def _month(line: PastLine) -> str:
    return f"{line.last.created_at:%B %Y}"
