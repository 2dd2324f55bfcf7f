"""Links in mails to readers: one purpose each, and nothing else is read from them."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from commentsvc.domain.errors import InvalidTokenError
from commentsvc.web.reader_links import ReaderLinks
from commentsvc.web.tokens import Signer

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def links(at: datetime = NOW) -> ReaderLinks:
    return ReaderLinks(Signer([b"s" * 32], lambda: at), "https://comments.example")


def token(link: str) -> str:
    return urlsplit(link).query.removeprefix("t=")


def test_each_link_says_what_it_is_for_and_nothing_else() -> None:
    made = {
        "subscription": links().subscription("sub"),
        "unsubscribe": links().unsubscribe("sub"),
        "data": links().data("aut"),
    }
    readers = {name: getattr(links(), f"read_{name}") for name in made}
    assert [urlsplit(link)[:3] for link in made.values()] == [
        ("https", "comments.example", path) for path in ("/subscription", "/unsubscribe", "/own/data")
    ]
    for name, link in made.items():
        for reader, read in readers.items():
            if reader == name:
                assert read(token(link)) == ("aut" if name == "data" else "sub")
            else:
                with pytest.raises(InvalidTokenError):
                    read(token(link))


def test_data_is_shown_for_an_hour_and_a_subscription_is_ended_years_later() -> None:
    hour, years = NOW + timedelta(hours=1, seconds=1), NOW + timedelta(days=3_000)
    with pytest.raises(InvalidTokenError):
        links(hour).read_data(token(links().data("aut")))
    assert links(years).read_unsubscribe(token(links().unsubscribe("sub"))) == "sub"
