"""How often a password or a code may be guessed: for one moderator, from one network, and altogether."""

from starlette.requests import HTTPConnection

from commentsvc.web.client_address import client_of
from commentsvc.web.parts import part
from commentsvc.web.rate_limits import Rate, RateLimiter

_WINDOW_SECONDS = 300.0
PER_MODERATOR = PER_NETWORK = Rate.per(_WINDOW_SECONDS, 10)
ALTOGETHER = Rate.per(_WINDOW_SECONDS, 1_000)
CODES = Rate.per(3_600.0, 10)
"""Three codes of a million are right at any time: at this rate guessing for ten months succeeds one time in five."""


def count_attempt(request: HTTPConnection, moderator: str) -> None:
    """Count an attempt before it is made, so that many at once do not slip through.

    Args:
        request: Tells the network.
        moderator: What stands for the one whose password is tried: the blind index of the address that was typed,
            whether or not it is anybody's, or a row id.

    Raises:
        TooManyRequestsError: Any of the limits is reached.
    """
    limiter = part(request, RateLimiter)
    limiter.check([PER_NETWORK], scope="sign-in network", address=client_of(request))
    limiter.check([PER_MODERATOR], scope=f"sign-in moderator {moderator}")
    limiter.check([ALTOGETHER], scope="sign-in")


def count_code(request: HTTPConnection, moderator_id: int) -> None:
    """Count an attempt at a moderator's second factor before it is made.

    Raises:
        TooManyRequestsError: Any of the limits is reached.
    """
    limiter = part(request, RateLimiter)
    limiter.check([PER_NETWORK], scope="second factor network", address=client_of(request))
    limiter.check([CODES], scope=f"second factor {moderator_id}")
