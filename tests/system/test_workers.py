"""`commentsvc serve --workers N`: several processes behind one port, one database, one end."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bench.installation import publish_everything
from tests.support.process import ARTICLE, KEY, ORIGIN, ServiceProcess

_PATIENCE_SECONDS = 60.0


def children(pid: int) -> set[int]:
    """Processes that this one has started and that answer; the one that helps to hand over sockets does not."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return {int(child) for child in listed if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()}


def wait_until(is_so: Callable[[], bool]) -> None:
    """Look again until something holds."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def post(service: ServiceProcess, number: int) -> int:
    """Leave a comment; the status of the answer."""
    fields = {"site": KEY, "url": ARTICLE, "name": "Ada", "email": "ada@mail.example", "body": f"Number {number}."}
    headers = {"Content-Type": "application/json", "Origin": ORIGIN}
    return service.ask("POST", "/api/v1/comments", headers=headers, body=json.dumps(fields).encode()).status


@pytest.fixture
def service(database_url: str, tmp_path: Path) -> Iterator[ServiceProcess]:
    several = ServiceProcess(database_url, tmp_path, options=("--workers", "2"))
    several.run("site", "add", KEY, "--origin", ORIGIN)
    several.start()
    yield several
    assert several.process is not None
    if several.process.poll() is None:
        several.stop()


def test_several_processes_serve_together_and_one_that_dies_is_replaced(service: ServiceProcess) -> None:
    wait_until(lambda: len(children(service.pid)) == 2)
    assert {post(service, number) for number in range(20)} == {202}
    before = children(service.pid)
    victim = min(before)
    os.kill(victim, signal.SIGKILL)
    wait_until(lambda: len(children(service.pid) - before) == 1)
    wait_until(lambda: service.ask("GET", "/readyz").status == 200)
    assert {post(service, number) for number in range(20, 40)} == {202}
    assert publish_everything(service.database_url) == 40
    remaining = children(service.pid)
    assert service.stop() == 0
    assert not [pid for pid in remaining if Path(f"/proc/{pid}").exists()]
