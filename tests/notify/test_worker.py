"""The worker where it really runs: inside the service, and as a process of its own."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import psutil
import pytest

from commentsvc.app import create_app
from commentsvc.domain.errors import CommentsvcError
from commentsvc.notify.worker import working
from commentsvc.settings import Settings, SettingsError, load_settings
from commentsvc.vault.key_file import create
from tests.notify.desk import SENDER, Desk

pytestmark = pytest.mark.anyio

WAIT_SECONDS = 30.0


async def _until_mailed(desk: Desk, count: int = 1) -> None:
    async with asyncio.timeout(WAIT_SECONDS):
        while len(desk.postbox.mails) < count:
            await asyncio.sleep(0.02)


def _settings(desk: Desk, database_url: str, **more: object) -> Settings:
    mail = {"smtp_host": "127.0.0.1", "smtp_port": desk.postbox.port, "smtp_security": "none", "mail_from": SENDER}
    return load_settings(database_url=database_url, public_url=desk.place.origin, **(mail | more))


async def test_the_service_sends_by_itself(desk: Desk, database_url: str) -> None:
    await desk.comment()
    app = create_app(_settings(desk, database_url), desk.place.ring, clocks=desk.clocks)
    async with app.router.lifespan_context(app):
        assert [task for task in asyncio.all_tasks() if "Worker.run" in repr(task)]
        await _until_mailed(desk)
    assert desk.postbox.recipients == ["mo@desk.example"]
    assert all(row.sent_at for row in await desk.rows())


@pytest.mark.parametrize("reason", ["setting", "no private key"])
async def test_the_service_sends_nothing_where_it_shall_not_or_cannot(
    desk: Desk, database_url: str, reason: str
) -> None:
    await desk.comment()
    is_set = reason != "setting"
    ring = desk.place.ring.public_half() if is_set else desk.place.ring
    app = create_app(_settings(desk, database_url, worker_in_service=is_set), ring, clocks=desk.clocks)
    async with app.router.lifespan_context(app):
        assert [task for task in asyncio.all_tasks() if "Worker.run" in repr(task)] == []
    assert desk.postbox.mails == []


async def test_only_the_worker_is_given_what_opens_addresses(desk: Desk, database_url: str) -> None:
    app = create_app(_settings(desk, database_url), desk.place.ring, clocks=desk.clocks)
    private = [pair.private for pair in desk.place.ring.sealing]
    held = repr([vars(part) if hasattr(part, "__dict__") else part for part in app.state.parts.values()])
    assert not any(repr(key) in held for key in private)
    assert "Opener" not in held


async def test_a_database_that_is_away_is_waited_for(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commentsvc.notify.worker.PAUSE_SECONDS", 0.01)
    await desk.comment()
    worker, failures = desk.worker(), 0
    work_once = worker.work_once

    async def away_at_first() -> int:
        nonlocal failures
        failures += 1
        if failures == 1:
            raise CommentsvcError("away")
        if failures == 2:
            raise ZeroDivisionError
        return await work_once()

    monkeypatch.setattr(worker, "work_once", away_at_first)
    async with working(worker):
        await _until_mailed(desk)
    assert failures >= 3


async def test_the_command_sends_with_no_open_port_and_ends_when_told(
    desk: Desk, database_url: str, tmp_path: Path
) -> None:
    await desk.comment()  # long ago by the machine's own clock, so it is due
    create(tmp_path / "keys.json", desk.place.ring)
    environment = os.environ | {
        "COMMENTSVC_DATABASE_URL": database_url,
        "COMMENTSVC_KEY_FILE": str(tmp_path / "keys.json"),
        "COMMENTSVC_PUBLIC_URL": desk.place.origin,
        "COMMENTSVC_SMTP_HOST": "127.0.0.1",
        "COMMENTSVC_SMTP_PORT": str(desk.postbox.port),
        "COMMENTSVC_SMTP_SECURITY": "none",
        "COMMENTSVC_MAIL_FROM": SENDER,
    }
    command = (sys.executable, "-m", "commentsvc", "worker")
    process = await asyncio.create_subprocess_exec(*command, env=environment, stderr=asyncio.subprocess.PIPE)
    await _until_mailed(desk)
    connections = psutil.Process(process.pid).net_connections()
    assert [each for each in connections if each.status == psutil.CONN_LISTEN] == []
    process.send_signal(signal.SIGTERM)
    _, said = await asyncio.wait_for(process.communicate(), WAIT_SECONDS)
    assert process.returncode == 0
    assert b"worker_stopped" in said
    assert b"mo@desk.example" not in said


def test_a_mail_server_needs_a_sender() -> None:
    with pytest.raises(SettingsError, match="COMMENTSVC_MAIL_FROM must be given"):
        load_settings(smtp_host="smtp.example.org")
    for wrong in ("comments", "Comments <comments@example.org>", "a@b\r\nBcc: c@d", "@", "a b@example.org"):
        with pytest.raises(SettingsError, match="COMMENTSVC_MAIL_FROM"):
            load_settings(smtp_host="smtp.example.org", mail_from=wrong)
    assert "hunter2" not in repr(load_settings(smtp_password="hunter2"))
