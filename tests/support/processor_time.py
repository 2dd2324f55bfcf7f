"""How long pure code takes, whatever else the machine is doing."""

import sys
import time
from collections.abc import Callable

_TRIES = 20


def seconds_of(work: Callable[[], object]) -> float:
    """Processor time of one call, so that a busy machine is no slow code; without a coverage tracer, if one runs."""
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
    """The least of up to 20 calls; none further once it is within the limit.

    Processor time still grows where neighbours take the caches; of several calls, one is let alone.
    """
    least = seconds_of(work)
    for _ in range(_TRIES - 1):
        if least <= limit_seconds:
            break
        least = min(least, seconds_of(work))
    return least
