"""GET /api/v1/thread and /api/v1/replies: what everybody sees."""

from typing import Any

import pytest

from commentsvc.domain.site import EmailPolicy, HoldPolicy, SitePolicy
from commentsvc.domain.status import Decision
from tests.support.inside import add_site, row_counts, set_likes, set_open
from tests.support.service import ARTICLE, ORIGIN, Service

pytestmark = pytest.mark.anyio


async def get(service: Service, path: str = "/api/v1/thread", **query: str) -> Any:
    given = {"site": "news", "url": ARTICLE} if path == "/api/v1/thread" else {}
    return await service.client.get(path, params=given | query)


async def test_an_unknown_address_has_an_empty_thread_and_leaves_no_trace(service: Service) -> None:
    before = await row_counts(service)
    assert await service.thread(f"{ORIGIN}/unknown?utm_source=x#part") == {
        "thread": {
            "url": f"{ORIGIN}/unknown",
            "title": None,
            "open": True,
            "count": 0,
            "revision": 0,
            "policy": {
                "email": "required",
                "hold": "everything",
                "notify": True,
                "limits": {"name": 80, "body": 5_000, "website": 300, "email": 254},
            },
        },
        "comments": [],
        "next": None,
    }
    assert await row_counts(service) == before


async def test_a_comment_shows_what_is_public_and_nothing_else(service: Service) -> None:
    public_id = await service.publish(name="Ada", email="ada@mail.example", website="w.example", body="*Words*")
    (comment,) = (await service.thread())["comments"]
    assert len(comment["author"].pop("key")) == 18
    assert comment == {
        "id": public_id,
        "parent": None,
        "author": {"name": "Ada", "website": "https://w.example/", "badge": None},
        "html": "<p><em>Words</em></p>",
        "created_at": "2026-11-22T09:30:00Z",
        "edited_at": None,
        "edited_by": None,
        "likes": 0,
        "replies": 0,
    }
    for path in ("/api/v1/thread?body=tree&", "/feed?", "/read?", f"/api/v1/replies?comment={public_id}&"):
        query = "" if "replies" in path else f"site=news&url={ARTICLE}"
        answer = await service.client.get((path + query).rstrip("&"))
        assert answer.status_code == 200, answer.text
        assert "mail.example" not in answer.text


async def test_html_and_tree_say_the_same(service: Service) -> None:
    await service.publish(body="A [link](https://a.example/) & *more*")
    (as_html,) = (await service.thread(body="html"))["comments"]
    (as_tree,) = (await service.thread(body="tree"))["comments"]
    assert "body" not in as_html
    assert "html" not in as_tree
    assert flat(as_tree["body"]) == ["p", "A ", "a", "link", " & ", "em", "more"]
    assert {**as_html, "html": None, "body": None} == {**as_tree, "html": None, "body": None}
    assert 'rel="ugc nofollow noopener noreferrer"' in as_html["html"]


def flat(tree: list[Any]) -> list[str]:
    """Names and texts in order."""
    return [word for node in tree for word in (flat(node) if isinstance(node, list) else [node]) if word != {}
            and not isinstance(word, dict)]  # fmt: skip


async def test_a_title_is_shown_once_something_is_public(service: Service) -> None:
    taken = await service.submit(title="The <title>")
    assert (await service.thread())["thread"]["title"] is None
    await service.decide(taken["comment"]["id"])
    assert (await service.thread())["thread"]["title"] == "The <title>"


async def test_every_spelling_of_an_address_leads_to_the_same_thread(service: Service) -> None:
    public_id = await service.publish(url=f"{ORIGIN}/a?b=2&a=1")
    for url in (
        f"{ORIGIN}/a?a=1&b=2",
        "HTTPS://News.Example:443/./x/../a?b=2&a=1#comments",
        f"{ORIGIN}/%61?b=2&utm_campaign=x&a=1&fbclid=y",
    ):
        assert await service.ids_in(url) == [public_id], url
    assert await service.ids_in(f"{ORIGIN}/a?a=1") == []


async def test_an_explicit_id_is_the_address_wherever_the_article_moves(service: Service) -> None:
    public_id = await service.publish(id="article 17")
    assert await service.ids_in(f"{ORIGIN}/moved", id=" article  17 ") == [public_id]
    assert await service.ids_in(ARTICLE) == []
    assert (await get(service, id="i" * 201)).json()["code"] == "malformed_parameter"
    assert (await get(service, id="i" * 200)).status_code == 200


async def test_roots_come_in_the_order_asked_for(service: Service) -> None:
    one, two, three = [await service.publish() for _ in range(3)]
    await set_likes(service, two, 5)
    await service.publish(url=f"{ORIGIN}/another")
    assert await service.ids_in() == [one, two, three]
    assert await service.ids_in(sort="oldest") == [one, two, three]
    assert await service.ids_in(sort="newest") == [three, two, one]
    await service.change_policy(SitePolicy())
    assert await service.ids_in(sort="top") == [two, three, one]


@pytest.mark.parametrize("sort", ["oldest", "newest", "top"])
async def test_pages_hold_every_root_once(service: Service, sort: str) -> None:
    roots = [await service.publish() for _ in range(45)]
    for number, root in enumerate(roots):
        await set_likes(service, root, number % 7)
    found: list[str] = []
    sizes: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await service.thread(sort=sort, **({"after": cursor} if cursor else {}))
        ids = [comment["id"] for comment in page["comments"]]
        found += ids
        sizes.append(len(ids))
        cursor = page["next"]
    assert sizes == [20, 20, 5]
    assert sorted(found) == sorted(roots)


async def test_what_is_posted_meanwhile_disturbs_no_page(service: Service) -> None:
    roots = [await service.publish() for _ in range(22)]
    first = await service.thread(sort="newest")
    await service.publish()
    await service.decide(roots[5], Decision.REJECT)
    rest = await service.ids_in(sort="newest", after=first["next"])
    assert rest == [roots[1], roots[0]]


async def test_a_wrong_cursor_is_told(service: Service) -> None:
    elsewhere = await service.publish(url=f"{ORIGIN}/another")
    root = await service.publish()
    for after in ("x", "a" * 24, elsewhere, "%"):
        answer = await get(service, after=after)
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed_parameter"), after
    answer = await get(service, url=f"{ORIGIN}/unknown", after=root)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_parameter")


async def test_replies_follow_their_root_and_the_rest_can_be_asked_for(service: Service) -> None:
    root = await service.publish()
    replies = [await service.publish(parent=root) for _ in range(3)]
    replies += [await service.publish(parent=replies[-1]) for _ in range(55)]
    page = await service.thread()
    assert [comment["id"] for comment in page["comments"]] == [root, *replies[:5]]
    assert page["comments"][0]["replies"] == 58

    first = (await get(service, "/api/v1/replies", comment=root)).json()
    assert [comment["id"] for comment in first["comments"]] == replies[:50]
    assert first["comments"][49]["parent"] == replies[2]
    second = (await get(service, "/api/v1/replies", comment=root, after=first["next"], body="tree")).json()
    assert [comment["id"] for comment in second["comments"]] == replies[50:]
    assert second["next"] is None
    assert "body" in second["comments"][0]
    after_five = (await get(service, "/api/v1/replies", comment=root, after=replies[4])).json()
    assert after_five["comments"][0]["id"] == replies[5]


async def test_replies_of_what_is_no_public_root_are_not_there(service: Service) -> None:
    root = await service.publish()
    reply = await service.publish(parent=root)
    pending = (await service.submit())["comment"]["id"]
    for comment in (reply, pending, "a" * 24, "x"):
        answer = await get(service, "/api/v1/replies", comment=comment)
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_comment"), comment
    answer = await get(service, "/api/v1/replies", comment=root, after=root)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_parameter")


async def test_a_removed_comment_with_replies_leaves_a_tombstone(service: Service) -> None:
    root = await service.publish(name="Gone", body="Gone words")
    reply = await service.publish(parent=root)
    await service.decide(root, Decision.DELETE)
    tombstone, kept = (await service.thread())["comments"]
    assert tombstone == {
        "id": root,
        "parent": None,
        "author": None,
        "html": "",
        "created_at": "2026-11-22T09:30:00Z",
        "edited_at": None,
        "edited_by": None,
        "likes": 0,
        "replies": 1,
        "tombstone": True,
    }
    assert kept["id"] == reply
    assert "Gone" not in (await get(service, body="tree")).text
    await service.decide(reply, Decision.DELETE)
    assert (await service.thread())["comments"] == []


async def test_a_closed_thread_says_so(service: Service) -> None:
    await service.publish()
    assert (await service.thread())["thread"]["open"] is True
    await set_open(service, is_open=False)
    assert (await service.thread())["thread"]["open"] is False


async def test_a_changed_policy_changes_the_thread_and_its_etag(service: Service) -> None:
    await service.publish()
    before = await get(service)
    await service.change_policy(SitePolicy(hold=HoldPolicy.FLAGGED, email=EmailPolicy.OPTIONAL))
    after = await get(service)
    assert (after.json()["thread"]["policy"]["email"], after.json()["thread"]["policy"]["hold"]) == (
        "optional",
        "flagged",
    )
    assert before.headers["etag"] != after.headers["etag"]


async def test_each_wrong_query_has_its_code(service: Service) -> None:
    await add_site(service, "other", "https://other.example")
    for query, status, code in (
        ("", 400, "missing_parameter"),
        ("site=news", 400, "missing_parameter"),
        ("site=&url=x", 400, "missing_parameter"),
        (f"site=news&url={ARTICLE}&x=1", 400, "unknown_parameter"),
        (f"site=news&url={ARTICLE}&site=news", 400, "unknown_parameter"),
        (f"site=news&url={ARTICLE}&sort=oldest&sort=oldest", 400, "unknown_parameter"),
        (f"site=news&url={ARTICLE}&sort=best", 400, "malformed_parameter"),
        (f"site=news&url={ARTICLE}&body=text", 400, "malformed_parameter"),
        (f"site=news&url={ARTICLE}&id=%00", 400, "malformed_parameter"),
        (f"site=news&url={ARTICLE}&id=%FF", 400, "malformed_parameter"),
        (f"site=news&url={ARTICLE}&id=%ED%A0%80", 400, "malformed_parameter"),
        (f"site=none&url={ARTICLE}", 404, "unknown_site"),
        (f"site=other&url={ARTICLE}", 403, "unknown_host"),
        ("site=news&url=x", 422, "malformed_url"),
    ):
        answer = await service.client.get(f"/api/v1/thread?{query}")
        assert (answer.status_code, answer.json()["code"]) == (status, code), (query, answer.text)
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["cache-control"] == "no-store"
