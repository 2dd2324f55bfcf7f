"""How often somebody may post, told with the seconds to wait, and never at somebody else's cost."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from commentsvc.domain.site import HoldPolicy, SitePolicy
from tests.store.count_statements import listening
from tests.support import migrated
from tests.support.inside import add_site, findings, form_token, row_counts
from tests.support.service import ORIGIN, Service, running_service

pytestmark = pytest.mark.anyio

HERE, ELSEWHERE = "192.0.2.1", "198.51.100.1"


@pytest.fixture
async def strict(tmp_path: Path) -> AsyncIterator[Service]:
    """A service that soon has enough; the limiter is in memory, so one engine will do."""
    limits = {"thread_posts_per_minute": 4, "site_posts_per_hour": 6}
    async with running_service(migrated.copy_sqlite(tmp_path / "comments.db"), tmp_path, **limits) as running:
        yield running


async def statuses(service: Service, count: int, *, ip: str | None = None, **changes: Any) -> list[int]:
    return [(await service.post(service.submission(**changes), ip=ip)).status_code for _ in range(count)]


async def test_after_three_in_a_row_a_reader_waits(strict: Service) -> None:
    assert await statuses(strict, 3, ip=HERE) == [202, 202, 202]
    before = await row_counts(strict)
    answer = await strict.post(strict.submission(), ip=HERE)
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")
    assert answer.headers["retry-after"] == "20"
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert "Retry-After" in answer.headers["access-control-expose-headers"]
    assert await row_counts(strict) == before

    strict.clock.advance(timedelta(seconds=19))
    assert await statuses(strict, 1, ip=HERE) == [429]
    strict.clock.advance(timedelta(seconds=1))
    assert await statuses(strict, 2, ip=HERE) == [202, 429]


async def test_another_network_and_another_site_are_not_concerned(strict: Service) -> None:
    await add_site(strict, "other", ORIGIN)
    assert await statuses(strict, 4, ip=HERE) == [202, 202, 202, 429]
    assert await statuses(strict, 1, ip=ELSEWHERE) == [202]
    assert await statuses(strict, 1, ip=HERE, site="other") == [202]


async def test_two_addresses_of_one_ipv6_network_share(strict: Service) -> None:
    assert await statuses(strict, 2, ip="2001:db8:1:2::1") == [202, 202]
    assert await statuses(strict, 2, ip="2001:db8:1:2:ffff:ffff:ffff:ffff") == [202, 429]
    assert await statuses(strict, 1, ip="2001:db8:1:3::1") == [202]


async def test_an_ipv4_address_mapped_into_ipv6_is_itself(strict: Service) -> None:
    assert await statuses(strict, 3, ip=HERE) == [202, 202, 202]
    assert await statuses(strict, 1, ip=f"::ffff:{HERE}") == [429]


async def test_twenty_in_an_hour_are_enough(service: Service) -> None:
    for _ in range(20):
        assert await statuses(service, 1, ip=HERE) == [202]
        service.clock.advance(timedelta(seconds=20))
    assert await statuses(service, 1, ip=HERE) == [202]  # in the meantime time has brought two more
    assert await statuses(service, 1, ip=HERE) == [202]
    answer = await service.post(service.submission(), ip=HERE)
    assert answer.status_code == 429
    service.clock.advance(timedelta(seconds=int(answer.headers["retry-after"])))
    assert await statuses(service, 1, ip=HERE) == [202]


async def test_a_full_thread_costs_its_next_reader_nothing(strict: Service) -> None:
    """Whom the thread's limit refuses has not used up their own."""
    assert await statuses(strict, 4) == [202] * 4
    answer = await strict.post(strict.submission(), ip=HERE)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "15")
    assert await statuses(strict, 5, ip=HERE) == [429] * 5
    assert await statuses(strict, 3, ip=HERE, url=f"{ORIGIN}/another") == [202] * 3


async def test_a_reader_who_is_refused_fills_no_thread(strict: Service) -> None:
    assert await statuses(strict, 10, ip=HERE) == [202] * 3 + [429] * 7
    assert await statuses(strict, 1, ip=ELSEWHERE) == [202]


async def test_what_is_not_valid_costs_nothing(strict: Service) -> None:
    assert await statuses(strict, 10, ip=HERE, body="") == [422] * 10
    assert await statuses(strict, 10, ip=HERE, body="http://a.example/ " * 30) == [422] * 10
    assert await statuses(strict, 3, ip=HERE) == [202] * 3


async def test_a_flooded_site_holds_everything_and_says_why(strict: Service) -> None:
    await strict.change_policy(SitePolicy(hold=HoldPolicy.NOTHING))
    urls = [f"{ORIGIN}/{number}" for number in range(8)]
    token = await form_token(strict)
    answers = [await strict.post(strict.submission(url=url, form_token=token)) for url in urls]
    assert [answer.status_code for answer in answers] == [201] * 6 + [202] * 2
    found = [await findings(strict, answer.json()["comment"]["id"]) for answer in answers]
    assert ["flood" in each for each in found] == [False] * 6 + [True] * 2
    assert found[-1]["flood"]["words"] == "This site gets unusually many comments just now"

    strict.clock.advance(timedelta(minutes=10))
    assert await statuses(strict, 2, form_token=token) == [201, 202]


async def test_previews_receipts_and_form_tokens_have_a_limit_of_their_own(strict: Service) -> None:
    sent = {"Content-Type": "application/json", "X-Forwarded-For": HERE}

    async def ask(path: str, body: bytes) -> Any:
        return await strict.client.post(path, content=body, headers=sent)

    for path, body in (
        ("/api/v1/preview", b'{"site": "news", "body": "Words."}'),
        ("/api/v1/receipts", b'{"receipts": []}'),
    ):
        assert {(await ask(path, body)).status_code for _ in range(120)} == {200}
        answer = await ask(path, body)
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")
    assert await statuses(strict, 1, ip=HERE) == [202]


async def test_without_a_limit_between_posts_only_the_hour_counts(tmp_path: Path) -> None:
    limits = {"seconds_between_posts": 0, "posts_per_hour": 5}
    async with running_service(migrated.copy_sqlite(tmp_path / "comments.db"), tmp_path, **limits) as service:
        assert await statuses(service, 6, ip=HERE) == [202] * 5 + [429]


async def test_a_flood_from_one_network_is_refused_before_the_database_is_asked(strict: Service) -> None:
    for _ in range(120):
        await strict.post(strict.submission(), ip="203.0.113.7")
    with listening(strict.store) as heard:
        answer = await strict.post(strict.submission(), ip="203.0.113.7", headers={"Idempotency-Key": "k" * 32})
    assert (answer.status_code, heard.statements) == (429, [])
