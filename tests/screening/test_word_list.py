from collections.abc import Callable

import pytest

from commentsvc.domain.findings import Finding, Leaning
from commentsvc.domain.submission import Submission
from commentsvc.screening.facts import Facts, WordRule
from commentsvc.screening.word_list import word_list

Make = Callable[..., Submission]
MakeFacts = Callable[..., Facts]
POLITICS = WordRule("election", Leaning.HOLD, "heated topic")
CASINO = WordRule("casino", Leaning.SPAM)
WELCOME = WordRule("thank you", Leaning.PASS, "friendly")
ALL = (POLITICS, CASINO, WELCOME)


def test_a_listed_word_is_told_with_the_owners_reason(submission: Make, facts: MakeFacts) -> None:
    found = word_list(submission(source="The Election!"), facts(words=ALL))

    words = "“Election” is on this site's word list: heated topic"
    assert found == Finding("word_list", Leaning.HOLD, words, "Election")


def test_a_reason_may_be_missing(submission: Make, facts: MakeFacts) -> None:
    found = word_list(submission(source="my casino"), facts(words=ALL))

    assert found == Finding("word_list", Leaning.SPAM, "“casino” is on this site's word list", "casino")


@pytest.mark.parametrize(
    ("source", "leaning"),
    [
        ("thank you", Leaning.PASS),
        ("thank you for the election", Leaning.HOLD),
        ("election casino, thank you", Leaning.SPAM),
    ],
)
def test_the_gravest_word_counts(submission: Make, facts: MakeFacts, source: str, leaning: Leaning) -> None:
    found = word_list(submission(source=source), facts(words=ALL))

    assert found is not None
    assert found.leaning == leaning


def test_of_equally_grave_words_the_first_in_the_list_counts(submission: Make, facts: MakeFacts) -> None:
    second, first = WordRule("b", Leaning.HOLD), WordRule("a", Leaning.HOLD)

    found = word_list(submission(source="a b"), facts(words=(second, first)))

    assert found is not None
    assert found.trigger == "b"


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("source", "[click](https://casino.example/)"),
        ("name", "Casino Royal"),
        ("website", "https://www.casino.example/"),
    ],
)
def test_every_field_that_readers_would_see_is_searched(
    submission: Make, facts: MakeFacts, place: str, value: str
) -> None:
    found = word_list(submission(**{place: value}), facts(words=ALL))

    assert found is not None
    assert found.leaning == Leaning.SPAM


def test_markup_does_not_hide_a_word(submission: Make, facts: MakeFacts) -> None:
    hidden = submission(source="cas**ino**")

    assert word_list(hidden, facts(text="casino", words=ALL)) is not None
    assert word_list(hidden, facts(text="other", words=ALL)) is None


def test_without_a_list_or_a_match_there_is_nothing_to_tell(submission: Make, facts: MakeFacts) -> None:
    assert word_list(submission(source="casino"), facts()) is None
    assert word_list(submission(), facts(words=ALL)) is None
