"""The judges of rules about links, names and authors, each with its table."""

from collections.abc import Callable

import pytest

from commentsvc.domain.findings import Finding, Leaning
from commentsvc.domain.rules import Rule, RuleKind, Written
from commentsvc.screening.author_rule import author_rule
from commentsvc.screening.link_count import link_count
from commentsvc.screening.link_domain import link_domain
from commentsvc.screening.name_rule import name_rule
from commentsvc.screening.rule_findings import MOST_FINDINGS
from commentsvc.screening.screen_by_rules import screen_by_rules
from tests.support.processor_time import least_seconds_of

Write = Callable[..., Written]
LOOK_ALIKES = [
    "Admin", "ADMIN", "  admin ", "A d m i n", "Ad-min", "\u0410dmin", "Adm\u0456n", "\u0391dmin", "\uff21dmin",
    "Adm\u200bin", "Adrnin", "\U0001d400dmin", "\u13aadmin", "\u24b6dmin", "Adm\u0131n", "Ad\u217fin",
]  # fmt: skip
OTHERS = [
    "Adam",
    "Administrator",
    "\u0410\u043d\u043d\u0430",
    "\u0130zmir",
    "Min",
    "\u0410\u043b\u0438\u0441\u0430",
    "\u00c1dmin",
]


def rule(
    kind: RuleKind, pattern: str, leaning: Leaning = Leaning.HOLD, *, number: int = 1, reason: str | None = None
) -> Rule:
    return Rule(kind, pattern, leaning, reason, id=number)


# -- domains -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("https://spam.example/x", "A link leads to spam.example, which is on this site's list"),
        ("https://www.spam.example/x", "A link leads to spam.example, which is on this site's list"),
        (
            "https://a.b.spam.example",
            "A link leads to a.b.spam.example, below spam.example, which is on this site's list",
        ),
        ("http://SPAM.example:8080/", "A link leads to spam.example, which is on this site's list"),
        ("https://spam.example./", "A link leads to spam.example, which is on this site's list"),
        ("mailto:me@spam.example", "A link leads to spam.example, which is on this site's list"),
        ("https://notspam.example/", None),
        ("https://spam.example.org/", None),
        ("https://example/", None),
        ("https://other.example/spam.example", None),
    ],
)
def test_a_domain_counts_with_all_below_it(written: Write, link: str, words: str | None) -> None:
    found = link_domain(written(links=("https://fine.example/", link)), [rule(RuleKind.LINK_DOMAIN, "spam.example")])

    assert found == ([] if words is None else [Finding("link_domain", Leaning.HOLD, words, link, rule_id=1)])


def test_a_writers_website_is_a_link(written: Write) -> None:
    found = link_domain(written(website="https://spam.example/"), [rule(RuleKind.LINK_DOMAIN, "spam.example")])

    assert [each.trigger for each in found] == ["https://spam.example/"]


def test_a_domain_and_one_below_it_are_two_rules(written: Write) -> None:
    rules = [rule(RuleKind.LINK_DOMAIN, "example"), rule(RuleKind.LINK_DOMAIN, "spam.example", Leaning.SPAM, number=2)]

    found = link_domain(written(links=("https://a.spam.example/",)), rules)

    assert [(each.rule_id, each.leaning) for each in found] == [(2, Leaning.SPAM), (1, Leaning.HOLD)]


# -- names ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LOOK_ALIKES)
def test_a_name_that_looks_the_same_is_the_same(written: Write, name: str) -> None:
    for typed, pattern in ((name, "Admin"), ("Admin", name)):
        found = name_rule(written(name=typed), [rule(RuleKind.NAME, pattern, reason="nobody of ours")])

        words = f"The name is, or looks like, “{pattern}”, which is on this site's list: nobody of ours"
        assert found == [Finding("name_rule", Leaning.HOLD, words, typed, rule_id=1)]


@pytest.mark.parametrize("name", OTHERS)
def test_another_name_is_left_alone(written: Write, name: str) -> None:
    assert name_rule(written(name=name), [rule(RuleKind.NAME, "Admin")]) == []
    assert name_rule(written(name="Admin"), [rule(RuleKind.NAME, name)]) == []


def test_letters_that_look_alike_only_as_capitals_are_seen(written: Write) -> None:
    assert name_rule(written(name="AIice"), [rule(RuleKind.NAME, "Alice")]) != []
    assert name_rule(written(name="!!!"), [rule(RuleKind.NAME, "???")]) == []
    assert name_rule(written(name="Alice"), []) == []


# -- authors, links ------------------------------------------------------------------------------------------------


def test_an_author_is_known_by_their_row_and_never_shown(written: Write) -> None:
    rules = [rule(RuleKind.AUTHOR, "7", Leaning.SPAM, reason="three warnings"), rule(RuleKind.AUTHOR, "70")]

    found = Finding("author_rule", Leaning.SPAM, "There is a rule about this author: three warnings", None, rule_id=1)
    assert author_rule(written(author_id=7), rules) == [found]
    assert author_rule(written(author_id=8), rules) == []


@pytest.mark.parametrize(("count", "rule_id"), [(0, None), (2, None), (3, 1), (5, 1), (6, 2), (90, 2)])
def test_link_counts_are_a_ladder(written: Write, count: int, rule_id: int | None) -> None:
    rules = [rule(RuleKind.LINKS, "2"), rule(RuleKind.LINKS, "5", Leaning.SPAM, number=2)]

    found = link_count(written(links=("https://a.example/",) * count), rules)

    assert [each.rule_id for each in found] == ([] if rule_id is None else [rule_id])


def test_a_link_count_is_told_with_both_numbers(written: Write) -> None:
    (found,) = link_count(written(links=("https://a.example/",)), [rule(RuleKind.LINKS, "0")])

    assert found.words == "1 link, and this site has a rule for more than 0"


# -- all of them ---------------------------------------------------------------------------------------------------


def test_of_a_thousand_rules_that_are_met_ten_of_each_kind_are_told(written: Write) -> None:
    rules = [rule(kind, "spam.example", number=i) for kind in (RuleKind.NAME, RuleKind.LINK_DOMAIN) for i in range(500)]

    found = screen_by_rules(written(name="Spam.Example", links=("https://spam.example/",)), rules)

    assert len(found) == 2 * MOST_FINDINGS


def test_a_thousand_rules_cost_a_few_milliseconds(written: Write) -> None:
    """Of the processor's own time; the largest comment, and rules that nearly are in it. Measured: 4 ms."""
    text = " ".join(f"word{i}" for i in range(520))
    links = tuple(f"https://{'a.' * 60}host{i}.example/" for i in range(100))
    rules = [
        *(rule(RuleKind.WORD, f"word{i} other{i}") for i in range(400)),
        *(rule(RuleKind.LINK_DOMAIN, f"spam{i}.example") for i in range(200)),
        *(rule(RuleKind.NAME, f"name number {i}") for i in range(200)),
        *(rule(RuleKind.AUTHOR, str(i + 100)) for i in range(200)),
    ]
    largest = written(source=text, text=f"{text}!", links=links, name="n" * 80)
    assert screen_by_rules(largest, rules) == []  # patterns are made ready once

    assert least_seconds_of(lambda: screen_by_rules(largest, rules), limit_seconds=0.010) < 0.010
