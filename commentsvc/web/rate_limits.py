"""How often somebody may do something, without knowing who it is."""

import hmac
import math
import secrets
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Self

from commentsvc.domain.errors import TooManyRequestsError

CAPACITY = 100_000
"""Buckets kept; those used longest ago go first."""
KEY_LASTS_SECONDS = 86_400.0
_KEY_BYTES = 32
_BUCKET_BYTES = 16

Monotonic = Callable[[], float]
"""Gives seconds since some moment and never goes back: ``time.monotonic``."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many at once, and then one for every so many seconds.

    In any time of `t` seconds at most ``burst + t / every_seconds`` pass.
    """

    burst: int
    every_seconds: float

    def __post_init__(self) -> None:
        if self.burst < 1 or not 0 < self.every_seconds < math.inf:
            raise ValueError("a rate lets at least one through, in a finite time")

    @classmethod
    def per(cls, seconds: float, count: int) -> Self:
        """`count` at once or spread over so many seconds: ``Rate.per(3600, 20)`` is 20 per hour."""
        return cls(burst=count, every_seconds=seconds / count)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is counted, where, and of whom."""

    rates: Sequence[Rate]
    """All must let it through."""
    scope: str
    """What is limited, and where: ``comment blog``, ``thread 17``."""
    address: str | None = None
    """IP address in its normal form, as `client_address` gives it; those of one IPv6 /64 are one. None where the scope
    as a whole is limited (a thread, a site) or the address is unknown: all of them share."""


class RateLimiter:
    """Buckets of tokens under keys that cannot be traced back.

    A bucket's key is an HMAC of the network, the scope and the rate. Its secret lives in memory only and is replaced
    every day together with all buckets, so that what happened yesterday cannot be joined to today.

    Args:
        clock: Monotonic, so that a change of the machine's time locks nobody out.
        token_bytes: Source of cryptographic randomness.
        capacity: The most buckets to keep in memory.

    Source:
        Generic cell rate algorithm: ITU-T I.371, annex A (virtual scheduling).
    """

    def __init__(
        self, *, clock: Monotonic, token_bytes: Callable[[int], bytes] = secrets.token_bytes, capacity: int = CAPACITY
    ) -> None:
        self._clock = clock
        self._token_bytes = token_bytes
        self._capacity = capacity
        self._full_at: OrderedDict[bytes, float] = OrderedDict()
        """Bucket → moment at which all its tokens are back; the bucket used last stands last."""
        self._secret = token_bytes(_KEY_BYTES)
        self._secret_made_at = clock()

    def check(self, rates: Sequence[Rate], *, scope: str, address: str | None = None) -> None:
        """Count one attempt, if every rate lets it through; else count nothing.

        Raises:
            TooManyRequestsError: As `check_all`.
        """
        self.check_all(Attempt(rates, scope, address))

    def check_all(self, *attempts: Attempt) -> None:
        """Count several attempts, if all are let through; else count none, so that one refusal costs nothing elsewhere.

        Raises:
            TooManyRequestsError: With the seconds until it would pass, at least 1 (429, `too_many_requests`).
        """
        now = self._clock()
        self._renew_secret(now)
        buckets = [(rate, self._bucket(rate, each.scope, each.address)) for each in attempts for rate in each.rates]
        waits = [self._wait_seconds(rate, bucket, now) for rate, bucket in buckets]
        if any(wait > 0 for wait in waits):
            raise TooManyRequestsError(attempts[0].scope, retry_after_seconds=max(1, math.ceil(max(waits))))
        for rate, bucket in buckets:
            self._full_at[bucket] = max(self._full_at.get(bucket, now), now) + rate.every_seconds
        while len(self._full_at) > self._capacity:
            self._full_at.popitem(last=False)

    def _wait_seconds(self, rate: Rate, bucket: bytes, now: float) -> float:
        """How long until the bucket has a token again; 0 or less if it has one."""
        if bucket not in self._full_at:
            return 0.0
        self._full_at.move_to_end(bucket)  # also when refused: whoever hammers must not be forgotten first
        missing_seconds = self._full_at[bucket] - now
        return missing_seconds - (rate.burst - 1) * rate.every_seconds

    def _bucket(self, rate: Rate, scope: str, address: str | None) -> bytes:
        network = b"" if address is None else network_prefix(address)
        name = b"%d/%r|%s|%s" % (rate.burst, rate.every_seconds, network.hex().encode(), scope.encode())
        return hmac.digest(self._secret, name, "sha256")[:_BUCKET_BYTES]

    def _renew_secret(self, now: float) -> None:
        if now - self._secret_made_at >= KEY_LASTS_SECONDS:
            self._secret, self._secret_made_at = self._token_bytes(_KEY_BYTES), now
            self._full_at.clear()


def network_prefix(address: str) -> bytes:
    """What one subscriber usually has: an IPv4 address (4 bytes) or an IPv6 /64 (8 bytes).

    IPv4 addresses that are mapped into IPv6 count as IPv4.

    Raises:
        ValueError: Not an IP address.
    """
    ip: IPv4Address | IPv6Address = ip_address(address)
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    return ip.packed if isinstance(ip, IPv4Address) else ip.packed[:8]
