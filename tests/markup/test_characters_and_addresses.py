"""Which characters stay, which addresses are links, and when a link's host is shown."""

import pytest

from commentsvc.markup.clean_characters import clean_characters
from commentsvc.markup.link_address import link_address
from commentsvc.markup.link_hosts import host_to_show

SCOTLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("plain", "plain"),
        ("a\tb\r\nc\rd\u2028e\u2029f", "a\tb\nc\nd\ne\nf"),
        ("a\x00b\x1bc\x7fd\x85e\ud800f", "abcdef"),
        ("\ufdd0\ufffe\ufeff\u200b\u00ad\u2060x", "x"),
        *[(f"a{mark}b", "ab") for mark in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"],
        *[(f"a{mark}b", f"a{mark}b") for mark in "\u200c\u200d\u200e\u200f\ufe0f"],
        (SCOTLAND, SCOTLAND),
        ("\U0001f3f4\U000e0067\U000e0062x\U000e0041", "\U0001f3f4x"),
        ("Z\u0351\u036b\u0342" * 3, "Z\u0351\u036b\u0342" * 3),
        ("Z" + "\u0351" * 500 + "a", "Z" + "\u0351" * 8 + "a"),
        ("a" + "\u0344" * 8, "\u00e4" + "\u0301\u0308" * 3 + "\u0301\u0308"),
        ("\u1112\u1161\u11ab", "\ud55c"),
        ("caf\u00e9", "caf\u00e9"),
    ],
)
def test_characters_that_mislead_go_and_those_that_scripts_need_stay(text: str, clean: str) -> None:
    assert clean_characters(text) == clean


@pytest.mark.parametrize(
    ("href", "address"),
    [
        ("https://a.example/x?y=1&z=2#f", "https://a.example/x?y=1&z=2#f"),
        (" HTTP://A.EXAMPLE:80/\u00e9|{x} ".replace(" HTTP", "\nHTTP"), "http://a.example/%C3%A9%7C%7Bx%7D"),
        ("https://b\u00fccher.example", "https://xn--bcher-kva.example/"),
        ("MAILTO:Me@a.example", "mailto:Me@a.example"),
    ],
)
def test_an_absolute_address_becomes_a_link(href: str, address: str) -> None:
    assert link_address(href) == address


@pytest.mark.parametrize(
    "href",
    [
        None,
        "",
        "x",
        "/x",
        "//a.example",
        "\\\\a.example",
        "https:a.example",
        "https:/a.example",
        "http://",
        "https:///x",
        "#x",
        "?x",
        "javascript:alert(1)",
        "javascript:`1337`",
        "java\tscript:x",
        "\x01javascript:x",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc",
        "http://u@a.example",
        "http://u:p@a.example",
        "https://a.example\\@b.example",
        "http://a b.example",
        "ht\ntps://a.example",
        "https://a.example/\x00",
        'https://a.example/"x',
        "https://a.example:99999/",
        "https://[::1",
        "https://a_.-.example/<",
        "mailto:a@b.example?cc=x@y.example",
        "mailto:a@b.example,c@d.example",
        "mailto:a",
        "ftp://a.example",
        "https://" + "a" * 2_100,
        "https://a.example/" + "\u00e9" * 1_000,
    ],
)
def test_anything_else_is_no_link(href: str | None) -> None:
    assert link_address(href) is None


@pytest.mark.parametrize(
    ("href", "words", "host"),
    [
        ("https://evil.example/", "https://bank.example/login", "evil.example"),
        ("https://evil.example/", "go to www.bank.example now", "evil.example"),
        ("https://evil.example/", "BANK.example", "evil.example"),
        ("https://evil.example/", "(bank\u200b.example)", "evil.example"),
        ("https://evil.example/", "bank\u3002example", "evil.example"),
        ("https://evil.example/", "bank\uff0eexample", "evil.example"),
        ("https://evil.example/", "https://bank.example@evil.example", "evil.example"),
        ("https://evil.example/", "b\u00e4nk.example", "evil.example"),
        ("https://evil.example/", "evil.example.bank", "evil.example"),
        ("https://evil.example/", "//bank.example", "evil.example"),
        ("mailto:x@evil.example", "me@bank.example", "evil.example"),
        ("https://evil.example/", f"{'a' * 64}..example and x.bank", "evil.example"),
        ("https://evil.example/", f"\u00e4{'b' * 62}.bank", "evil.example"),
        ("https://xn--pypal-4ve.com/", "pay here", "xn--pypal-4ve.com"),
        ("https://xn--80ak6aa92e.com/", "https://\u0430\u0440\u0440\u04cf\u0435.com", "xn--80ak6aa92e.com"),
        ("https://xn--a.example/", "x", "xn--a.example"),
    ],
)
def test_the_real_host_is_shown_where_the_text_misleads(href: str, words: str, host: str) -> None:
    assert host_to_show(href, words) == host


@pytest.mark.parametrize(
    ("href", "words"),
    [
        ("https://www.a.example/x", "a.example"),
        ("https://a.example/x", "https://www.a.example/index.html?to=b.example"),
        ("https://a.example/", "this article, e.g. v2.0 at 3:40"),
        ("https://xn--bcher-kva.example/", "b\u00fccher.example"),
        ("https://xn--e1afmkfd.xn--p1ai/", "https://\u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444"),
        ("mailto:me@a.example", "me@a.example"),
    ],
)
def test_nothing_is_added_where_the_text_is_honest(href: str, words: str) -> None:
    assert host_to_show(href, words) is None
