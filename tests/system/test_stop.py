"""The service stops promptly when it is told to, also while moderators follow the queue."""

import http.client
import signal
import time
from contextlib import closing

import pytest

from tests.support.process import HOST, ServiceProcess
from tests.system.canaries import Canary, ipv4
from tests.system.signed_in import Moderator

_PROMPT_SECONDS = 10.0
"""Without an end of the streams it would wait for twenty."""
_ENDED = {0, -signal.SIGTERM}


@pytest.fixture
def moderator(running_on_sqlite: ServiceProcess) -> Moderator:
    """Signed in by link."""
    who = Moderator(running_on_sqlite, Canary(1, ipv4(1)))
    who.sign_in_by_link()
    return who


def test_open_streams_do_not_keep_the_service_from_stopping(
    running_on_sqlite: ServiceProcess, moderator: Moderator
) -> None:
    cookies = "; ".join(f"{name}={value}" for name, value in moderator.cookies.items())
    with closing(http.client.HTTPConnection(HOST, running_on_sqlite.port, timeout=30)) as connection:
        connection.request("GET", "/moderation/events", headers={"Cookie": cookies, "Accept": "text/event-stream"})
        with closing(connection.getresponse()) as stream:
            assert (stream.status, stream.getheader("X-Accel-Buffering")) == (200, "no")
            assert stream.readline() == b"retry: 3000\n"
            began = time.monotonic()
            assert running_on_sqlite.stop() in _ENDED
            assert time.monotonic() - began < _PROMPT_SECONDS
            assert stream.read() == b"\n"
