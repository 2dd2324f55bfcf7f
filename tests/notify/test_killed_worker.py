"""A worker that is killed after its mail was taken and before it could mark it: the worst moment there is."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from commentsvc.store.schema import outbox
from commentsvc.vault.key_file import create
from tests.notify.readers_desk import SENDER, ReadersDesk, open_readers_desk
from tests.support.mail_server import Postbox
from tests.support.service import SERVICE

pytestmark = pytest.mark.anyio

_WAIT_SECONDS = 60.0
_LOOK_SECONDS = 0.02
ADA = "ada@mail.example"


async def test_what_was_taken_is_sent_once_more_at_the_most_and_under_the_same_id(
    database_url: str, tmp_path: Path, postbox: Postbox
) -> None:
    async with open_readers_desk(database_url, tmp_path, postbox) as readers:
        create(tmp_path / "worker-keys.json", readers.service.ring)
        environment = _environment(database_url, tmp_path / "worker-keys.json", postbox)
        await readers.service.submit(email=ADA, notify=True)

        postbox.is_silent = True
        killed = await _start(environment)
        await _until_taken(postbox, 1)
        killed.kill()
        await killed.wait()
        (row,) = await _asked(readers)
        assert (row.attempts, row.sent_at) == (1, None)
        assert row.claimed_until is not None, "nobody else may take it yet"

        postbox.is_silent = False
        await _end_lease(readers)
        second = await _start(environment)
        try:
            await _until_sent(readers)
        finally:
            second.terminate()
            await second.wait()
        assert second.returncode == 0
        assert postbox.recipients == [ADA, ADA]
        assert len({str(mail["Message-ID"]) for mail in postbox.mails}) == 1
        assert [row.attempts for row in await _asked(readers)] == [2]
        await _end_lease(readers)
        assert await readers.work(after=timedelta(days=4)) == []


def _environment(database_url: str, key_file: Path, postbox: Postbox) -> Mapping[str, str]:
    return os.environ | {
        "COMMENTSVC_DATABASE_URL": database_url,
        "COMMENTSVC_KEY_FILE": str(key_file),
        "COMMENTSVC_PUBLIC_URL": SERVICE,
        "COMMENTSVC_SMTP_HOST": "127.0.0.1",
        "COMMENTSVC_SMTP_PORT": str(postbox.port),
        "COMMENTSVC_SMTP_SECURITY": "none",
        "COMMENTSVC_MAIL_FROM": SENDER,
    }


async def _start(environment: Mapping[str, str]) -> Process:
    command = (sys.executable, "-m", "commentsvc", "worker")
    return await asyncio.create_subprocess_exec(*command, env=environment, stdout=DEVNULL, stderr=DEVNULL)


async def _until_taken(postbox: Postbox, count: int) -> None:
    async with asyncio.timeout(_WAIT_SECONDS):
        while len(postbox.mails) < count:
            await asyncio.sleep(_LOOK_SECONDS)


async def _until_sent(readers: ReadersDesk) -> None:
    async with asyncio.timeout(_WAIT_SECONDS):
        while not all(row.sent_at for row in await _asked(readers)):
            await asyncio.sleep(_LOOK_SECONDS)


async def _asked(readers: ReadersDesk) -> list[sa.Row[tuple[object, ...]]]:
    return [row for row in await readers.rows() if row.event == "subscription_asked"]


async def _end_lease(readers: ReadersDesk) -> None:
    """As if its ten minutes had passed."""
    held = sa.update(outbox).where(outbox.c.claimed_until.is_not(None)).values(claimed_until=outbox.c.created_at)
    await readers.service.store.write(lambda conn: conn.execute(held))
