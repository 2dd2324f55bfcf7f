"""A real nginx with the deployment's own file, in front of whatever a test puts behind it."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_CONFIG = Path(__file__).parents[2] / "deploy" / "nginx.conf"
_WAIT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Nginx:
    """A running nginx on 127.0.0.1."""

    port: int
    output: Path
    """Everything it wrote: access log and errors."""
    pid: int
    """Of its first process."""


def nginx_program() -> str:
    """Where nginx is; Debian keeps it out of the PATH of ordinary accounts."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    if program is None:
        raise RuntimeError("nginx is not installed: make test does it")
    return program


def write_config(folder: Path, *, port: int, upstream: str) -> Path:
    """The deployment's file with its three surroundings exchanged, and nothing else."""
    text = _CONFIG.read_text()
    for old, new, times in (
        ("listen 8080;", f"listen 127.0.0.1:{port};", 1),
        ("server commentsvc:8000;", f"server {upstream};", 1),
        ("/var/cache/nginx/", f"{folder}/", 7),
    ):
        assert text.count(old) == times, f"{old!r} stands {text.count(old)} times in {_CONFIG.name}"
        text = text.replace(old, new)
    config = folder / "nginx.conf"
    config.write_text(text)
    return config


@contextmanager
def running_nginx(folder: Path, *, upstream: str) -> Iterator[Nginx]:
    """Start nginx and wait until it listens; end it afterwards.

    Args:
        folder: Exists and is empty; holds its cache, its output and its configuration.
        upstream: The service: ``127.0.0.1:8000``.
    """
    port = _free_port()
    config = write_config(folder, port=port, upstream=upstream)
    account = "user root; " if os.geteuid() == 0 else ""  # its workers must be able to enter the test's folder
    output = folder / "output"
    with output.open("ab") as file:
        process = subprocess.Popen(
            [nginx_program(), "-e", "stderr", "-c", str(config), "-g", f"{account}daemon off;"],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
        )
    try:
        _wait_until_it_listens(process, port, output)
        yield Nginx(port, output, process.pid)
    finally:
        process.terminate()
        process.wait(_WAIT_SECONDS)


def _wait_until_it_listens(process: subprocess.Popen[bytes], port: int, output: Path) -> None:
    deadline = time.monotonic() + _WAIT_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            time.sleep(0.01)
        else:
            return
    raise RuntimeError(f"nginx does not listen: {output.read_text()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
