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


@dataclass(frozen=True, slots=True)
class Clocks:
    """The two clocks of a running service."""

    now: Clock
    """What is written down and shown."""
    monotonic: Callable[[], float]
    """Seconds that never go back, for limits and time-outs."""
