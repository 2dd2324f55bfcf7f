"""How often somebody may guess a password: per moderator, per network and altogether. In memory only."""

import math
from collections import OrderedDict, deque
from collections.abc import Callable

from commentsvc.domain.errors import TooManyRequestsError

WINDOW_SECONDS = 300.0
PER_KEY = 10
ALTOGETHER = 1_000
_MOST_KEYS = 20_000
"""Remembered at once; the one that was quiet longest is forgotten first."""

_EVERYBODY = b"everybody"


class SignInAttempts:
    """Failed sign-ins of the last five minutes.

    Args:
        monotonic: Seconds that never go back.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._failed: OrderedDict[bytes, deque[float]] = OrderedDict()

    def begin(self, *, moderator: bytes, network: bytes) -> None:
        """Count an attempt before it is made, so that many at once do not slip through.

        Args:
            moderator: Blind index of the address that was typed, whether or not it is anybody's.
            network: Of the client, in a form that says nothing about it.

        Raises:
            TooManyRequestsError: Any of the limits is reached; nothing is counted.
        """
        now = self._monotonic()
        keys = _keys(moderator, network)
        wait = max(self._wait(key, now) for key in keys)
        if wait > 0:
            raise TooManyRequestsError(retry_after_seconds=math.ceil(wait))
        for key in keys:
            self._failed.setdefault(key, deque()).append(now)
            self._failed.move_to_end(key)
        while len(self._failed) > _MOST_KEYS:
            self._failed.popitem(last=False)

    def forgive(self, *, moderator: bytes, network: bytes) -> None:
        """Take the latest attempt back: it was no guess."""
        for key in _keys(moderator, network):
            if self._failed.get(key):
                self._failed[key].pop()

    def _wait(self, key: bytes, now: float) -> float:
        """Seconds until one more attempt is within the limit; 0 if it is now."""
        times = self._failed.get(key, deque())
        while times and now - times[0] >= WINDOW_SECONDS:
            times.popleft()
        most = ALTOGETHER if key == _EVERYBODY else PER_KEY
        return 0.0 if len(times) < most else WINDOW_SECONDS - (now - times[0])


def _keys(moderator: bytes, network: bytes) -> tuple[bytes, bytes, bytes]:
    return b"moderator:" + moderator, b"network:" + network, _EVERYBODY
