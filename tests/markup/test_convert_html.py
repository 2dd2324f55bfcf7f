"""Foreign HTML becomes a source that can be edited here, and shows what it showed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentsvc.domain.errors import InvalidInputError
from commentsvc.markup import render
from commentsvc.markup.convert_html import LESS_THAN_SIGNS, convert_html
from commentsvc.markup.render_source import render_html
from tests.hostile.payloads import hostile_payloads
from tests.hostile.strict_reader import faults_in

CHARACTERS = 20_000
SOURCES = [
    ("<p>Hello <b>you</b></p><p>one<br>two</p>", "Hello <b>you</b>\n\none\ntwo"),
    ("<p>5 < 6 &amp; 7 &gt; 6</p>", "5 < 6 & 7 > 6"),
    ("<p>*stars* and _lines_</p>", "\\*stars\\* and \\_lines\\_"),
    ("<p>&lt;b&gt; &amp;amp;</p>", "\\<b> \\&amp;"),
    ("<p># no heading</p><p>- no item</p><p>&gt; no quote</p>", "\\# no heading\n\n\\- no item\n\n\\> no quote"),
    ("<p>1. no list, but [a](b)</p>", "1\\. no list, but \\[a\\](b)"),
    (
        "<blockquote><p>one<br>two</p><blockquote>three</blockquote></blockquote>four",
        "> one\n> two\n> \n> > three\n\nfour",
    ),
    ("<ul><li>one<li>two<ul><li>three</ul></ul>", "- one\n- two\n  - three"),
    ("<ol><li>one</li><li>two</li></ol>", "1. one\n2. two"),
    ("<ol><li><p>one</p><p>two</p></li></ol>", "1. one\n   \n   two"),
    ("<pre><code>x = `1`\n  y</code></pre>", "```\nx = `1`\n  y\n```"),
    ("<pre>```<br>x</pre>", "````\n```\nx\n````"),
    ("<code>plain</code> <code>a`b</code> <code> c </code>", "`plain` <code>a`b</code> <code> c</code>"),
    ('<a href="https://a.example/b_c">https://a.example/b_c</a>', "https://a.example/b_c"),
    ('<a href="https://a.example">a <em>b</em><br>c</a>', '<a href="https://a.example/">a <em>b</em>\nc</a>'),
    ('<a href="javascript:x()">a</a><script>y()</script><img src=z>', "ay()"),
    ("<h1>Head</h1><div>Body</div>", "Head\nBody"),
]


@pytest.mark.parametrize(("html", "source"), SOURCES)
def test_html_is_written_as_a_source(html: str, source: str) -> None:
    assert convert_html(html, limit_characters=CHARACTERS)[0] == source


@pytest.mark.parametrize("html", [html for html, _ in SOURCES])
def test_what_is_shown_is_what_the_source_renders_to_and_what_was_shown(html: str) -> None:
    source, rendered = convert_html(html, limit_characters=CHARACTERS)
    assert rendered == render(source, limit_characters=CHARACTERS)
    assert rendered.text == render_html(html).text


def test_no_hostile_html_gets_through() -> None:
    converted = 0
    for html in hostile_payloads()[::3]:
        try:
            source, rendered = convert_html(html, limit_characters=CHARACTERS)
        except InvalidInputError:
            continue
        converted += 1
        assert faults_in(rendered.html) == []
        assert rendered == render(source, limit_characters=CHARACTERS)
    assert converted > 1_000


@given(st.text(alphabet="ab *_`~[]()<>#&-+1.\\\n!:/", min_size=1, max_size=60))
def test_no_sign_is_taken_for_markup(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>")
    wanted = render_html(f"<p>x{escaped}x</p>")
    _, rendered = convert_html(f"<p>x{escaped}x</p>", limit_characters=CHARACTERS)
    assert rendered.text.split() == wanted.text.split()


def test_more_than_any_comment_has_is_refused() -> None:
    for html in ("x" * (3 * CHARACTERS + 1), "<b>x</b>" * (LESS_THAN_SIGNS // 2 + 1), "<p></p>"):
        with pytest.raises(InvalidInputError) as refused:
            convert_html(html, limit_characters=CHARACTERS)
        assert set(refused.value.fields) == {"body"}
