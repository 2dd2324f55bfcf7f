"""What a reader writes and what everybody sees."""

import pytest

from commentsvc.domain.errors import InvalidInputError
from commentsvc.markup import MARKUP_VERSION, render
from commentsvc.markup.render_source import render_html

REL = ' rel="ugc nofollow noopener noreferrer"'

PLAIN = [
    ("hello", "<p>hello</p>"),
    ("one\ntwo\r\nthree", "<p>one<br>two<br>three</p>"),
    ("one\n\n\n\ntwo", "<p>one</p><p>two</p>"),
    ("  I <3 you  ", "<p>I &lt;3 you</p>"),
    ("a < b && c > d, x <= y", "<p>a &lt; b &amp;&amp; c &gt; d, x &lt;= y</p>"),
    ("it&#39;s R&amp;B &lt;3 &gt;.&lt;", "<p>it's R&amp;B &lt;3 &gt;.&lt;</p>"),
    ("&notit; &copy=1 &amp;amp;", "<p>&amp;notit; &amp;copy=1 &amp;amp;</p>"),
    ("THIS IS GREAT!!!!!!", "<p>THIS IS GREAT!!!!!!</p>"),
    ("#1 song\n# not a heading\nnot\n===", "<p>#1 song<br># not a heading<br>not<br>===</p>"),
    ("    four spaces are no code", "<p>four spaces are no code</p>"),
    ("2015. What a year", "<p>2015. What a year</p>"),
    ("+", "<p>+</p>"),
    (">", "<p>&gt;</p>"),
    ("-", "<p>-</p>"),
    ("a\u00a0b", "<p>a&nbsp;b</p>"),
    ("[x]: http://a.example", f'<p>[x]: <a href="http://a.example/"{REL}>http://a.example</a></p>'),
]
FACES = [
    (">.<", "<p>&gt;.&lt;</p>"),
    (">:)\nyes", "<p>&gt;:)<br>yes</p>"),
    (">_>", "<p>&gt;_&gt;</p>"),
    (">3 love", "<p>&gt;3 love</p>"),
    ("so cute *-*!", "<p>so cute *-*!</p>"),
    ("O_O *_* :-* :-*", "<p>O_O *_* :-* :-*</p>"),
    ("\u00af\\_(\u30c4)_/\u00af", "<p>\u00af\\_(\u30c4)_/\u00af</p>"),
    (
        "[\u00af\\_(\u30c4)_/\u00af](http://a.example)",
        f'<p><a href="http://a.example/"{REL}>\u00af\\_(\u30c4)_/\u00af</a></p>',
    ),
    ("*****PLEASE READ*****", "<p>*****PLEASE READ*****</p>"),
    ("_______\nsigned", "<p>_______</p><p>signed</p>"),
    ("{**}one {**}two", "<p>{**}one {**}two</p>"),
    ("[*****](http://a.example)", f'<p><a href="http://a.example/"{REL}>*****</a></p>'),
    ("---\n* * *", "<p>---</p><p>***</p>"),
    ("~~~ cute ~~~", "<p>~~~ cute ~~~</p>"),
]
MARKDOWN = [
    ("*a* **b** ~~c~~ `d < e`", "<p><em>a</em> <strong>b</strong> <s>c</s> <code>d &lt; e</code></p>"),
    ("***a***", "<p><em><strong>a</strong></em></p>"),
    ('*"quoted"* and *(aside)*', '<p><em>"quoted"</em> and <em>(aside)</em></p>'),
    ("snake_case_name 2*3*4", "<p>snake_case_name 2<em>3</em>4</p>"),
    ("\\*not\\*", "<p>*not*</p>"),
    ("> quote\n> more\n\nanswer", "<blockquote><p>quote<br>more</p></blockquote><p>answer</p>"),
    (">no space", "<blockquote><p>no space</p></blockquote>"),
    ("- a\n- b\n  - c", "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>"),
    ("1. a\n2. b\n3) c", "<ol><li>a</li><li>b</li></ol><p>3) c</p>"),
    ("- a\n\n- b", "<ul><li><p>a</p></li><li><p>b</p></li></ul>"),
    ("- a\n2015. was good", "<ul><li>a</li></ul><p>2015. was good</p>"),
    ("```python\nif a < b:\n  *x*\n```\nend", "<pre><code>if a &lt; b:\n  *x*</code></pre><p>end</p>"),
    ("```python\nopen", "<pre><code>python\nopen</code></pre>"),
    ("```\nopen", "<pre><code>open</code></pre>"),
    ("```wait, what", "<p>```wait, what</p>"),
    ("text\n```\ncode\n```", "<p>text</p><pre><code>code</code></pre>"),
    ("![cat](http://a.example/c.png)", f'<p>!<a href="http://a.example/c.png"{REL}>cat</a></p>'),
]
TAGS = [
    ("<b>a</b> <i>b</i> <strike>c</strike> <del>d</del>", "<p><b>a</b> <i>b</i> <s>c</s> <del>d</del></p>"),
    ("Awesome<br />", "<p>Awesome</p>"),
    ("a<br><br><br><br/>b", "<p>a<br><br>b</p>"),
    ("<b>one\n\ntwo</b> three", "<p><b>one</b></p><p><b>two</b> three</p>"),
    ("<b class=x onclick='y'>a</b>", "<p><b>a</b></p>"),
    ("<b><i>a</b></i>", "<p><b><i>a</i></b></p>"),
    ("<em>a<em>b</em></em>", "<p><em>ab</em></p>"),
    ("<ul><li>a</li><li>b *c*</li></ul>d", "<ul><li>a</li><li>b <em>c</em></li></ul><p>d</p>"),
    ("<li>stray", "<p>stray</p>"),
    ("<ul>stray<li>a</ul>", "<ul><li><p>stray</p></li><li>a</li></ul>"),
    ("<blockquote>a\n\nb</blockquote>c", "<blockquote><p>a</p><p>b</p></blockquote><p>c</p>"),
    ("<pre>a\nb\n\nc</pre>", "<pre>a\nb\n\nc</pre>"),
    ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
    ("<sarcasm>sure</sarcasm> <!-- x -->", "<p>&lt;sarcasm&gt;sure&lt;/sarcasm&gt; &lt;!-- x --&gt;</p>"),
    ("<u>x</u> <b", "<p>&lt;u&gt;x&lt;/u&gt; &lt;b</p>"),
]
LINKS = [
    ("http://a.example", f'<p><a href="http://a.example/"{REL}>http://a.example</a></p>'),
    (
        "(see https://a.example/x_(y)).",
        f'<p>(see <a href="https://a.example/x_(y)"{REL}>https://a.example/x_(y)</a>).</p>',
    ),
    ("https://a.example/(", f'<p><a href="https://a.example/"{REL}>https://a.example/</a>(</p>'),
    ("HTTPS://A.example/_x_/y!", f'<p><a href="https://a.example/_x_/y"{REL}>HTTPS://A.example/_x_/y</a>!</p>'),
    (
        "http://a.example?x=1&amp;y=2",
        f'<p><a href="http://a.example/?x=1&amp;y=2"{REL}>http://a.example?x=1&amp;y=2</a></p>',
    ),
    ("&lt;http://a.example&gt;", f'<p>&lt;<a href="http://a.example/"{REL}>http://a.example</a>&gt;</p>'),
    ("<http://a.example>", f'<p><a href="http://a.example/"{REL}>http://a.example</a></p>'),
    ("<me@a.example>", f'<p><a href="mailto:me@a.example"{REL}>me@a.example</a></p>'),
    ("`http://a.example`", "<p><code>http://a.example</code></p>"),
    ("ahttp://a.example ://x http://", "<p>ahttp://a.example ://x http://</p>"),
    ("\\http://a.example", "<p>\\http://a.example</p>"),
    ("[x](https://a.example/ 'title')", f'<p><a href="https://a.example/"{REL}>x</a></p>'),
    ("[http://a.example/x](http://a.example/y)", f'<p><a href="http://a.example/y"{REL}>http://a.example/x</a></p>'),
    (
        '<a class=x href="http://a.example">x http://b.example</a>',
        f'<p><a href="http://a.example/"{REL}>x http://b.example</a> [a.example]</p>',
    ),
    ("<a href=/x>relative</a> [x](//a.example)", "<p>relative x</p>"),
    ("<a>no address</a>", "<p>no address</p>"),
    ("<a href='javascript:`1337`'>x</a> [x](javascript:alert(1))", "<p>x [x](javascript:alert(1))</p>"),
    ("a [\u200b](https://a.example) b", "<p>a  b</p>"),
    (
        "<a href=https://a.example>\n\na\n\nb</a>",
        f'<p><a href="https://a.example/"{REL}>a</a></p><p><a href="https://a.example/"{REL}>b</a></p>',
    ),
    (
        "[bank.example](https://evil.example) ok",
        f'<p><a href="https://evil.example/"{REL}>bank.example</a> [evil.example] ok</p>',
    ),
    (
        "**[bank.example](https://evil.example)**\nok",
        f'<p><strong><a href="https://evil.example/"{REL}>bank.example</a> [evil.example]</strong><br>ok</p>',
    ),
    (
        "https://p\u0430ypal.com",
        f'<p><a href="https://xn--pypal-4ve.com/"{REL}>https://p\u0430ypal.com</a> [xn--pypal-4ve.com]</p>',
    ),
    ("https://m\u00fcnchen.de", f'<p><a href="https://xn--mnchen-3ya.de/"{REL}>https://m\u00fcnchen.de</a></p>'),
]
SCRIPTS = [
    ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "<p>\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645</p>"),
    (
        "\U0001f468\u200d\U0001f469\u200d\U0001f467 \u2764\ufe0f",
        "<p>\U0001f468\u200d\U0001f469\u200d\U0001f467 \u2764\ufe0f</p>",
    ),
    ("e\u0301", "<p>\u00e9</p>"),
    ("a\u202eb\u2066c\ufeff", "<p>abc</p>"),
    ("a&#x202e;b", "<p>ab</p>"),
]


@pytest.mark.parametrize(("source", "html"), [*PLAIN, *FACES, *MARKDOWN, *TAGS, *LINKS, *SCRIPTS])
def test_a_source_is_shown_as_its_reader_expects(source: str, html: str) -> None:
    assert render(source).html == html


@pytest.mark.parametrize(
    ("html", "tidy"),
    [
        ("<li>a<li>b", "<p>a</p><p>b</p>"),
        ("<ul><li>a<p>b</p>c<p>d</p></li></ul>", "<ul><li>a<p>b</p>c<p>d</p></li></ul>"),
        ("<ul><li>a<div><li>b</div></ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("<ul><ul><li>a</ul></ul>", "<ul><li><ul><li>a</li></ul></li></ul>"),
        ("<ul><li></li></ul><p> </p><blockquote></blockquote><pre>\n\n</pre>", ""),
        ("<em> <br> </em>", ""),
        ("a <em> </em><br>b", "<p>a<br>b</p>"),
        ("<pre>\n\n a<br>b<p>c</p>\n\n</pre>", "<pre> a\nb\nc</pre>"),
        ("<script>x</script><style>y</style><img src=z>&lt;", "<p>xy&lt;</p>"),
        (
            "<a href='http://a.example'><br></a>x<a href=http://b.example>y</a>",
            f'<p>x<a href="http://b.example/"{REL}>y</a></p>',
        ),
        ("<blockquote>" * 40 + "deep", "<blockquote>" * 24 + "<p>deep</p>" + "</blockquote>" * 24),
        (
            "<ul>" + "<blockquote><li>" * 2 + "x",
            "<ul><li><blockquote><blockquote><p>x</p></blockquote></blockquote></li></ul>",
        ),
    ],
)
def test_misnested_html_is_put_right(html: str, tidy: str) -> None:
    assert render_html(html).html == tidy


def test_html_tree_text_and_links_say_the_same() -> None:
    rendered = render(
        "Hello **you**,\nsee [this](https://a.example/x).\n\n- one\n- me@b.example: <mailto:me@b.example>"
    )
    assert rendered.tree == [
        ["p", "Hello ", ["strong", "you"], ",", ["br"], "see ", ["a", {"href": "https://a.example/x"}, "this"], "."],
        ["ul", ["li", "one"], ["li", "me@b.example: ", ["a", {"href": "mailto:me@b.example"}, "mailto:me@b.example"]]],
    ]
    assert rendered.text == "Hello you,\nsee this.\none\nme@b.example: mailto:me@b.example"
    assert rendered.links == ("https://a.example/x", "mailto:me@b.example")
    assert rendered.version == MARKUP_VERSION


@pytest.mark.parametrize(
    "source", ["", "   \n", "\u200b", "\u3164", "<br>", "<p></p>", "&nbsp;", "<b> </b>", "&#x200b;"]
)
def test_a_source_without_ink_is_refused(source: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        render(source)
    assert refused.value.fields == {"body": "Please write something."}
