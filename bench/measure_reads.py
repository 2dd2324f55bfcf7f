"""Thread reads a second, beside a bare ASGI app and a static nginx that send the same bytes, in the same run."""

import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.installation import CLIENT_CORE, SERVER_CORE, THREAD
from bench.isso import FIRST_PAGE, VERSION, WHOLE
from tests.support.nginx import nginx_program, running_nginx
from tests.support.process import HOST, ROOT, ServiceProcess, free_port

_ROUNDS = 5
_SECONDS = 3
_CONNECTIONS = 32


@dataclass(frozen=True, slots=True)
class Reads:
    """Requests a second, round by round, by what was asked."""

    rounds: dict[str, list[float]]
    compressed_bytes: int

    def median(self, what: str) -> float:
        """Over the rounds."""
        return statistics.median(self.rounds[what])

    def spread(self, what: str) -> tuple[float, float]:
        """Slowest and fastest round."""
        return min(self.rounds[what]), max(self.rounds[what])


BARE, THREAD_READ, UNCHANGED = "bare ASGI app", "thread", "thread, 304"
ISSO_PAGE, ISSO_WHOLE = f"Isso {VERSION}, 20 comments", f"Isso {VERSION}, all 100 comments"
STATIC, FRONTED = "nginx, static file", "nginx in front of the service, cached"


def compare_reads(service: ServiceProcess, folder: Path, isso_port: int | None) -> Reads:
    """Ask all of them in turn, several rounds; each server has the same one core."""
    answer = service.ask("GET", THREAD, headers={"Accept-Encoding": "br"})
    assert answer.header("content-encoding") == "br"
    body = folder / "body.br"
    body.write_bytes(answer.body)
    etag = answer.header("etag")
    assert etag is not None
    bare_port = free_port()
    nginx_folder = folder / "nginx"
    nginx_folder.mkdir()
    with (
        _bare_app(body, bare_port),
        _static_nginx(body, folder) as static_port,
        running_nginx(nginx_folder, upstream=f"{HOST}:{service.port}") as nginx,
    ):
        _pin_family(nginx.pid)
        asked: dict[str, tuple[str, ...]] = {
            BARE: (f"http://{HOST}:{bare_port}/",),
            THREAD_READ: (f"{service.public_url}{THREAD}",),
            UNCHANGED: (f"{service.public_url}{THREAD}", f"If-None-Match: {etag}"),
            STATIC: (f"http://{HOST}:{static_port}/body.br",),
            FRONTED: (f"http://{HOST}:{nginx.port}{THREAD}",),
        }
        if isso_port is not None:
            asked[ISSO_PAGE] = (f"http://{HOST}:{isso_port}{FIRST_PAGE}",)
            asked[ISSO_WHOLE] = (f"http://{HOST}:{isso_port}{WHOLE}",)
        rounds: dict[str, list[float]] = {what: [] for what in asked}
        for _ in range(_ROUNDS):
            for what, (url, *headers) in asked.items():
                rounds[what].append(_wrk(url, *headers))
    return Reads(rounds, len(answer.body))


@contextmanager
def _static_nginx(body: Path, folder: Path) -> Iterator[int]:
    """One nginx worker that sends the file as it lies there."""
    port = free_port()
    config = folder / "static.conf"
    config.write_text(
        f"pid {folder}/static.pid; worker_processes 1; error_log stderr alert; events {{ worker_connections 1024; }}\n"
        f"http {{ access_log off; sendfile on; tcp_nopush on; open_file_cache max=10; keepalive_requests 1000000;\n"
        f"server {{ listen {HOST}:{port}; root {body.parent}; }} }}\n"
    )
    account = "user root; " if os.geteuid() == 0 else ""
    command = [nginx_program(), "-e", "stderr", "-c", str(config), "-g", f"{account}daemon off;"]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    time.sleep(1)
    _pin_family(process.pid)
    try:
        yield port
    finally:
        process.terminate()
        process.wait(10)


def _pin_family(pid: int) -> None:
    """The process and its workers on the server's core."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for each in (pid, *map(int, children)):
        os.sched_setaffinity(each, {SERVER_CORE})


@contextmanager
def _bare_app(body: Path, port: int) -> Iterator[None]:
    command = [sys.executable, "-m", "uvicorn", "bench.bare_app:app", "--port", str(port), "--no-access-log"]
    process = subprocess.Popen(
        [*command, "--log-level", "error", "--no-server-header"], cwd=ROOT, env=os.environ | {"BENCH_BODY": str(body)}
    )
    os.sched_setaffinity(process.pid, {SERVER_CORE})
    time.sleep(2)
    try:
        yield
    finally:
        process.terminate()
        process.wait(10)


def _wrk(url: str, *headers: str) -> float:
    """Requests a second; an answer other than 2xx or 3xx is an error."""
    wrk = shutil.which("wrk")
    assert wrk is not None, "wrk is not installed: make bench does it"
    options = [f"-c{_CONNECTIONS}", f"-d{_SECONDS}s", "-t1", "-H", "Accept-Encoding: br"]
    for header in headers:
        options += ["-H", header]
    command = ["taskset", "-c", str(CLIENT_CORE), wrk, *options, url]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in printed, printed
    found = re.search(r"Requests/sec:\s+([\d.]+)", printed)
    assert found is not None, printed
    return float(found.group(1))
