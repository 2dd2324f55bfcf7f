"""A reader likes a comment from the site's page: counted once, taken back as easily, and stored under no name."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.status import Decision
from commentsvc.store.schema import metadata
from tests.support.inside import add_site
from tests.support.service import ARTICLE, ORIGIN, Service

pytestmark = pytest.mark.anyio

ADA, BO = "A-da_" * 6, "b" * 22
NETWORK = "198.51.100.7"


async def _like(
    service: Service, public_id: str, reader: object = ADA, *, liked: object = True, ip: str = NETWORK, **headers: str
) -> Any:
    sent = {"Content-Type": "application/json", "Origin": ORIGIN, "X-Forwarded-For": ip} | headers
    body = json.dumps({"reader": reader, "liked": liked}).encode()
    return await service.client.post(f"/api/v1/comments/{public_id}/likes", content=body, headers=sent)


async def _likes(service: Service, **query: str) -> dict[str, int]:
    return {each["id"]: each["likes"] for each in (await service.thread(**query))["comments"]}


async def test_a_like_counts_once_is_seen_at_once_and_is_taken_back(service: Service) -> None:
    public_id = await service.publish()
    assert await _likes(service) == {public_id: 0}
    answer, again = await _like(service, public_id), await _like(service, public_id)
    assert (answer.status_code, answer.json()) == (200, {"likes": 1, "liked": True})
    assert again.json() == answer.json()
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert (await _like(service, public_id, BO)).json() == {"likes": 2, "liked": True}
    assert await _likes(service) == {public_id: 2}
    for _ in range(2):
        assert (await _like(service, public_id, liked=False)).json() == {"likes": 1, "liked": False}
    assert await _likes(service) == {public_id: 1}
    page = await service.client.get("/read", params={"site": "news", "url": ARTICLE})
    assert "· 1 like<" in page.text


async def test_the_most_liked_come_first(service: Service) -> None:
    ids = [await service.publish() for _ in range(3)]
    await _like(service, ids[1])
    assert await service.ids_in(sort="top") == [ids[1], ids[2], ids[0]]


async def test_each_fault_has_its_code(service: Service) -> None:
    public_id = await service.publish()
    await add_site(service, "other", "https://other.example")
    for answer, status, code in (
        (await _like(service, "a" * 24), 404, "unknown_comment"),
        (await _like(service, "no-id"), 404, "unknown_comment"),
        (await _like(service, public_id, Origin="https://other.example"), 403, "foreign_origin"),
        (await _like(service, public_id, "short"), 422, "invalid_input"),
        (await _like(service, public_id, "a" * 65), 422, "invalid_input"),
        (await _like(service, public_id, "\u00e4" * 30), 422, "invalid_input"),
        (await _like(service, public_id, 7), 422, "invalid_input"),
        (await _like(service, public_id, liked="yes"), 422, "invalid_input"),
        (await _like(service, public_id, **{"Content-Type": "text/plain"}), 415, "unsupported_media_type"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await _likes(service) == {public_id: 0}


async def test_what_is_not_public_looks_as_if_it_did_not_exist(service: Service) -> None:
    pending = (await service.submit())["comment"]["id"]
    root = await service.publish()
    await service.publish(parent=root)
    await service.decide(root, Decision.DELETE)  # its place stays, for the reply
    answers = [await _like(service, public_id) for public_id in (pending, root, "z" * 24)]
    assert {answer.content for answer in answers} == {answers[0].content}
    assert answers[0].json()["code"] == "unknown_comment"


async def test_a_preflight_lets_registered_pages_go_on(service: Service) -> None:
    path = f"/api/v1/comments/{'a' * 24}/likes"
    let_in = await service.client.options(path, headers={"Origin": ORIGIN})
    assert (let_in.status_code, let_in.headers["access-control-allow-methods"]) == (204, "POST")
    assert (await service.client.options(path, headers={"Origin": "https://evil.example"})).status_code == 403


async def test_one_network_has_five_new_likes_for_a_comment_a_day_and_may_always_take_back(service: Service) -> None:
    public_id, other = await service.publish(), await service.publish()
    readers = [f"reader-{number}".ljust(22, "x") for number in range(7)]
    answers = [await _like(service, public_id, reader) for reader in readers]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
    assert int(answers[-1].headers["retry-after"]) > 3_600
    assert (await _like(service, public_id, readers[0])).json() == {"likes": 5, "liked": True}  # nothing new
    for reader in readers[:2]:
        assert (await _like(service, public_id, reader, liked=False)).status_code == 200
    assert (await _like(service, public_id, readers[0])).status_code == 429
    assert (await _like(service, other)).status_code == 200
    assert (await _like(service, public_id, readers[6], ip="203.0.113.9")).json() == {"likes": 4, "liked": True}
    service.clock.advance(timedelta(days=1))
    assert (await _like(service, public_id, readers[0])).status_code == 200


async def test_a_flood_from_one_network_is_refused_and_others_go_on(service: Service) -> None:
    public_id = await service.publish()
    answers = [await _like(service, public_id, liked=number % 2 == 0) for number in range(31)]
    assert answers[-1].status_code == 429
    assert (await _like(service, public_id, ip="2001:db8::1")).status_code == 200


async def test_likes_at_one_moment_are_all_counted(service: Service) -> None:
    public_id = await service.publish()
    sent = [_like(service, public_id, f"{n}".rjust(22, "r"), ip=f"10.1.{n}.1") for n in range(10) for _ in range(2)]
    assert {answer.status_code for answer in await asyncio.gather(*sent)} == {200}
    assert await _likes(service) == {public_id: 10}


async def test_neither_the_token_nor_the_network_is_stored_and_two_likes_of_a_device_differ(service: Service) -> None:
    for public_id in (await service.publish(), await service.publish()):
        await _like(service, public_id)

    def everything(conn: Connection) -> list[object]:
        rows = [row for table in metadata.sorted_tables for row in conn.execute(sa.select(table))]
        return [value for row in rows for value in row]

    values = await service.store.read(everything)
    marks = [value for value in values if isinstance(value, bytes) and len(value) == 16]
    assert len(marks) == len(set(marks)) > 2
    stored = b"\n".join(value if isinstance(value, bytes) else str(value).encode() for value in values)
    for canary in (ADA, NETWORK, ADA.encode().hex()):
        assert canary.encode() not in stored


async def test_ones_own_comment_tells_how_many_like_it(service: Service) -> None:
    taken = await service.submit()
    public_id = taken["comment"]["id"]
    await service.decide(public_id)
    await _like(service, public_id)
    headers = {"Content-Type": "application/json", "Origin": ORIGIN}
    body = json.dumps({"receipts": [taken["receipt"]]}).encode()
    answer = await service.client.post("/api/v1/receipts", content=body, headers=headers)
    assert answer.json()["comments"][0]["likes"] == 1
