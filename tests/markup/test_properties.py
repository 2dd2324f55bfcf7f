"""What holds for every source there is."""

import re
import unicodedata

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commentsvc.domain.comment import Rendered, Tree
from commentsvc.domain.errors import InvalidInputError
from commentsvc.markup import render
from commentsvc.markup.clean_characters import clean_characters
from commentsvc.markup.link_address import ALLOWED_ADDRESS, link_address
from commentsvc.markup.markdown_inlines import trim_address
from commentsvc.markup.render_source import render_html
from commentsvc.markup.sanitise import ALLOWED_TAGS
from tests.hostile.payloads import hostile_payloads
from tests.hostile.slow_inputs import SHAPES
from tests.hostile.strict_reader import faults_in

_BLOCKS = {"": {"p", "pre", "blockquote", "ul", "ol"}, "ul": {"li"}, "ol": {"li"}}
_INLINE = frozenset({"a", "b", "br", "code", "del", "em", "i", "s", "strong"})
_MAY_HOLD = {
    "": _BLOCKS[""],
    "blockquote": _BLOCKS[""],
    "li": _BLOCKS[""] | _INLINE,
    "ul": {"li"},
    "ol": {"li"},
}

_pieces = st.sampled_from(
    [
        *SHAPES.values(),
        "\n",
        "\n\n",
        " ",
        "a",
        "word ",
        "</a>",
        "</p>",
        "</ul>",
        "</li>",
        "</pre>",
        "</code>",
        "<pre>\n",
        "<code>",
        "<ul>",
        "<ol>",
        "<li>",
        "<p>",
        "<b>",
        "</b>",
        "<blockquote>",
        "</blockquote>",
        "`",
        "*",
        "**",
        "_",
        "> ",
        "- ",
        "1. ",
        "2. ",
        '<a href="https://a.example/">',
        "[x](https://bank.example)",
        "bank.example",
        "https://p\u0430ypal.com",
        "&nbsp;",
        "&#x202e;",
        "\u0301",
        "\u00a0",
        "\ufdd0",
        "<br>",
        "[",
        "](https://evil.example)",
        " [evil.example]",
        "mailto:a@b.example",
        "\u200b",
        "\x0c",
        "\r",
    ]
)
sources = st.one_of(
    st.lists(_pieces, max_size=40).map("".join),
    st.text(max_size=300),
    st.sampled_from(hostile_payloads()),
    st.tuples(st.sampled_from(hostile_payloads()), st.lists(_pieces, max_size=5).map("".join)).map("".join),
)
_thorough = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)


def _rendered(source: str) -> tuple[Rendered | None, dict[str, str]]:
    try:
        return render(source), {}
    except InvalidInputError as error:
        return None, error.fields


def _assert_tidy(nodes: Tree, parent: str) -> None:
    """Nothing outside the allow-list, nothing empty, nothing where it does not belong, no two texts side by side."""
    for before, node in zip([None, *nodes], nodes, strict=False):
        if isinstance(node, str):
            assert node
            assert not isinstance(before, str)
            assert parent in _INLINE | {"p", "pre", "li"}
            continue
        assert isinstance(node, list)
        tag, *children = node
        assert tag in ALLOWED_TAGS
        assert tag in _MAY_HOLD.get(parent, _INLINE)
        if tag == "a":
            attributes, *children = children
            assert isinstance(attributes, dict)
            assert list(attributes) == ["href"]
            assert ALLOWED_ADDRESS.match(attributes["href"])
        assert bool(children) != (tag == "br")
        _assert_tidy(children, str(tag))


@given(sources)
@_thorough
def test_every_source_is_refused_with_a_sentence_or_rendered_within_the_allow_list(source: str) -> None:
    rendered, refusal = _rendered(source)
    if rendered is None:
        assert list(refusal) == ["body"]
        assert refusal["body"].endswith(".")
        return
    assert faults_in(rendered.html) == []
    _assert_tidy(rendered.tree, "")
    assert all(ALLOWED_ADDRESS.match(link) for link in rendered.links)
    assert rendered.text.strip()
    assert unicodedata.is_normalized("NFC", rendered.text)


@given(sources)
@_thorough
def test_what_was_sanitised_once_is_sanitised_for_good(source: str) -> None:
    once = render_html(source)
    again = render_html(once.html)
    assert (again.html, again.tree, again.links) == (once.html, once.tree, once.links)


@given(sources)
@_thorough
def test_markdown_and_sanitiser_together_come_to_rest(source: str) -> None:
    try:
        rendered = render(source)
    except InvalidInputError:
        return
    assert render_html(rendered.html).tree == rendered.tree


@given(
    st.text(max_size=200)
    | st.text(st.sampled_from("a\u0301\u0344\u0958\u0327\U0001f3f4\U000e0067\U000e007f\u200b\u1100\u1161\r\n"))
)
@_thorough
def test_cleaning_characters_twice_changes_nothing(text: str) -> None:
    cleaned = clean_characters(text)
    assert clean_characters(cleaned) == cleaned
    cleaned.encode()  # no lone surrogates
    assert not re.search("[\u202a-\u202e\u2066-\u2069\ufeff\x00-\x08\x0b-\x1f\x7f-\x9f]", cleaned)


@given(st.text(max_size=60) | st.from_regex(r"(https?://|mailto:|//)[ -~\u00e4\u0430]{0,40}", fullmatch=True))
@_thorough
def test_an_address_is_allowed_for_good_or_not_at_all(href: str) -> None:
    address = link_address(href)
    assert address is None or (
        ALLOWED_ADDRESS.match(address) and address.isascii() and link_address(address) == address
    )


@given(st.text(st.sampled_from("a/().,:!?'*_~"), max_size=60))
@_thorough
def test_trimming_an_address_only_takes_from_its_end(text: str) -> None:
    trimmed = trim_address(text)
    assert text.startswith(trimmed)
    assert trim_address(trimmed) == trimmed
