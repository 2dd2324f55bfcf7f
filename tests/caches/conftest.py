"""A real Varnish with the deployment's own file, in front of the service; `make test-caches` runs these."""

import http.client
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support import migrated
from tests.support.process import HOST, KEY, ServiceProcess, free_port, running_process

_CONFIG = Path(__file__).parents[2] / "deploy" / "varnish.vcl"
_WAIT_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Response:
    """What came through the cache."""

    status: int
    headers: dict[str, str]
    """By lower-case name."""
    body: bytes


@dataclass(frozen=True, slots=True)
class Front:
    """Varnish and the service behind it."""

    port: int
    service: ServiceProcess

    def ask(
        self,
        target: str,
        *,
        method: str = "GET",
        headers: dict[str, str] | None = None,
        body: bytes | None = None,
    ) -> Response:
        """One request through the cache."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=30)
        try:
            connection.request(method, target, body=body, headers=headers or {})
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Response(answer.status, found, answer.read())
        finally:
            connection.close()


@pytest.fixture
def front(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Front]:
    """Both, with a site that publishes at once; the parameter is how many seconds a cache may keep a thread."""
    (tmp_path / "varnish").mkdir()
    port = free_port()
    settings = {
        "COMMENTSVC_THREAD_SHARED_MAX_AGE_SECONDS": str(request.param),
        "COMMENTSVC_TRUSTED_PROXIES": f"{HOST}/32",
        "COMMENTSVC_PURGE_URL": f"http://{HOST}:{port}/",
        "COMMENTSVC_PURGE_METHOD": "PURGE",
        "COMMENTSVC_PURGE_HEADER": "xkey-purge",
    }
    with running_process(migrated.copy_sqlite(tmp_path / "comments.db"), tmp_path, settings=settings) as service:
        service.run("site", "edit", KEY, "--hold", "nothing")
        with _running_varnish(tmp_path / "varnish", port, service.port):
            yield Front(port, service)


def until(is_so: Callable[[], bool]) -> None:
    """Wait until it is."""
    deadline = time.monotonic() + _WAIT_SECONDS
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@contextmanager
def _running_varnish(folder: Path, port: int, service: int) -> Iterator[None]:
    config, text = folder / "varnish.vcl", _CONFIG.read_text()
    assert text.count('.port = "8000";') == 1
    config.write_text(text.replace('.port = "8000";', f'.port = "{service}";'))
    program = shutil.which("varnishd", path=f"{os.environ['PATH']}:/usr/sbin")
    assert program is not None, "varnishd is not installed: make test-caches does it"
    command = [program, "-F", "-j", "none", "-n", str(folder / "run"), "-a", f"{HOST}:{port}", "-f", str(config)]
    command += ["-p", "http_gzip_support=off", "-s", "malloc,16m"]
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    try:
        until(lambda: process.poll() is not None or _answers(port))
        assert process.poll() is None, (folder / "output").read_text()
        yield
    finally:
        process.terminate()
        process.wait(_WAIT_SECONDS)


def _answers(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), timeout=2).close()
    except OSError:
        return False
    return True
