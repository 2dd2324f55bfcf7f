"""How soon one process shows what was decided in another, both on one database."""

import http.client
import itertools
import json
import os
import time
from pathlib import Path

from bench.installation import SERVER_CORE, THREAD
from tests.support.process import HOST, ServiceProcess
from tests.system.canaries import Canary, ipv4
from tests.system.signed_in import Moderator

TIMES = 50
_PAUSE_SECONDS = 0.001
_PATIENCE_SECONDS = 10.0


def notice_decisions(one: ServiceProcess, folder: Path) -> list[float]:
    """Milliseconds from the answer to a decision until the other's thread is another one, in order of length."""
    two = ServiceProcess(one.database_url, folder, {"COMMENTSVC_KEY_FILE": str(one.key_file)})
    two.start()
    os.sched_setaffinity(two.pid, {SERVER_CORE})
    try:
        decide = _decider(one)
        reader = http.client.HTTPConnection(HOST, two.port, timeout=30)
        return sorted(_notice(reader, decide, number) for number in range(TIMES))
    finally:
        two.stop()


class _decider:  # noqa: N801 - used like a function
    """Rejects and approves the first comment in turn, as a script does it."""

    def __init__(self, service: ServiceProcess) -> None:
        mo = Moderator(service, Canary(1, ipv4(1)))
        mo.invite()
        token = service.run("token", "add", mo.canary.email, "--name", "bench").split()[-1]
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._service = service
        comments = json.loads(service.ask("GET", THREAD).body)["comments"]
        self._path = f"/api/v1/moderation/comments/{comments[0]['id']}/decisions"
        self._decisions = itertools.cycle(["reject", "approve"])

    def __call__(self) -> None:
        body = json.dumps({"decision": next(self._decisions)}).encode()
        done = self._service.ask("POST", self._path, headers=self._headers, body=body)
        assert done.status == 200, done.body  # noqa: PLR2004 - 200 OK


def _notice(reader: http.client.HTTPConnection, decide: "_decider", number: int) -> float:
    time.sleep(number * 0.137 % 0.1)  # at another moment between two looks each time
    before = _etag(reader)
    decide()
    began = time.monotonic()
    while _etag(reader) == before:
        assert time.monotonic() < began + _PATIENCE_SECONDS
        time.sleep(_PAUSE_SECONDS)
    return (time.monotonic() - began) * 1_000


def _etag(reader: http.client.HTTPConnection) -> str | None:
    reader.request("GET", THREAD)
    answer = reader.getresponse()
    answer.read()
    return answer.headers["ETag"]
