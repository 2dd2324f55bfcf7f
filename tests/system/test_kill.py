"""`kill -9` under load: what was acknowledged is there, once and whole."""

import asyncio
import json
import secrets
from collections.abc import Sequence
from typing import Any

import pytest
import sqlalchemy as sa

from commentsvc.store.engine import Store
from commentsvc.store.schema import author, comment, thread
from tests.support.process import ARTICLE, KEY, ServiceProcess
from tests.support.writers import Writer, idempotent

WRITERS = 16
KILLS = 30

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(240)]


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
    headers = idempotent(key) | {"Content-Type": "application/json"}
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
        await asyncio.sleep(0.01)


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
