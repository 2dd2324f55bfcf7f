"""Time comes in as an argument, so that a test can move it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Gives the present moment, aware, in UTC."""


def system_clock() -> datetime:
    """The machine's clock: aware, UTC. The one place that reads it."""
    return datetime.now(UTC)  # noqa: TID251 - the one place


def wire_time(moment: datetime) -> str:
    """RFC 3339 with ``Z``, to the second: ``2026-11-22T09:30:00Z``.

    Args:
        moment: Aware, in UTC.
    """
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def to_the_minute(moment: datetime) -> datetime:
    """The moment without its seconds: exact enough for readers, too coarse to be matched with a network's records."""
    return moment.replace(second=0, microsecond=0)


@dataclass(frozen=True, slots=True)
class Clocks:
    """The two clocks of a running service."""

    now: Clock
    """What is written down and shown."""
    monotonic: Callable[[], float]
    """Seconds that never go back, for limits and time-outs."""
