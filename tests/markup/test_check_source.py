"""What is refused before, or right after, it is parsed; each with a sentence."""

import pytest

from commentsvc.domain.errors import InvalidInputError
from commentsvc.markup import check_source, render

ATTRIBUTES = '<a class="x y=z" rel=nofollow target=\'_blank\' href="http://a.example/?a=1&b=2&c=3&d=4&e=5&f=6">x</a>'


def sentence_for(source: str) -> str:
    with pytest.raises(InvalidInputError) as refused:
        render(source)
    return refused.value.fields["body"]


@pytest.mark.parametrize(
    ("fits", "too_much", "sentence"),
    [
        ("a" * 5_000, "a" * 5_001, "Your comment has 5,001 characters; please shorten it to 5,000."),
        ("a<" * 200, "a<" * 201, "Your comment has more than 200 “<” signs; please use fewer HTML tags."),
        (
            "a *" * 500,
            "a *" * 501,
            "Your comment has more than 500 line breaks and formatting signs; please use fewer.",
        ),
        (
            "a\r\n" * 500,
            "a\r\n" * 501,
            "Your comment has more than 500 line breaks and formatting signs; please use fewer.",
        ),
        (
            "<b " + "x" * 2_096 + ">b",
            "<b " + "x" * 2_097 + ">b",
            "An HTML tag is longer than 2,100 characters; please shorten it.",
        ),
        (
            ATTRIBUTES,
            ATTRIBUTES.replace(">x", " id=y>x"),
            "An HTML tag has more than 4 attributes; please remove some.",
        ),
        ("http://a.example " * 10, "http://a.example " * 11, "Your comment has 11 links; please use at most 10."),
        ("> " * 18 + "a", "> " * 20 + "a", "Quotes and lists are nested too deeply; please use fewer levels."),
        (
            "- a\n" * 195,
            "- a\n" * 205,
            "Your comment has too many quotes, list items and paragraphs; please use fewer.",
        ),
        (
            "<a href=http://a.example>" + "a\n\n" * 10,
            "<a href=http://a.example>" + "a\n\n" * 11,
            "Your comment has 11 links; please use at most 10.",
        ),
    ],
)
def test_a_source_may_reach_each_limit_and_is_told_when_it_goes_beyond(fits: str, too_much: str, sentence: str) -> None:
    render(fits)
    assert sentence_for(too_much) == sentence


def test_another_limit_of_characters_may_be_asked_for() -> None:
    check_source("a" * 20, limit_characters=20)
    with pytest.raises(InvalidInputError):
        render("a" * 21, limit_characters=20)


def test_no_word_is_dropped_at_the_deepest_level_that_is_taken() -> None:
    assert "deepest" in render("> " * 18 + "deepest").text
