"""GET /api/v1/recent: a site's newest comments in short."""

from typing import Any

import pytest

from commentsvc.domain.status import Decision
from commentsvc.publication.list_recent import EXCERPT_CHARACTERS, excerpt
from tests.support.service import ARTICLE, ORIGIN, Service

pytestmark = pytest.mark.anyio


async def recent(service: Service, **query: str) -> list[dict[str, Any]]:
    answer = await service.client.get("/api/v1/recent", params={"site": "news", **query})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["comments"]
    return found


async def test_it_tells_who_wrote_what_where_and_when(service: Service) -> None:
    assert await recent(service) == []
    public_id = await service.publish(name="Ada", title="The title", body="*Words* & <b>more</b>\n\nand more")
    assert await recent(service) == [
        {
            "id": public_id,
            "url": f"{ARTICLE}#comment-{public_id}",
            "title": "The title",
            "author": {"name": "Ada", "badge": None},
            "excerpt": "Words & more and more",
            "created_at": "2026-11-22T09:30:00Z",
        }
    ]


async def test_the_newest_come_first_and_only_what_is_approved_comes_at_all(service: Service) -> None:
    published = [await service.publish(url=f"{ORIGIN}/{number}") for number in range(7)]
    await service.submit()
    await service.decide(published[-1], Decision.DELETE)
    assert [each["id"] for each in await recent(service)] == published[1:6][::-1]
    assert [each["id"] for each in await recent(service, limit="2")] == published[4:6][::-1]


async def test_it_says_nothing_of_an_address(service: Service) -> None:
    await service.publish(email="ada.canary@mail.example")
    assert "canary" not in str(await recent(service))


async def test_each_wrong_query_has_its_code(service: Service) -> None:
    wrong = [f"site=news&limit={limit}" for limit in ("0", "21", "-1", "1.5", "x", "٣", "1" * 5_000)]
    answers = [
        ("", 400, "missing_parameter"),
        ("site=none", 404, "unknown_site"),
        ("site=news&url=x", 400, "unknown_parameter"),
    ]
    for query, status, code in answers + [(each, 400, "malformed_parameter") for each in wrong]:
        answer: Any = await service.client.get(f"/api/v1/recent?{query}")
        assert (answer.status_code, answer.json()["code"]) == (status, code), query


def test_an_excerpt_ends_between_words_where_it_can() -> None:
    assert excerpt(" a\n\tb ") == "a b"
    assert excerpt("word " * 100) == f"{'word ' * 31}word…"
    assert excerpt("x" * 500) == f"{'x' * (EXCERPT_CHARACTERS - 1)}…"
    assert len(excerpt("x" * EXCERPT_CHARACTERS)) == EXCERPT_CHARACTERS
