"""What is read without a parser is read as bleach reads it, and nothing hostile is ever read so."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commentsvc.domain.errors import InvalidInputError
from commentsvc.markup.check_source import check_source
from commentsvc.markup.clean_characters import clean_characters
from commentsvc.markup.parse_markdown import markdown_html
from commentsvc.markup.plain_paragraphs import _PLAIN, is_plain, read_plain
from commentsvc.markup.sanitise import sanitise_by_parsing
from tests.hostile.payloads import hostile_payloads

_thorough = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
_pieces = st.sampled_from(
    ["<p>", "</p>", "</p>\n", "<br>", "<em>", "</em>", "<code>", "</code>", "<s>", "</s>", "a", " ", "\n", "&amp;",
     "&lt;", "&", "<", ">", "&gt;", "&amp", "lt;", "#60;", "<b>", "<p x=1>", "<P>", "<br/>", "<script>", "\x00", "\r",
     "\x0c", "\x85", "\u00a0", "\u2028", "\ufdd0", "\ufffe", "\ud800", "\U0001f600", "\U0001fffe", "\U000e0067"]
)  # fmt: skip


class _Written:
    """Pieces as they came, neighbouring words as one."""

    def __init__(self) -> None:
        self.pieces: list[str] = []

    def open(self, name: str, href: str | None) -> None:
        self.pieces.append(f"<{name} {href}>")

    def close(self) -> None:
        self.pieces.append("</>")

    def text(self, words: str) -> None:
        if self.pieces and self.pieces[-1].startswith("t:"):
            self.pieces[-1] += words
        elif words:
            self.pieces.append(f"t:{words}")


def _assert_the_same(html: str) -> None:
    ours, bleachs = _Written(), _Written()
    read_plain(html, ours)
    sanitise_by_parsing(html, bleachs)
    assert ours.pieces == bleachs.pieces, html


@given(st.from_regex(_PLAIN, fullmatch=True))
@_thorough
def test_all_that_the_grammar_takes_bleach_reads_the_same(html: str) -> None:
    assert is_plain(html)
    _assert_the_same(html)


@given(
    st.lists(_pieces, max_size=12).map("".join)
    | st.lists(_pieces, min_size=1, max_size=6).map(lambda pieces: f"<p>{''.join(pieces)}</p>")
    | st.text(max_size=80).map(lambda text: f"<p>{text}</p>\n")
)
@_thorough
def test_whatever_passes_for_plain_bleach_reads_the_same(html: str) -> None:
    if is_plain(html):
        _assert_the_same(html)


def test_hostile_input_is_judged_the_same_with_and_without_the_short_way() -> None:
    plain = 0
    for payload in hostile_payloads():
        candidates = [payload, f"<p>{payload}</p>\n"]
        try:
            check_source(payload)
            candidates.append(markdown_html(clean_characters(payload)))
        except InvalidInputError:
            pass
        for html in candidates:
            if is_plain(html):
                plain += 1
                _assert_the_same(html)
    assert plain > 0  # tags nobody knows are shown as the words they are


@pytest.mark.parametrize(
    "html",
    [
        "",
        "words",
        "<p></p>",
        "<p>a",
        "<p>a</p>b",
        "<p>a</p><p>b</p> ",
        "<p>a > b</p>",
        "<p>a & b</p>",
        "<p>&nbsp;</p>",
        "<p>&ampx</p>",
        "<p>a<p>b</p></p>",
        "<p><em>a<s>b</em></s></p>",
        "<p><em></em></p>",
        "<p class=x>a</p>",
        "<p>a</p\n>",
        "<p>a<br/></p>",
        "<p>a\x00</p>",
        "<p>a\r</p>",
        "<p>a\ud800</p>",
        '<p><a href="https://a.example/">a</a></p>',
        "<script>a</script>",
    ],
)
def test_anything_else_is_not_plain(html: str) -> None:
    assert not is_plain(html)


def test_ordinary_comments_are_plain() -> None:
    for source in ("One line.", "Two\nlines & a <3.", "A paragraph.\n\nAnother, *really*, with `code`."):
        assert is_plain(markdown_html(source)), source


def test_a_long_text_that_almost_matches_takes_no_second_try() -> None:
    """With backtracking, this would not end in a lifetime."""
    assert not is_plain("<p>" + "a&amp;" * 2_000 + "<p>")
    assert not is_plain("<p>a</p>\n" * 2_000 + "<")
    assert re.compile(_PLAIN).fullmatch("<p>a</p>")
