"""An article has one address, however it is spelled; and no spelling leads out of the site."""

# ruff: noqa: RUF001 - characters that look alike are what this is about

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentsvc.domain.errors import MalformedUrlError, UnknownHostError
from commentsvc.domain.site import Site
from commentsvc.domain.urls import URL_CHARACTERS, canonical_url

SITE = Site(
    1,
    "news",
    "The News",
    (
        "https://news.example",
        "http://news.example:8080",
        "http://[2001:db8::1]:8001",
        "https://xn--bcher-kva.example",
    ),
)
HOME = "https://news.example"

ONE_SPELLING = [
    ("https://news.example", f"{HOME}/"),
    ("https://news.example?", f"{HOME}/"),
    ("https://news.example/", f"{HOME}/"),
    ("  https://news.example/a\n", f"{HOME}/a"),
    ("HTTPS://NEWS.Example/A", f"{HOME}/A"),
    ("https://news.example:443/a", f"{HOME}/a"),
    ("https://news.example:/a", f"{HOME}/a"),
    ("https://news.example./a", f"{HOME}/a"),
    ("http://news.example:8080/a", "http://news.example:8080/a"),
    ("http://news.example:080/a", "http://news.example/a"),
    ("https://news.example/a#part", f"{HOME}/a"),
    ("https://news.example/a?#", f"{HOME}/a"),
    ("https://reader@news.example/a", f"{HOME}/a"),
    ("https://reader:word@news.example/a", f"{HOME}/a"),
    ("https://news.example/a/./b", f"{HOME}/a/b"),
    ("https://news.example/a/../b", f"{HOME}/b"),
    ("https://news.example/../../a", f"{HOME}/a"),
    ("https://news.example/a/b/..", f"{HOME}/a/"),
    ("https://news.example/a/.", f"{HOME}/a/"),
    ("https://news.example/..", f"{HOME}/"),
    ("https://news.example/a/%2e%2E/b", f"{HOME}/b"),
    ("https://news.example//a//b", f"{HOME}//a//b"),
    ("https://news.example/a/", f"{HOME}/a/"),
    ("https://news.example/%7Eada/%61", f"{HOME}/~ada/a"),
    ("https://news.example/a%2fb", f"{HOME}/a%2Fb"),
    ("https://news.example/a%0ab", f"{HOME}/a%0Ab"),
    ("https://news.example/100%", f"{HOME}/100%25"),
    ("https://news.example/%zz", f"{HOME}/%25zz"),
    ("https://news.example/%2%35", f"{HOME}/%2525"),
    ("https://news.example/ä", f"{HOME}/%C3%A4"),
    ("https://news.example/%c3%a4", f"{HOME}/%C3%A4"),
    ("https://news.example/новости", f"{HOME}/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8"),
    ("https://news.example/a\u202eb", f"{HOME}/a%E2%80%AEb"),
    ("https://news.example/a;b=1,2", f"{HOME}/a;b=1,2"),
    ("https://news.example/it's(fine)!", f"{HOME}/it's(fine)!"),
    ("https://news.example/?b=2&a=1", f"{HOME}/?a=1&b=2"),
    ("https://news.example/?a=2&a=1", f"{HOME}/?a=1&a=2"),
    ("https://news.example/?&a=1&&", f"{HOME}/?a=1"),
    ("https://news.example/?q=a+b", f"{HOME}/?q=a+b"),
    ("https://news.example/?q=a%20b%26c", f"{HOME}/?q=a%20b%26c"),
    ("https://news.example/?q=ä[0]", f"{HOME}/?q=%C3%A4%5B0%5D"),
    ("https://news.example/?flag", f"{HOME}/?flag"),
    ("https://news.example/?page=2&utm_source=x&UTM_medium=y", f"{HOME}/?page=2"),
    ("https://news.example/?utm_=1&utm=2", f"{HOME}/?utm=2"),
    ("https://news.example/?%75tm_source=x&fbclid=1&gclid=2&mc_eid=3&ref_src=4", f"{HOME}/"),
    ("https://news.example/?gclids=1&ref=2", f"{HOME}/?gclids=1&ref=2"),
    ("http://[2001:DB8:0:0::1]:8001/a", "http://[2001:db8::1]:8001/a"),
    ("https://bücher.example/a", "https://xn--bcher-kva.example/a"),
    ("https://BÜCHER.example/a", "https://xn--bcher-kva.example/a"),
    ("https://news。example/a", f"{HOME}/a"),
    ("https://news.example/@ada:1", f"{HOME}/@ada:1"),
    ("http://news.example:8080//news.example/a", "http://news.example:8080//news.example/a"),
]
NO_ADDRESS = [
    "",
    " ",
    "news.example/a",
    "/a",
    "//news.example/a",
    "https:news.example/a",
    "https:/news.example/a",
    "https:///a",
    "https://",
    "https://:443/",
    "https://@/",
    "ftp://news.example/a",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "javascript://news.example/%0aalert(1)",
    "data:text/html,a",
    "\x00https://news.example/",
    "https://news.example/a b",
    "https://news.example/a\tb",
    "https://news.example/a\r\nSet-Cookie: a=b",
    "https://news.example/a\x00",
    "https://news.example/a\x7f",
    "https://news.example/a\x9bb",
    "https://news.example/\ud800",
    "https://news.example/?a=\udfff",
    "https://news.example\\@other.example/",
    "https://news.example/a\\b",
    "https://news.example/<script>",
    'https://news.example/"',
    "https://news.example/{a}",
    "https://news.example:port/",
    "https://news.example:99999/",
    "https://news.example:-1/",
    "https://news.example:\u0663/",
    "https://[::1/",
    "https://[news.example]/",
    "https://[v1.a]/",
    "http://[2001:db8::1%25eth0]:8001/",
    "https://[2001:db8::g]/",
    "https://-news.example/",
    "https://news..example/",
    f"https://{'a' * 64}.example/",
    f"https://{'ä' * 64}.example/",
    "https://%6eews.example/",
    "https://news,example/",
    "https://\u2100.example/",
    f"{HOME}/{'a' * URL_CHARACTERS}",
    f"{HOME}/{'ä' * 400}",
]
FOREIGN = [
    "https://other.example/a",
    "https://www.news.example/a",
    "https://news.example.other.example/a",
    "https://xnews.example/a",
    "https://news.example@other.example/a",
    "https://news.example:pass@other.example/a",
    "https://news.example:444/a",
    "https://news.example:8443/a",
    "http://[2001:db8::1]/a",
    "https://127.0.0.1/a",
    "https://nеws.example/a",
]


@pytest.mark.parametrize(("spelled", "canonical"), ONE_SPELLING)
def test_a_spelling_is_reduced_to_the_one_address(spelled: str, canonical: str) -> None:
    assert canonical_url(spelled, site=SITE) == canonical
    assert canonical_url(canonical, site=SITE) == canonical


@pytest.mark.parametrize("text", NO_ADDRESS)
def test_what_is_no_web_address_is_refused(text: str) -> None:
    with pytest.raises(MalformedUrlError):
        canonical_url(text, site=SITE)


@pytest.mark.parametrize("url", FOREIGN)
def test_an_address_of_another_host_is_refused(url: str) -> None:
    with pytest.raises(UnknownHostError):
        canonical_url(url, site=SITE)


def test_the_longest_address_is_taken_and_one_more_character_is_not() -> None:
    longest = f"{HOME}/".ljust(URL_CHARACTERS, "a")
    assert canonical_url(longest, site=SITE) == longest
    with pytest.raises(MalformedUrlError):
        canonical_url(longest + "a", site=SITE)


_PIECES = st.sampled_from(
    [
        "/",
        "..",
        ".",
        "%2e",
        "%2F",
        "%",
        "%2",
        "35",
        "a",
        "Ä",
        "%c3%a4",
        "?",
        "&",
        "=",
        "utm_a=1",
        "#",
        ";",
        "+",
        "~",
        "@",
    ]
)


@given(st.lists(_PIECES | st.text(max_size=3), max_size=12).map("".join))
def test_the_canonical_address_is_its_own_canonical_address(tail: str) -> None:
    try:
        once = canonical_url(f"{HOME}/{tail}", site=SITE)
    except MalformedUrlError:
        return
    assert canonical_url(once, site=SITE) == once
    assert re.fullmatch(r"https://news\.example/[!-~]*", once)
    assert not {".", ".."} & set(once.partition("?")[0].split("/"))


@given(st.text(max_size=60))
def test_any_text_at_all_is_an_address_or_one_of_two_errors(text: str) -> None:
    for raw in (text, f"https://{text}", f"https://news.example{text}"):
        try:
            address = canonical_url(raw, site=SITE)
        except (MalformedUrlError, UnknownHostError):
            continue
        assert address.partition("://")[2].partition("/")[0] in SITE.hosts
