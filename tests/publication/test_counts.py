"""GET /api/v1/counts: many articles in one call."""

from urllib.parse import urlencode

import pytest

from tests.support.service import ARTICLE, ORIGIN, Service

pytestmark = pytest.mark.anyio


async def counts(service: Service, *urls: str) -> dict[str, int]:
    answer = await service.client.get(
        f"/api/v1/counts?{urlencode([('site', 'news'), *(('url', url) for url in urls)])}"
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, int] = answer.json()["counts"]
    return found


async def test_each_address_is_told_as_it_was_asked_for(service: Service) -> None:
    await service.publish()
    await service.publish()
    await service.submit()
    await service.publish(id="article 17", url=f"{ORIGIN}/b")
    asked = {
        ARTICLE: 2,
        f"{ARTICLE}#comments": 2,
        f"{ARTICLE}?utm_source=x": 2,
        f"{ORIGIN}/unknown": 0,
        "https://evil.example/": 0,
        "no address": 0,
        "article 17": 1,
        f"{ORIGIN}/b": 0,
    }
    assert await counts(service, *asked) == asked


async def test_the_same_address_twice_is_one(service: Service) -> None:
    await service.publish()
    assert await counts(service, ARTICLE, ARTICLE) == {ARTICLE: 1}


async def test_at_most_a_hundred_at_once(service: Service) -> None:
    urls = [f"{ORIGIN}/{number}" for number in range(101)]
    assert len(await counts(service, *urls[:100])) == 100
    answer = await service.client.get(
        f"/api/v1/counts?{urlencode([('site', 'news'), *(('url', url) for url in urls)])}"
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_parameter")


async def test_each_wrong_query_has_its_code(service: Service) -> None:
    for query, status, code in (
        ("site=news", 400, "missing_parameter"),
        (f"url={ARTICLE}", 400, "missing_parameter"),
        ("site=news&site=news&url=x", 400, "unknown_parameter"),
        ("site=news&url=x&sort=top", 400, "unknown_parameter"),
        ("site=news&url=%00", 400, "malformed_parameter"),
        ("site=none&url=x", 404, "unknown_site"),
    ):
        answer = await service.client.get(f"/api/v1/counts?{query}")
        assert (answer.status_code, answer.json()["code"]) == (status, code), query
