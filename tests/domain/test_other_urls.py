"""Origins as browsers send them, readers' own websites, and the host a link leads to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentsvc.domain.errors import MalformedUrlError
from commentsvc.domain.site import Site
from commentsvc.domain.urls import host_of, normal_origin, website_url


@pytest.mark.parametrize(
    ("raw", "origin"),
    [
        ("https://example.org", "https://example.org"),
        ("https://example.org/", "https://example.org"),
        (" HTTPS://Example.ORG ", "https://example.org"),
        ("https://example.org:443", "https://example.org"),
        ("http://example.org:80", "http://example.org"),
        ("http://example.org:443", "http://example.org:443"),
        ("https://example.org:80", "https://example.org:80"),
        ("http://127.0.0.1:8001", "http://127.0.0.1:8001"),
        ("http://localhost:8001/", "http://localhost:8001"),
        ("http://[0:0:0:0:0:0:0:1]:8001", "http://[::1]:8001"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
    ],
)
def test_an_origin_has_one_spelling(raw: str, origin: str) -> None:
    assert normal_origin(raw) == origin
    assert normal_origin(origin) == origin


@pytest.mark.parametrize(
    "raw",
    [
        "null",
        "*",
        "example.org",
        "https://example.org/a",
        "https://example.org//",
        "https://example.org?a",
        "https://example.org#a",
        "https://a@example.org",
        "https://@example.org",
        "https://*.example.org",
        "ftp://example.org",
        "https://example.org, https://other.example",
        "http://[::1%25lo]",
    ],
)
def test_what_is_no_origin_is_refused(raw: str) -> None:
    with pytest.raises(MalformedUrlError):
        normal_origin(raw)


def test_a_sites_hosts_are_those_of_its_origins_with_their_ports() -> None:
    site = Site(1, "a", "A", ("https://example.org", "http://127.0.0.1:8001"))
    assert site.hosts == {"example.org", "127.0.0.1:8001"}


@pytest.mark.parametrize(
    ("raw", "website"),
    [
        ("https://ada.example", "https://ada.example/"),
        ("HTTP://Ada.Example:80/About Me".replace(" ", "%20"), "http://ada.example/About%20Me"),
        ("https://ada.example/a?b=1&a=ä#c d".replace(" ", "%20"), "https://ada.example/a?b=1&a=%C3%A4#c%20d"),
        ("https://ada.example:8443/", "https://ada.example:8443/"),
        ("https://xn--e1afmkfd.example/", "https://xn--e1afmkfd.example/"),
        ("https://пример.example/", "https://xn--e1afmkfd.example/"),
        ("https://[::1]/", "https://[::1]/"),
    ],
)
def test_a_website_becomes_an_ascii_address(raw: str, website: str) -> None:
    assert website_url(raw) == website
    assert website_url(website) == website


@pytest.mark.parametrize(
    "raw",
    [
        "ada.example",
        "//ada.example",
        "mailto:ada@ada.example",
        "javascript:alert(1)",
        "javascript:`1337`",
        "java\nscript:alert(1)",
        "https://ada@ada.example/",
        "https://:word@ada.example/",
        "https://ada.example\\.other.example",
        'https://ada.example/"onclick="',
        "https://" + "a" * 3_000,
        "https://ada.example/\ud83d",
    ],
)
def test_what_is_no_website_is_refused(raw: str) -> None:
    with pytest.raises(MalformedUrlError):
        website_url(raw)


@given(st.text(max_size=40))
def test_a_website_of_any_text_is_printable_ascii_or_refused(text: str) -> None:
    try:
        website = website_url(f"https://ada.example/{text}")
    except MalformedUrlError:
        return
    assert website.isascii()
    assert website.isprintable()
    assert website_url(website) == website


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.example.org/a", "example.org"),
        ("https://Example.org:8443/", "example.org"),
        ("https://bank.example@evil.example/", "evil.example"),
        ("https://xn--pypal-4ve.example/", "xn--pypal-4ve.example"),
        ("https://www.www.example/", "www.example"),
        ("mailto:ada@example.org", ""),
        ("/a", ""),
        ("http://[::1", ""),
    ],
)
def test_the_host_of_a_link_is_told_as_it_is(url: str, host: str) -> None:
    assert host_of(url) == host
