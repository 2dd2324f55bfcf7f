"""GET /feed: Atom that any reader takes."""

from typing import Any
from xml.etree.ElementTree import Element, fromstring

import pytest

from commentsvc.domain.status import Decision
from tests.support.service import ARTICLE, ORIGIN, SERVICE, Service

pytestmark = pytest.mark.anyio

ATOM = "{http://www.w3.org/2005/Atom}"
THREADING = "{http://purl.org/syndication/thread/1.0}"


async def feed(service: Service, **query: str) -> Element:
    answer = await service.client.get("/feed", params={"site": "news", **query})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    return fromstring(answer.content)  # noqa: S314 - our own answer


def text(element: Element, path: str) -> str:
    found = element.findtext("/".join(ATOM + name for name in path.split("/")))
    assert found is not None, path
    return found


def link(element: Element, rel: str) -> str:
    (found,) = (each.get("href") for each in element.findall(f"{ATOM}link") if each.get("rel") == rel)
    assert found is not None
    return found


async def test_an_empty_feed_is_valid_too(service: Service) -> None:
    root = await feed(service, url=ARTICLE)
    assert root.tag == f"{ATOM}feed"
    assert text(root, "id") == f"urn:commentsvc:feed:news:{ARTICLE}"
    assert text(root, "title") == "Comments on The News"
    assert text(root, "updated") == "1970-01-01T00:00:00Z"
    assert link(root, "alternate") == ARTICLE
    assert link(root, "self") == f"{SERVICE}/feed?site=news&url=https%3A%2F%2Fnews.example%2Fan-article"
    assert root.findall(f"{ATOM}entry") == []


async def test_an_entry_says_who_wrote_what_where_and_when(service: Service) -> None:
    parent = await service.publish(title="The title")
    public_id = await service.publish(name="Ada", website="w.example", body="*Words* & more", parent=parent)
    entry, first = (await feed(service)).findall(f"{ATOM}entry")
    assert text(entry, "id") == f"urn:commentsvc:comment:{public_id}"
    assert text(entry, "title") == "Ada on The title"
    assert text(entry, "published") == text(entry, "updated") == "2026-11-22T09:30:00Z"
    assert text(entry, "author/name") == "Ada"
    assert text(entry, "author/uri") == "https://w.example/"
    assert text(entry, "content") == "<p><em>Words</em> &amp; more</p>"
    assert link(entry, "alternate") == f"{ARTICLE}#comment-{public_id}"
    reply_to = entry.find(f"{THREADING}in-reply-to")
    assert reply_to is not None
    assert reply_to.get("ref") == f"urn:commentsvc:comment:{parent}"
    assert first.find(f"{THREADING}in-reply-to") is None
    assert first.find(f"{ATOM}author/{ATOM}uri") is None


def ids(root: Element) -> list[str]:
    return [text(entry, "id").rpartition(":")[2] for entry in root.findall(f"{ATOM}entry")]


async def test_a_site_has_a_feed_and_so_has_each_article(service: Service) -> None:
    here = await service.publish()
    there = await service.publish(url=f"{ORIGIN}/another")
    filed = await service.publish(url=f"{ORIGIN}/another", id="article 17")
    assert ids(await feed(service)) == [filed, there, here]
    assert ids(await feed(service, url=ARTICLE)) == [here]
    assert ids(await feed(service, url=f"{ORIGIN}/another", id="article 17")) == [filed]
    assert link(await feed(service), "alternate") == ORIGIN


async def test_feeds_of_one_address_with_different_ids_are_different_feeds(service: Service) -> None:
    one = await feed(service, url=ARTICLE, id="a")
    two = await feed(service, url=ARTICLE, id="b ü")
    assert len({text(one, "id"), text(two, "id"), text(await feed(service, url=ARTICLE), "id")}) == 3
    assert text(two, "id").isascii()
    assert " " not in text(two, "id")


async def test_only_what_is_approved_is_in_it(service: Service) -> None:
    await service.submit()
    removed = await service.publish()
    await service.publish(parent=removed)
    await service.decide(removed, Decision.DELETE)
    assert removed not in ids(await feed(service))
    assert len(ids(await feed(service))) == 1


async def test_it_holds_the_fifty_newest(service: Service) -> None:
    published = [await service.publish() for _ in range(52)]
    assert ids(await feed(service)) == published[:1:-1]


async def test_hostile_words_stay_text(service: Service) -> None:
    for name, title, body in (
        ("</name><script>", "]]><x>", "</content> ]]> & <script>alert(1)</script>"),
        ("A\u0001B", "T\u0008", "C\u0001\ufffe\uffff words"),
        ('"&amp;"', "&#x0;", "&#0; &#xFFFE; \U0001f600"),
    ):
        await service.publish(name=name, title=title, body=body, url=f"{ORIGIN}/{name.encode().hex()}")
    root = await feed(service)
    assert len(root.findall(f"{ATOM}entry")) == 3
    names = [text(entry, "author/name") for entry in root.findall(f"{ATOM}entry")]
    assert names == ['"&amp;"', "AB", "</name><script>"]
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags <= {"feed", "id", "title", "updated", "link", "entry", "published", "author", "name", "uri", "content"}


async def test_each_wrong_query_has_its_code(service: Service) -> None:
    answers: list[tuple[str, int, str]] = [
        ("", 400, "missing_parameter"),
        ("site=none", 404, "unknown_site"),
        ("site=news&x=1", 400, "unknown_parameter"),
        ("site=news&url=x", 422, "malformed_url"),
        ("site=news&url=https://evil.example/", 403, "unknown_host"),
    ]
    for query, status, code in answers:
        answer: Any = await service.client.get(f"/feed?{query}")
        assert (answer.status_code, answer.json()["code"]) == (status, code), query
