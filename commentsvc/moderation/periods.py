"""The stretches of time that statistics are about: whole days in UTC, today among them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

PERIODS: Mapping[str, str] = {"30": "30 days", "90": "13 weeks", "365": "52 weeks"}
"""Word in the address → as people say it."""
_DAY, _WEEK = timedelta(days=1), timedelta(weeks=1)
_LENGTHS = {"30": 30, "90": 91, "365": 364}


@dataclass(frozen=True, slots=True)
class Period:
    """Some days, and the spans that they are cut into: bounds, one more than there are spans."""

    posts: list[datetime]
    waits: list[datetime]

    @property
    def begin(self) -> datetime:
        """Its first moment."""
        return self.posts[0]

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return self.posts[-1]

    @property
    def is_by_week(self) -> bool:
        """Whether posts are counted by the week."""
        return self.posts[1] - self.posts[0] == _WEEK


def period_of(word: str, now: datetime) -> Period:
    """The period that ends with today.

    Args:
        word: A key of `PERIODS`.
        now: In UTC.
    """
    end = now.replace(hour=0, minute=0, second=0, microsecond=0) + _DAY
    begin = end - _LENGTHS[word] * _DAY
    by_day, by_week = _bounds(begin, end, _DAY), _bounds(begin, end, _WEEK)
    return {"30": Period(by_day, by_day), "90": Period(by_day, by_week), "365": Period(by_week, by_week)}[word]


def _bounds(begin: datetime, end: datetime, step: timedelta) -> list[datetime]:
    return [begin + number * step for number in range((end - begin) // step)] + [end]
