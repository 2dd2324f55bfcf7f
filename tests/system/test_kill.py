"""`kill -9` under load: what was acknowledged is there, once and whole."""

import asyncio
import itertools
import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa

from commentsvc.store.engine import Store
from commentsvc.store.schema import author, comment, thread
from tests.support.process import ARTICLE, KEY, ORIGIN, ServiceProcess

WRITERS = 16
KILLS = 30
_RETRY_SECONDS = 0.01

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(240)]


@dataclass
class Writer:
    """A reader's browser: sends one comment after the other, each until it is acknowledged."""

    number: int
    service: ServiceProcess
    is_over: asyncio.Event
    is_up: asyncio.Event
    """Set while the service runs: whoever lost it waits here and spares the machine."""
    acknowledged: dict[str, str] = field(default_factory=dict)
    """Text → public id."""
    attempts: int = 0
    once: "Iterator[int]" = field(default_factory=itertools.count)

    async def write(self) -> None:
        """Until it is over, and the comment at hand is acknowledged."""
        async with httpx2.AsyncClient(base_url=self.service.public_url, timeout=10) as client:
            while not self.is_over.is_set():
                text = f"Comment {next(self.once)} of writer {self.number}."
                self.acknowledged[text] = await self._until_acknowledged(client, text)

    async def _until_acknowledged(self, client: httpx2.AsyncClient, text: str) -> str:
        key = secrets.token_hex(16)
        while True:
            self.attempts += 1
            try:
                answer = await client.post("/api/v1/comments", json=self._fields(text), headers=_headers(key))
            except httpx2.TransportError:
                await self.is_up.wait()
                await asyncio.sleep(_RETRY_SECONDS)
                continue
            if answer.status_code == 202:
                public_id: str = answer.json()["comment"]["id"]
                return public_id
            assert answer.status_code == 503, answer.text

    def _fields(self, text: str) -> dict[str, Any]:
        mine = f"{ARTICLE}?writer={self.number % 4}"
        return {"site": KEY, "url": mine, "name": "W", "email": f"w{self.number}@mail.example", "body": text}


def _headers(key: str) -> dict[str, str]:
    return {"Origin": ORIGIN, "Idempotency-Key": key}


async def test_no_acknowledged_comment_is_lost_or_doubled_by_thirty_kills(running: ServiceProcess) -> None:
    is_over, is_up = asyncio.Event(), asyncio.Event()
    is_up.set()
    writers = [Writer(number, running, is_over, is_up) for number in range(WRITERS)]
    writing = [asyncio.create_task(writer.write()) for writer in writers]
    for _ in range(KILLS):
        await _next_acknowledgement(writers)
        await asyncio.sleep(0.05 + secrets.randbelow(250) / 1_000)
        is_up.clear()
        await asyncio.to_thread(running.kill)
        await asyncio.to_thread(running.start)
        is_up.set()
    is_over.set()
    await asyncio.gather(*writing)
    running.stop()

    acknowledged = {text: public_id for writer in writers for text, public_id in writer.acknowledged.items()}
    attempts = sum(writer.attempts for writer in writers)
    assert len(acknowledged) >= KILLS, "hardly anything was written"
    assert attempts > len(acknowledged), "no kill hit a request"
    rows = await _rows(running.database_url)
    assert {row.source: row.public_id for row in rows} == acknowledged
    assert len(rows) == len(acknowledged)
    assert [row.source for row in rows if not _is_whole(row)] == []


async def test_writing_goes_on_after_an_acknowledged_request_was_sent_again(running: ServiceProcess) -> None:
    """The key of a request whose answer was lost in the kill still makes one comment."""
    key = secrets.token_hex(16)
    headers = _headers(key) | {"Content-Type": "application/json"}
    body = json.dumps(
        {"site": KEY, "url": ARTICLE, "name": "W", "email": "w@mail.example", "body": "Once, please."}
    ).encode()
    first = running.ask("POST", "/api/v1/comments", headers=headers, body=body)
    running.kill()
    running.start()
    again = running.ask("POST", "/api/v1/comments", headers=headers, body=body)
    assert (first.status, again.status) == (202, 202)
    assert json.loads(first.body)["comment"]["id"] == json.loads(again.body)["comment"]["id"]


async def _next_acknowledgement(writers: Sequence[Writer]) -> None:
    before = sum(len(writer.acknowledged) for writer in writers)
    while sum(len(writer.acknowledged) for writer in writers) == before:
        await asyncio.sleep(_RETRY_SECONDS)


async def _rows(url: str) -> list[Any]:
    """Every comment, joined with what it belongs to, where that exists."""
    query = (
        sa.select(comment, thread.c.address, author.c.sealed_email)
        .outerjoin(thread, thread.c.id == comment.c.thread_id)
        .outerjoin(author, author.c.id == comment.c.author_id)
    )
    store = Store(url)
    await store.open(migrate=False)
    rows = await store.read(lambda conn: list(conn.execute(query).all()))
    if "sqlite" in url:
        checks = await store.read(
            lambda conn: (
                conn.execute(sa.text("PRAGMA integrity_check")).scalar_one(),
                conn.execute(sa.text("PRAGMA foreign_key_check")).all(),
            )
        )
        assert checks == ("ok", [])
    await store.close()
    return rows


def _is_whole(row: Any) -> bool:
    return bool(
        row.address
        and row.sealed_email
        and row.html == f"<p>{row.source}</p>"
        and row.tree
        and row.idempotency_digest
        and row.submission_fingerprint
        and row.status == "pending"
    )
