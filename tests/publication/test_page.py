"""GET /read: the thread without JavaScript."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest

from commentsvc.domain.status import Decision
from commentsvc.web.pages import Pages
from tests.support.inside import problem_code, set_open
from tests.support.service import ARTICLE, ORIGIN, Service

pytestmark = pytest.mark.anyio


async def page(service: Service, path: str | None = None, **query: str) -> str:
    if path is not None:
        answer = await service.client.get(path)
    else:
        answer = await service.client.get("/read", params={"site": "news", "url": ARTICLE, **query})
    assert answer.status_code == 200, answer.text
    has_form = "<form" in answer.text
    assert (answer.headers["cache-control"] == "no-store") == has_form
    assert ("etag" in answer.headers) != has_form
    assert answer.headers["x-frame-options"] == "DENY"
    found: str = answer.text
    return found


def ids(text: str) -> list[str]:
    return re.findall(r'id="comment-([a-z2-7]{24})"', text)


def href(text: str, words: str) -> str | None:
    """Where the link with these words leads."""
    found = re.search(rf'<a [^>]*href="([^"]+)"[^>]*>{re.escape(words)}', text)
    return html.unescape(found[1]) if found else None


async def test_an_empty_thread_invites(service: Service) -> None:
    text = await page(service)
    assert "Be the first to comment." in text
    assert "Leave a Reply" in text
    assert "Your email address will not be published." in text


async def test_replies_are_nested_under_what_they_answer(service: Service) -> None:
    root = await service.publish(name="Root")
    reply = await service.publish(parent=root)
    below = await service.publish(parent=reply)
    text = await page(service)
    assert ids(text) == [root, reply, below]
    assert re.search(rf'comment-{root}".*?<ol class="comments">.*?comment-{reply}".*?<ol', text, re.DOTALL)
    assert "3 comments on" in text


async def test_depth_is_shown_up_to_a_cap_and_nothing_is_lost(service: Service) -> None:
    chain = [await service.publish()]
    for _ in range(40):
        chain.append(await service.publish(parent=chain[-1]))
    text = await page(service, root=chain[0])
    assert ids(text) == chain[1:]
    assert text.count('<ol class="comments">') == 5
    assert text.count("<ol") == text.count("</ol>")
    assert text.count("<li>") >= 40


async def test_all_replies_of_a_root_are_one_link_away(service: Service) -> None:
    root = await service.publish()
    replies = [await service.publish(parent=root) for _ in range(53)]
    text = await page(service)
    assert ids(text) == [root, *replies[:5]]
    all_of_them = href(text, "All 53 replies")
    assert all_of_them is not None
    first = await page(service, all_of_them)
    assert ids(first) == replies[:50]
    assert "Back to all comments" in first
    more = href(first, "More comments")
    assert more is not None
    assert ids(await page(service, more)) == replies[50:]


async def test_a_root_with_few_replies_has_no_such_link(service: Service) -> None:
    root = await service.publish()
    await service.publish(parent=root)
    assert "All 1 replies" not in await page(service)


@pytest.mark.parametrize("sort", ["oldest", "newest", "top"])
async def test_paging_leads_through_everything_in_its_order(service: Service, sort: str) -> None:
    roots = [await service.publish() for _ in range(23)]
    text = await page(service, sort=sort)
    following = href(text, "More comments")
    assert following is not None
    rest = await page(service, following)
    assert ids(text) + ids(rest) == (roots if sort == "oldest" else roots[::-1])
    assert href(rest, "More comments") is None


async def test_reply_opens_the_form_for_that_comment(service: Service) -> None:
    root = await service.publish(name="Ada")
    link = href(await page(service), "Reply")
    assert link is not None
    text = await page(service, link.partition("#")[0])
    assert "Leave a Reply to <bdi>Ada</bdi>" in text
    assert f'name="parent" value="{root}"' in text


async def test_a_parent_or_root_that_is_not_public_here_is_not_found(service: Service) -> None:
    elsewhere = await service.publish(url=f"{ORIGIN}/another")
    for name in ("parent", "root"):
        for url in (ARTICLE, f"{ORIGIN}/unknown"):
            answer = await service.client.get("/read", params={"site": "news", "url": url, name: elsewhere})
            assert (answer.status_code, problem_code(answer)) == (404, "unknown_comment"), (name, url)
    root = await service.publish()
    pending = (await service.submit())["comment"]["id"]
    for query in ({"parent": pending}, {"root": pending}, {"root": elsewhere}, {"parent": "x"}, {"root": "x"}):
        answer = await service.client.get("/read", params={"site": "news", "url": ARTICLE, **query})
        assert (answer.status_code, problem_code(answer)) == (404, "unknown_comment"), query
    assert ids(await page(service)) == [root]


async def test_a_closed_thread_has_no_form(service: Service) -> None:
    await service.publish()
    await set_open(service, is_open=False)
    text = await page(service)
    assert "Comments are closed." in text
    assert "<form" not in text
    assert href(text, "Reply") is None
    await set_open(service, is_open=False, url=ARTICLE)


async def test_without_its_form_the_page_is_the_same_for_everybody(service: Service) -> None:
    """`form=later`, and a closed thread: nothing of a reader's own is in it, so any cache may keep it for a day."""
    root = await service.publish(name="Ada")
    asked = {"site": "news", "url": ARTICLE}
    first, second = [await service.client.get("/read", params=asked | {"form": "later"}) for _ in range(2)]
    assert (ids(first.text), first.content, first.headers["etag"]) == ([root], second.content, second.headers["etag"])
    assert first.headers["cache-control"].startswith("public, ")
    assert first.headers["content-encoding"] == "br"
    for secret in ("<form", "form_token", "once", f"parent={root}"):
        assert secret not in first.text, secret
        assert secret in await page(service), secret
    assert "Comments cannot be saved just now." in first.text
    assert "Comments cannot be saved just now." not in await page(service)
    back = href(first.text, "Try again")
    assert back is not None
    assert "<form" in await page(service, back.partition("#")[0])
    known = {"If-None-Match": first.headers["etag"]}
    assert (await service.client.get("/read", params=asked | {"form": "later"}, headers=known)).status_code == 304

    reply = await service.publish(parent=root)
    moved = await service.client.get("/read", params=asked | {"form": "later"}, headers=known)
    assert (moved.status_code, ids(moved.text)) == (200, [root, reply])
    await set_open(service, is_open=False)
    closed = [await service.client.get("/read", params=asked | more) for more in ({}, {"form": "later"})]
    assert {answer.text.count("Comments are closed.") for answer in closed} == {1}
    assert not any("cannot be saved" in answer.text for answer in closed)
    assert closed[0].content == closed[1].content
    assert (await service.client.get("/read", params=asked | {"form": "never"})).status_code == 400


async def test_a_tombstone_keeps_its_replies_in_place(service: Service) -> None:
    root = await service.publish(name="Gone", body="Gone words")
    reply = await service.publish(parent=root)
    await service.decide(root, Decision.DELETE)
    text = await page(service)
    assert ids(text) == [root, reply]
    assert "This comment was removed." in text
    assert "Gone" not in text


async def test_hostile_names_and_titles_stay_text(service: Service) -> None:
    hostile = '"><script>alert(1)</script>{{7*7}}'
    await service.publish(name=hostile, title=hostile, body=hostile, website='https://w.example/?"'.replace('"', "'"))
    text = await page(service)
    assert "<script" not in text
    assert "{{7*7}}" in text
    assert text.count("&lt;script&gt;") >= 3


async def test_the_title_shows_once_something_is_public(service: Service) -> None:
    taken = await service.submit(title="The title")
    assert "The title" not in await page(service)
    await service.decide(taken["comment"]["id"])
    assert "The title" in await page(service)
    assert "1 comment on" in await page(service)


async def test_every_reader_gets_a_form_of_their_own_although_the_page_is_kept(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    public_id = await service.publish()
    rendered: list[str] = []
    render = Pages.render

    def watched(self: Pages, template: str, **values: Any) -> str:
        rendered.append(template)
        return render(self, template, **values)

    monkeypatch.setattr(Pages, "render", watched)
    forms = []
    for _ in range(3):
        text = await page(service)
        forms.append(re.findall(r'name="(?:form_token|once)" value="([^"]+)"', text))
        assert public_id in text
        service.clock.advance(timedelta(seconds=1))
    assert [len(form) for form in forms] == [2, 2, 2]
    assert len({value for form in forms for value in form}) == 6
    assert rendered == ["publication/read.html"]
    await service.publish()
    assert len(ids(await page(service))) == 2


async def test_no_answer_that_a_cache_may_keep_holds_a_token(service: Service) -> None:
    public_id = await service.publish()
    answers: list[Any] = [
        await service.client.get(path)
        for path in (
            f"/api/v1/thread?site=news&url={ARTICLE}",
            f"/api/v1/replies?comment={public_id}",
            f"/feed?site=news&url={ARTICLE}",
            f"/read?site=news&url={ARTICLE}",
            "/api/v1/form?site=news",
        )
    ]
    tokens = ["form_token" in answer.text or '"token"' in answer.text for answer in answers]
    kept = ["public" in answer.headers["cache-control"] for answer in answers]
    assert tokens == [False, False, False, True, True]
    assert kept == [True, True, True, False, False]
