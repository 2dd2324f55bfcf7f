"""Patterns in the form in which they are stored and compared."""

import pytest

from commentsvc.domain.errors import InvalidInputError
from commentsvc.domain.rules import RuleKind, normal_pattern

GOOD = [
    (RuleKind.WORD, "  work   from home ", "work from home"),
    (RuleKind.WORD, "$$$", "$$$"),
    (RuleKind.NAME, "Ad\u200bmin", "Admin"),
    (RuleKind.LINK_DOMAIN, "spam.example", "spam.example"),
    (RuleKind.LINK_DOMAIN, "https://www.Spam.example:8080/x?y#z", "spam.example"),
    (RuleKind.LINK_DOMAIN, "*.spam.example", "spam.example"),
    (RuleKind.LINK_DOMAIN, ".xyz", "xyz"),
    (RuleKind.LINK_DOMAIN, "spam.example.", "spam.example"),
    (RuleKind.LINK_DOMAIN, "b\u00fccher.example", "xn--bcher-kva.example"),
    (RuleKind.LINK_DOMAIN, "198.51.100.7", "198.51.100.7"),
    (RuleKind.LINKS, "05", "5"),
    (RuleKind.LINKS, "0", "0"),
    (RuleKind.LINKS, "100", "100"),
    (RuleKind.AUTHOR, "17", "17"),
]
BAD = [
    (RuleKind.WORD, ""),
    (RuleKind.WORD, "\u200b"),
    (RuleKind.WORD, "x" * 201),
    (RuleKind.NAME, "   "),
    (RuleKind.LINK_DOMAIN, "two words"),
    (RuleKind.LINK_DOMAIN, "ftp://spam.example"),
    (RuleKind.LINK_DOMAIN, "javascript:alert(1)"),
    (RuleKind.LINK_DOMAIN, "me@spam.example"),
    (RuleKind.LINK_DOMAIN, "*."),
    (RuleKind.LINKS, "101"),
    (RuleKind.LINKS, "-1"),
    (RuleKind.LINKS, "\u0663"),
    (RuleKind.LINKS, "many"),
    (RuleKind.AUTHOR, "Ada"),
]


@pytest.mark.parametrize(("kind", "raw", "stored"), GOOD)
def test_a_pattern_has_one_form(kind: RuleKind, raw: str, stored: str) -> None:
    assert normal_pattern(kind, raw) == stored
    assert normal_pattern(kind, stored) == stored


@pytest.mark.parametrize(("kind", "raw"), BAD)
def test_what_cannot_be_a_pattern_is_told(kind: RuleKind, raw: str) -> None:
    with pytest.raises(InvalidInputError) as told:
        normal_pattern(kind, raw)
    assert told.value.fields["patterns"].endswith(".")
