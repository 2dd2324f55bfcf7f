"""One table each for the judges of a few lines: decoy, too_fast, flood, repeats."""

from collections.abc import Callable

import pytest

from commentsvc.domain.findings import Finding, Leaning
from commentsvc.domain.submission import Submission
from commentsvc.screening.decoy import decoy
from commentsvc.screening.facts import Facts
from commentsvc.screening.flood import flood
from commentsvc.screening.repeats import repeats
from commentsvc.screening.too_fast import too_fast

Make = Callable[..., Submission]
MakeFacts = Callable[..., Facts]


def test_whoever_fills_in_the_hidden_field_is_a_robot(submission: Make, facts: MakeFacts) -> None:
    expected = Finding("decoy", Leaning.SPAM, "The hidden field was filled in, as robots do")

    assert decoy(submission(is_decoy_filled=True), facts()) == expected
    assert decoy(submission(is_decoy_filled=False), facts()) is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "Sent without opening the form, or more than a day after it"),
        (-5.0, "Sent 0.0 seconds after the form was opened"),
        (0.0, "Sent 0.0 seconds after the form was opened"),
        (1.25, "Sent 1.2 seconds after the form was opened"),
        (2.999, "Sent 2.9 seconds after the form was opened"),
        (3.0, None),
        (86_000.0, None),
    ],
)
def test_nobody_writes_within_three_seconds(
    submission: Make, facts: MakeFacts, seconds: float | None, words: str | None
) -> None:
    expected = words and Finding("too_fast", Leaning.HOLD, words)

    assert too_fast(submission(seconds_to_write=seconds), facts()) == expected


def test_a_flooded_site_says_so(submission: Make, facts: MakeFacts) -> None:
    expected = Finding("flood", Leaning.HOLD, "This site gets unusually many comments just now")

    assert flood(submission(), facts(is_site_flooded=True)) == expected
    assert flood(submission(), facts(is_site_flooded=False)) is None


@pytest.mark.parametrize(
    ("same", "own", "words"),
    [
        (0, 0, None),
        (0, 5, None),
        (1, 0, "The same text came 1 time before in the last 24 hours"),
        (3, 5, "The same text came 3 times before in the last 24 hours"),
        (0, 6, "6 comments by this author in the last 10 minutes"),
        (
            2,
            9,
            "The same text came 2 times before in the last 24 hours; 9 comments by this author in the last 10 minutes",
        ),
    ],
)
def test_the_same_again_and_too_much_at_once_are_told(
    submission: Make, facts: MakeFacts, same: int, own: int, words: str | None
) -> None:
    expected = words and Finding("repeats", Leaning.HOLD, words)

    assert repeats(submission(), facts(same_text_count=same, own_recent_count=own)) == expected
