import sys
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentsvc.domain.errors import TooManyRequestsError
from commentsvc.web.rate_limits import CAPACITY, KEY_LASTS_SECONDS, Rate, RateLimiter, network_prefix

COMMENT = Rate(burst=3, every_seconds=20)
HOURLY = Rate.per(3_600, 20)
ANNA, BORIS = "203.0.113.5", "203.0.113.6"


class Stopwatch:
    """A monotonic clock that stands until a test moves it."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Stopwatch:
    return Stopwatch()


@pytest.fixture
def limiter(clock: Stopwatch) -> RateLimiter:
    return RateLimiter(clock=clock)


Passes = Callable[..., bool]


@pytest.fixture
def passes(limiter: RateLimiter) -> Passes:
    def attempt(*rates: Rate, scope: str = "comment:blog", address: str | None = ANNA) -> bool:
        try:
            limiter.check(rates, scope=scope, address=address)
        except TooManyRequestsError:
            return False
        return True

    return attempt


def test_three_at_once_and_then_one_every_twenty_seconds(passes: Passes, clock: Stopwatch) -> None:
    assert [passes(COMMENT) for _ in range(5)] == [True, True, True, False, False]
    clock.now += 19.9
    assert not passes(COMMENT)
    clock.now += 0.2
    assert [passes(COMMENT), passes(COMMENT)] == [True, False]
    clock.now += 3_600
    assert [passes(COMMENT) for _ in range(4)] == [True, True, True, False]


def test_the_answer_tells_in_how_many_seconds_it_passes(limiter: RateLimiter, clock: Stopwatch) -> None:
    for _ in range(3):
        limiter.check([COMMENT], scope="s", address=ANNA)
    clock.now += 4.5

    with pytest.raises(TooManyRequestsError) as caught:
        limiter.check([COMMENT], scope="s", address=ANNA)

    assert caught.value.retry_after_seconds == 16
    clock.now += 16
    limiter.check([COMMENT], scope="s", address=ANNA)


def test_the_seconds_to_wait_are_never_none(limiter: RateLimiter, clock: Stopwatch) -> None:
    limiter.check([Rate(1, 10)], scope="s")
    clock.now += 9.999

    with pytest.raises(TooManyRequestsError) as caught:
        limiter.check([Rate(1, 10)], scope="s")

    assert caught.value.retry_after_seconds == 1


def test_of_two_rates_the_longer_wait_is_told(limiter: RateLimiter) -> None:
    short, long = Rate(1, 5), Rate(1, 500)
    limiter.check([short, long], scope="s", address=ANNA)

    with pytest.raises(TooManyRequestsError) as caught:
        limiter.check([short, long], scope="s", address=ANNA)

    assert caught.value.retry_after_seconds == 500


def test_a_refused_attempt_costs_nothing(passes: Passes, clock: Stopwatch) -> None:
    """Neither of the rate that refuses nor of one that would have let it pass."""
    assert passes(Rate(1, 10), HOURLY)
    assert not any(passes(Rate(1, 10), HOURLY) for _ in range(100))
    clock.now += 10.0

    assert passes(Rate(1, 10), HOURLY)
    assert [passes(HOURLY) for _ in range(20)] == [True] * 18 + [False] * 2


def test_twenty_an_hour(passes: Passes, clock: Stopwatch) -> None:
    assert [passes(HOURLY) for _ in range(21)] == [True] * 20 + [False]
    clock.now += 180
    assert [passes(HOURLY), passes(HOURLY)] == [True, False]


@pytest.mark.parametrize(
    ("one", "other", "are_one"),
    [
        ("203.0.113.5", "203.0.113.5", True),
        ("203.0.113.5", "203.0.113.6", False),
        ("203.0.113.5", "::ffff:203.0.113.5", True),
        ("203.0.113.5", "::ffff:cb00:7105", True),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", True),
        ("2001:db8:1:2::1", "2001:DB8:1:2:0:0:0:9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::1", "::203.0.113.5", True),
        ("::cb00:7105:0:0:0:0", "203.0.113.5", False),
        ("fe80::1%eth0", "fe80::2", True),
    ],
)
def test_one_subscriber_is_one_whichever_address_is_used(passes: Passes, one: str, other: str, are_one: bool) -> None:  # noqa: FBT001 - a column of the table
    assert passes(Rate(1, 60), address=one)
    assert passes(Rate(1, 60), address=other) != are_one
    assert (network_prefix(one) == network_prefix(other)) == are_one


def test_what_is_no_address_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="testclient"):
        network_prefix("testclient")


def test_scopes_and_addresses_do_not_share(passes: Passes) -> None:
    one = Rate(1, 60)
    different = [
        ("comment:a", ANNA),
        ("comment:b", ANNA),
        ("comment:a", BORIS),
        ("comment:a", None),
        ("thread:1", None),
    ]

    assert all(passes(one, scope=scope, address=address) for scope, address in different)
    assert not any(passes(one, scope=scope, address=address) for scope, address in different)


def test_a_thread_is_limited_whoever_writes(passes: Passes) -> None:
    assert [passes(Rate.per(60, 2), scope="thread:17", address=None) for _ in range(3)] == [True, True, False]


def test_no_scope_can_pass_for_another_one(limiter: RateLimiter) -> None:
    """The parts of a bucket's name cannot be shifted into each other."""
    rate = Rate(1, 60)
    network = network_prefix(ANNA).hex()

    assert limiter._bucket(rate, f"{network}|x", None) != limiter._bucket(rate, "x", ANNA)
    assert limiter._bucket(rate, f"|{network}|x", None) != limiter._bucket(rate, "x", ANNA)


def test_no_address_is_kept(limiter: RateLimiter) -> None:
    limiter.check([COMMENT, HOURLY], scope="comment:blog", address=ANNA)

    kept = b"".join(limiter._full_at)
    for trace in (ANNA.encode(), network_prefix(ANNA), network_prefix(ANNA)[::-1]):
        assert trace not in kept
    assert ANNA not in repr(vars(limiter))
    assert [len(bucket) for bucket in limiter._full_at] == [16, 16]


def test_errors_do_not_quote_the_address(limiter: RateLimiter) -> None:
    limiter.check([Rate(1, 60)], scope="comment:blog", address=ANNA)

    with pytest.raises(TooManyRequestsError) as caught:
        limiter.check([Rate(1, 60)], scope="comment:blog", address=ANNA)

    assert ANNA not in str(caught.value)


def test_the_next_day_one_address_has_another_value(limiter: RateLimiter, clock: Stopwatch) -> None:
    limiter.check([COMMENT], scope="s", address=ANNA)
    today = list(limiter._full_at)
    clock.now += KEY_LASTS_SECONDS - 1
    limiter.check([COMMENT], scope="s", address=ANNA)
    assert list(limiter._full_at) == today

    clock.now += 1
    limiter.check([COMMENT], scope="s", address=ANNA)

    assert len(limiter._full_at) == 1
    assert list(limiter._full_at) != today


def test_two_processes_have_two_values(clock: Stopwatch) -> None:
    one, other = RateLimiter(clock=clock), RateLimiter(clock=clock)
    for limiter in (one, other):
        limiter.check([COMMENT], scope="s", address=ANNA)

    assert list(one._full_at) != list(other._full_at)


def test_the_bucket_used_longest_ago_is_forgotten_first(clock: Stopwatch) -> None:
    """Whoever keeps trying is remembered, even if each try is refused."""
    limiter, one = RateLimiter(clock=clock, capacity=3), Rate(1, 600)

    def passes(address: str) -> bool:
        try:
            limiter.check([one], scope="s", address=address)
        except TooManyRequestsError:
            return False
        return True

    assert passes("192.0.2.1")
    assert passes("192.0.2.2")
    assert passes("192.0.2.3")
    assert not passes("192.0.2.1")
    assert passes("192.0.2.4")

    assert not passes("192.0.2.1")
    assert passes("192.0.2.2")


def test_ten_times_as_many_networks_as_buckets_take_no_more_memory(clock: Stopwatch) -> None:
    limiter = RateLimiter(clock=clock, capacity=1_000)
    table_bytes = []
    for number in range(10_000):
        limiter.check([COMMENT, HOURLY], scope="comment:blog", address=f"2001:db8:0:{number:x}::1")
        assert len(limiter._full_at) <= 1_000
        table_bytes.append(sys.getsizeof(limiter._full_at))

    assert max(table_bytes[1_000:]) <= 2 * max(table_bytes[:1_000])
    assert CAPACITY == RateLimiter(clock=clock)._capacity == 100_000


@given(
    st.integers(1, 5), st.floats(0.1, 100), st.lists(st.floats(0, 200, allow_subnormal=False), min_size=1, max_size=60)
)
def test_no_pattern_of_attempts_gets_more_than_the_rate(burst: int, every: float, pauses: list[float]) -> None:
    clock = Stopwatch()
    limiter, rate = RateLimiter(clock=clock), Rate(burst, every)
    passed_at: list[float] = []
    for pause in pauses:
        clock.now += pause
        try:
            limiter.check([rate], scope="s")
        except TooManyRequestsError:
            continue
        passed_at.append(clock.now)

    for i, start in enumerate(passed_at):
        for j, end in enumerate(passed_at[i:], start=1):
            assert j <= burst + (end - start) / every + 1e-6


@pytest.mark.parametrize(("burst", "every"), [(0, 1), (-1, 1), (1, 0), (1, -1), (1, float("inf")), (1, float("nan"))])
def test_a_rate_that_lets_nothing_or_everything_through_is_refused(burst: int, every: float) -> None:
    with pytest.raises(ValueError, match="at least one"):
        Rate(burst, every)
