"""Public answers are made to be kept: strong ETags, 304, three codings, and nothing that depends on who asks."""

import gzip
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import brotli
import pytest

from tests.support import migrated
from tests.support.service import ARTICLE, Service, running_service

pytestmark = pytest.mark.anyio

PATHS = (
    f"/api/v1/thread?site=news&url={ARTICLE}",
    f"/api/v1/counts?site=news&url={ARTICLE}" + "".join(f"&url=https://news.example/{i}" for i in range(20)),
    f"/feed?site=news&url={ARTICLE}",
    "/feed?site=news",
    f"/fragment?site=news&url={ARTICLE}&format=json-ld",
    "/api/v1/recent?site=news",
    "/static/pages.css",
)


@pytest.fixture
async def quick(tmp_path: Path) -> AsyncIterator[Service]:
    """On one engine: what is tested here stands in front of the database."""
    url = migrated.copy_sqlite(tmp_path / "comments.db")
    async with running_service(url, tmp_path, thread_max_age_seconds=7, thread_shared_max_age_seconds=8) as running:
        yield running


async def get(service: Service, path: str, coding: str = "identity", **headers: str) -> Any:
    """The answer with its body as it went over the wire."""
    sent = {"Accept-Encoding": coding} | {name.replace("_", "-"): value for name, value in headers.items()}
    async with service.client.stream("GET", path, headers=sent) as answer:
        raw = b"".join([chunk async for chunk in answer.aiter_raw()])
    return answer, raw


async def test_all_codings_hold_the_same_bytes(quick: Service) -> None:
    await quick.publish(body="Words " * 100)
    for path in PATHS:
        plain, body = await get(quick, path)
        assert plain.status_code == 200
        assert "content-encoding" not in plain.headers
        for coding, decode in (("gzip", gzip.decompress), ("br", brotli.decompress)):
            answer, raw = await get(quick, path, coding)
            assert answer.headers["content-encoding"] == coding, path
            assert len(raw) < len(body)
            assert decode(raw) == body
            assert "Accept-Encoding" in answer.headers["vary"]
            assert answer.headers["content-type"] == plain.headers["content-type"]


async def test_the_best_coding_that_the_client_takes_is_sent(quick: Service) -> None:
    await quick.publish(body="Words " * 100)
    for offered, sent in (
        ("gzip, deflate, br", "br"),
        ("gzip, deflate", "gzip"),
        ("BR;q=0.1, gzip", "br"),
        ("br;q=0, gzip", "gzip"),
        ("br; q=0.000, gzip;Q=0", None),
        ("deflate, zstd", None),
        ("", None),
        ("*", None),
    ):
        answer, _ = await get(quick, PATHS[0], offered)
        assert answer.headers.get("content-encoding") == sent, offered


async def test_etags_are_strong_and_differ_by_coding(quick: Service) -> None:
    await quick.publish(body="Words " * 100)
    for path in PATHS:
        tags = {(await get(quick, path, coding))[0].headers["etag"] for coding in ("identity", "gzip", "br")}
        assert len(tags) == 3
        assert all(tag.startswith('"') and tag.endswith('"') for tag in tags)


async def test_what_the_client_has_is_not_sent_again(quick: Service) -> None:
    await quick.publish(body="Words " * 100)
    for path in PATHS:
        tag = (await get(quick, path, "br"))[0].headers["etag"]
        for known in (tag, f'"x", {tag}', f"W/{tag}", "*", f'  {tag} , "y"'):
            answer, raw = await get(quick, path, "br", If_None_Match=known)
            assert (answer.status_code, raw) == (304, b""), (path, known)
            assert answer.headers["etag"] == tag
            assert {"cache-control", "vary"} <= set(answer.headers)
        for other in ('"x"', tag.replace("-br", "-gzip"), tag.strip('"'), ""):
            answer, _ = await get(quick, path, "br", If_None_Match=other)
            assert answer.status_code == 200, (path, other)


async def test_a_new_comment_moves_the_etag_and_a_pending_one_does_not(quick: Service) -> None:
    await quick.publish()
    for path in PATHS[:4]:
        before = (await get(quick, path))[0].headers["etag"]
        taken = await quick.submit()
        assert (await get(quick, path))[0].headers["etag"] == before
        await quick.decide(taken["comment"]["id"])
        assert (await get(quick, path))[0].headers["etag"] != before


async def test_caches_may_keep_it_and_serve_it_while_we_are_down(quick: Service) -> None:
    for path in PATHS[:4]:
        answer, _ = await get(quick, path)
        assert answer.headers["cache-control"] == (
            "public, max-age=7, s-maxage=8, stale-while-revalidate=60, stale-if-error=86400"
        )
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "set-cookie" not in answer.headers


async def test_nothing_depends_on_who_asks(quick: Service) -> None:
    await quick.publish()
    for path in PATHS:
        bodies = set()
        for headers in ({}, {"Origin": "https://evil.example"}, {"Cookie": "a=b"}, {"X_Forwarded_For": "192.0.2.9"}):
            answer, raw = await get(quick, path, **headers)
            assert "Origin" not in answer.headers.get("vary", "")
            bodies.add((raw, answer.headers["etag"]))
        assert len(bodies) == 1


async def test_head_tells_what_get_would(quick: Service) -> None:
    await quick.publish(body="Words " * 100)
    for path in PATHS:
        plain, _ = await get(quick, path)
        head = await quick.client.head(path, headers={"Accept-Encoding": "identity"})
        assert (head.status_code, head.headers["etag"]) == (200, plain.headers["etag"])
        assert head.headers["content-length"] == plain.headers["content-length"]
