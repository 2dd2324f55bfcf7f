"""No source of up to 5,000 characters takes more than 50 ms of one core; an ordinary comment a small part of that."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial

import pytest

from commentsvc.domain.errors import InvalidInputError
from commentsvc.markup import render
from tests.hostile.slow_inputs import CHARACTERS, slow_inputs
from tests.support.processor_time import least_seconds_of, seconds_of

LIMIT_SECONDS = 0.050
ORDINARY = (
    "I really liked this article, though the part about *rivers* could say more.\n"
    "See http://example.org/a_b for that; what do you think? It's 5 < 6, isn't it :)\n\n"
)


def _render(source: str, limit_characters: int = CHARACTERS) -> None:
    with suppress(InvalidInputError):
        render(source, limit_characters=limit_characters)


def _best(source: str, limit_seconds: float) -> float:
    return least_seconds_of(lambda: _render(source), limit_seconds=limit_seconds)


def test_every_known_slow_input_is_within_the_limit() -> None:
    inputs = slow_inputs()
    assert len(inputs) > 700
    assert max(map(len, inputs.values())) <= CHARACTERS
    too_slow = {
        name: seconds for name, source in inputs.items() if (seconds := _best(source, LIMIT_SECONDS)) > LIMIT_SECONDS
    }
    assert too_slow == {}


@pytest.mark.parametrize(("characters", "limit_milliseconds"), [(100, 2), (300, 3), (1_000, 6)])
def test_an_ordinary_comment_takes_a_moment(characters: int, limit_milliseconds: float) -> None:
    source = (ORDINARY * 10)[:characters]
    assert _best(source, limit_milliseconds / 1_000) <= limit_milliseconds / 1_000


@pytest.mark.parametrize(
    "shape",
    [
        lambda n: "http://a.com/(" * n,
        lambda n: "http://a.com/" + ")" * n,
        lambda n: "http://a.com/" + "(" * n,
        lambda n: "://" * 4 * n,
        lambda n: "http://a.com/" + ".,!" * n,
        lambda n: "a@http://" * n,
    ],
)
def test_finding_addresses_takes_time_in_proportion(shape: Callable[[int], str]) -> None:
    """Four times the text takes less than eight times as long; a quadratic pattern would take sixteen."""
    texts = [partial(_render, shape(n), 1_000_000) for n in (1_500, 6_000)]
    short, long = (min(seconds_of(text) for _ in range(5)) for text in texts)
    assert long < 8 * short + 0.005
