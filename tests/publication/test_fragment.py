"""GET /fragment: a thread for pages that are built beforehand."""

import json
import re
from typing import Any

import pytest

from commentsvc.domain.site import SitePolicy
from commentsvc.domain.status import Decision
from tests.support.service import ARTICLE, SERVICE, Service

pytestmark = pytest.mark.anyio

JSON_LD = "application/ld+json; charset=utf-8"


async def fragment(service: Service, **query: str) -> Any:
    answer = await service.client.get("/fragment", params={"site": "news", "url": ARTICLE, **query})
    assert answer.status_code == 200, answer.text
    return answer


async def article(service: Service) -> dict[str, Any]:
    answer = await fragment(service, format="json-ld")
    assert answer.headers["content-type"] == JSON_LD
    found: dict[str, Any] = json.loads(answer.text)
    return found


async def test_the_html_holds_every_published_comment_with_its_anchor_and_no_form(service: Service) -> None:
    roots = [await service.publish() for _ in range(60)]  # more than a page of roots
    reply = await service.publish(parent=roots[0])
    answer = await fragment(service)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    shown = re.findall(r'id="comment-(\w+)"', answer.text)
    assert shown == [roots[0], reply, *roots[1:]]
    for never in ("<form", "<input", "<script", "<style", "<html", "form_token"):
        assert never not in answer.text


async def test_its_links_lead_to_the_service_for_replying_and_reporting(service: Service) -> None:
    public_id = await service.publish()
    text = (await fragment(service)).text
    links = re.findall(r'href="([^#"][^"]*)"', text)
    at = f"{SERVICE}/read?site=news&amp;url=https%3A%2F%2Fnews.example%2Fan-article"
    report = f"{SERVICE}/report?comment={public_id}"
    assert links == [f"{at}&amp;parent={public_id}#reply", report, at]
    for link in links:
        page = await service.client.get(link.replace("&amp;", "&"))
        assert page.status_code == 200


async def test_it_speaks_the_language_of_its_site_and_says_so(service: Service) -> None:
    await service.publish()
    await service.change_policy(SitePolicy(language="ar"))
    text = (await fragment(service)).text
    assert '<section class="comments-fragment" lang="ar" dir="rtl" aria-label="التعليقات">' in text
    assert "تعليق واحد" in text


async def test_hostile_words_are_text_in_both(service: Service) -> None:
    name, body = "</script><b>", "</script><!-- \u2028\u2029 & <script>alert(1)</script>"
    public_id = await service.publish(name=name, body=body, title="</title><script>")
    html = (await fragment(service)).text
    assert "<script" not in html
    assert "&lt;/script&gt;&lt;b&gt;" in html
    raw = (await fragment(service, format="json-ld")).text
    assert not set("<>&\u2028\u2029") & set(raw)
    (comment,) = json.loads(raw)["comment"]
    assert comment["author"] == {"@type": "Person", "name": name}
    assert comment["@id"] == comment["url"] == f"{ARTICLE}#comment-{public_id}"
    assert "alert(1)" in comment["text"]


async def test_nothing_in_a_comment_is_a_template_to_whoever_builds_the_page(service: Service) -> None:
    words = '{{ site.secret }} {% include x %} {{"a"}} {{{}}} {{< x >}} ends in {{'
    await service.publish(name="{{ name }}", body=words, title="{% title %}")
    for form in ("html", "json-ld"):
        raw = (await fragment(service, format=form)).text
        assert not re.search(r"\{[{%<#]", raw), form
    found = await article(service)
    assert (found["headline"], found["comment"][0]["text"]) == ("{% title %}", words)
    assert found["comment"][0]["author"]["name"] == "{{ name }}"


async def test_the_json_ld_is_an_article_with_its_comments_and_whom_they_answer(service: Service) -> None:
    assert (await article(service))["comment"] == []
    parent = await service.publish(title="The title", body="*Words*")
    await service.publish(parent=parent)
    found = await article(service)
    assert (found["@context"], found["@type"], found["headline"]) == ("https://schema.org", "Article", "The title")
    assert (found["@id"], found["commentCount"]) == (ARTICLE, 2)
    first, second = found["comment"]
    assert (first["@type"], first["text"], first["dateCreated"]) == ("Comment", "Words", "2026-11-22T09:30:00Z")
    assert second["parentItem"] == {"@type": "Comment", "@id": first["@id"]}


async def test_only_what_is_published_is_in_it_and_a_removed_one_says_so(service: Service) -> None:
    await service.submit(body="Waiting words.")
    empty = (await fragment(service)).text
    assert "Waiting" not in empty
    parent = await service.publish(body="Removed words.", email="ada.canary@mail.example")
    await service.publish(parent=parent)
    await service.decide(parent, Decision.DELETE)
    html = (await fragment(service)).text
    assert "This comment was removed." in html
    assert "Removed words" not in html
    assert len((await article(service))["comment"]) == 1
    assert "canary" not in html + str(await article(service))


async def test_each_wrong_query_has_its_code(service: Service) -> None:
    answers = [
        ("site=news", 400, "missing_parameter"),
        (f"site=none&url={ARTICLE}", 404, "unknown_site"),
        (f"site=news&url={ARTICLE}&format=xml", 400, "malformed_parameter"),
        ("site=news&url=https://evil.example/", 403, "unknown_host"),
    ]
    for query, status, code in answers:
        answer: Any = await service.client.get(f"/fragment?{query}")
        assert (answer.status_code, answer.json()["code"]) == (status, code), query
