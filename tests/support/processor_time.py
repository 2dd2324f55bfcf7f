"""How long pure code takes, whatever else the machine is doing, and whatever machine it is."""

import sys
import time
from collections.abc import Callable

_TRIES = 20
_YARDSTICK_STEPS = 1_500
_YARDSTICK_SECONDS = 0.0043
"""A loop of so many steps takes so long on the machine that the limits were set on: an AMD EPYC, Python 3.11."""


def seconds_of(work: Callable[[], object]) -> float:
    """Processor time of one call; without a coverage tracer, if one runs."""
    tracer = sys.gettrace()
    sys.settrace(None)
    before = time.thread_time()
    try:
        work()
    finally:
        seconds = time.thread_time() - before
        sys.settrace(tracer)
    return seconds


def least_seconds_of(work: Callable[[], object], *, limit_seconds: float) -> float:
    """The least of up to 20 calls, in seconds of the machine that limits are set on; none further once it is within.

    Processor time grows where neighbours take the caches or the other half of a core. So a fixed loop is timed before
    and after each call, and the call counts as much less as the faster of the two was slower than it should be.
    """
    least = _scaled_seconds_of(work)
    for _ in range(_TRIES - 1):
        if least <= limit_seconds:
            break
        least = min(least, _scaled_seconds_of(work))
    return least


def _scaled_seconds_of(work: Callable[[], object]) -> float:
    before, seconds, after = seconds_of(_yardstick), seconds_of(work), seconds_of(_yardstick)
    return seconds / max(1.0, min(before, after) / _YARDSTICK_SECONDS)


def _yardstick() -> int:
    """Like the code that is measured: many small objects, made and forgotten."""
    total = 0
    for step in range(_YARDSTICK_STEPS):
        total += len("".join(sorted(str({"number": step, "text": [step]}), reverse=True)).split("n"))
    return total
