from collections.abc import Callable

import pytest

from commentsvc.domain.findings import Finding, Leaning
from commentsvc.domain.rules import Rule, RuleKind, Written
from commentsvc.screening.rule_findings import MOST_FINDINGS
from commentsvc.screening.word_list import word_list

Write = Callable[..., Written]


def word(pattern: str, leaning: Leaning, reason: str | None = None, *, number: int = 1) -> Rule:
    return Rule(RuleKind.WORD, pattern, leaning, reason, id=number)


POLITICS = word("election", Leaning.HOLD, "heated topic", number=5)
CASINO = word("casino", Leaning.SPAM, number=6)
ALL = (POLITICS, CASINO)


def test_a_listed_word_is_told_with_the_moderators_reason(written: Write) -> None:
    words = "“Election” is on this site's word list: heated topic"

    assert word_list(written(source="The Election!"), ALL) == [
        Finding("word_list", Leaning.HOLD, words, "Election", rule_id=5)
    ]


def test_a_reason_may_be_missing(written: Write) -> None:
    found = Finding("word_list", Leaning.SPAM, "“casino” is on this site's word list", "casino", rule_id=6)

    assert word_list(written(source="my casino"), ALL) == [found]


def test_every_word_that_occurs_is_told_the_gravest_first(written: Write) -> None:
    found = word_list(written(source="An election, a casino, b, a."), [*ALL, word("b", Leaning.HOLD)])

    assert [(each.trigger, each.leaning) for each in found] == [("casino", "spam"), ("election", "hold"), ("b", "hold")]


def test_nobody_reads_more_than_ten(written: Write) -> None:
    rules = [word(f"w{i}", Leaning.HOLD) for i in range(30)] + [CASINO]
    source = " ".join(rule.pattern for rule in rules)

    found = word_list(written(source=source), rules)

    assert (len(found), found[0].trigger) == (MOST_FINDINGS, "casino")


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("source", "[click](https://casino.example/)"),
        ("name", "Casino Royal"),
        ("website", "https://www.casino.example/"),
    ],
)
def test_every_field_that_readers_would_see_is_searched(written: Write, place: str, value: str) -> None:
    assert [each.leaning for each in word_list(written(**{place: value}), ALL)] == [Leaning.SPAM]


def test_markup_does_not_hide_a_word(written: Write) -> None:
    assert word_list(written(source="cas**ino**", text="casino"), ALL) != []
    assert word_list(written(source="cas**ino**", text="other"), ALL) == []


def test_without_a_list_or_a_match_there_is_nothing_to_tell(written: Write) -> None:
    assert word_list(written(source="casino"), []) == []
    assert word_list(written(), ALL) == []
