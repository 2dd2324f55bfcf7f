"""Thread reads a second, beside a bare ASGI application that sends the same bytes, in the same run."""

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
from tests.support.process import HOST, ROOT, ServiceProcess, free_port

_ROUNDS = 5
_SECONDS = 3
_CONNECTIONS = 32


@dataclass(frozen=True, slots=True)
class Reads:
    """Medians over the rounds."""

    bare: float
    thread: float
    unchanged: float
    """Conditional requests answered 304."""
    compressed_bytes: int


def compare_reads(service: ServiceProcess, folder: Path) -> Reads:
    """Ask the bare application, the service, and the service conditionally, in turn, several rounds."""
    answer = service.ask("GET", THREAD, headers={"Accept-Encoding": "br"})
    assert answer.header("content-encoding") == "br"
    body = folder / "body.br"
    body.write_bytes(answer.body)
    etag = answer.header("etag")
    bare_port = free_port()
    rounds: dict[str, list[float]] = {"bare": [], "thread": [], "unchanged": []}
    with _bare_app(body, bare_port):
        for _ in range(_ROUNDS):
            rounds["bare"].append(_wrk(f"http://{HOST}:{bare_port}/"))
            rounds["thread"].append(_wrk(f"{service.public_url}{THREAD}"))
            rounds["unchanged"].append(_wrk(f"{service.public_url}{THREAD}", f"If-None-Match: {etag}"))
    medians = {name: statistics.median(values) for name, values in rounds.items()}
    return Reads(medians["bare"], medians["thread"], medians["unchanged"], len(answer.body))


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
