"""The service as an operator runs it: a process of its own, ended by its pid."""

import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
HOST = "127.0.0.1"
KEY, ORIGIN = "news", "https://news.example"
ARTICLE = f"{ORIGIN}/an-article"
_LOWEST_PORT, _PORTS = 10_000, 20_000
_START_SECONDS = 60.0
_END_SECONDS = 60.0
_POLL_SECONDS = 0.01
_NO_LIMITS = {
    "COMMENTSVC_POSTS_BURST": "1000000",
    "COMMENTSVC_SECONDS_BETWEEN_POSTS": "0",
    "COMMENTSVC_POSTS_PER_HOUR": "1000000",
    "COMMENTSVC_THREAD_POSTS_PER_MINUTE": "1000000",
    "COMMENTSVC_SITE_POSTS_PER_HOUR": "1000000",
    "COMMENTSVC_LOOKUPS_PER_MINUTE": "1000000",
}


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on just now.

    Not one of those that the system hands out to clients: a client that waits for a service to start there could be
    given the very same port, and would be connected to itself.
    """
    while True:
        port = _LOWEST_PORT + secrets.randbelow(_PORTS)
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) != 0:
                return port


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back over the wire."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        """The header's value; None if it did not come."""
        return next((value for given, value in self.headers if given.lower() == name.lower()), None)

    @property
    def wire(self) -> bytes:
        """Status, headers and body as one text to search in."""
        head = "\n".join(f"{name}: {value}" for name, value in self.headers)
        return f"{self.status}\n{head}\n\n".encode("latin-1") + self.body


@dataclass
class ServiceProcess:
    """`commentsvc serve` on a database, with settings from the environment alone."""

    database_url: str
    folder: Path
    """The process's working folder: keys, temporary files and output lie here."""
    settings: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None
    options: Sequence[str] = ()
    """Of `commentsvc serve`."""
    program: Sequence[str] = ("-m", "commentsvc")
    """What Python runs; a bench may put another start in its place."""

    @property
    def output(self) -> Path:
        """Everything that the process and its commands wrote to stdout and stderr."""
        return self.folder / "output.txt"

    @property
    def key_file(self) -> Path:
        """Made at the first start."""
        return self.folder / "secrets" / "keys.json"

    @property
    def public_url(self) -> str:
        """Where a browser would reach it."""
        return f"http://{HOST}:{self.port}"

    @property
    def pid(self) -> int:
        """Of the running process."""
        assert self.process is not None
        return self.process.pid

    @property
    def environment(self) -> dict[str, str]:
        """The settings as the process sees them."""
        return clean_environment(self.folder) | {
            "COMMENTSVC_DATABASE_URL": self.database_url,
            "COMMENTSVC_KEY_FILE": str(self.key_file),
            "COMMENTSVC_PORT": str(self.port),
            "COMMENTSVC_PUBLIC_URL": self.public_url,
            **_NO_LIMITS,
            **self.settings,
        }

    def start(self) -> None:
        """Start, and return when `/readyz` says yes."""
        (self.folder / "tmp").mkdir(exist_ok=True)
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, *self.program, "serve", *self.options],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + _START_SECONDS
        while not self._is_ready():
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() < deadline, "the service did not become ready"
            time.sleep(_POLL_SECONDS)

    def kill(self) -> None:
        """End it as `kill -9` does, and wait until it is gone."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """Ask it to end; its exit code."""
        return self._end(signal.SIGTERM)

    def run(self, *args: str) -> str:
        """Run another command on the same installation; what it printed."""
        done = run_command(*args, environment=self.environment, folder=self.folder)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def ask(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        source: str = HOST,
    ) -> Answer:
        """One request on a connection of its own.

        Args:
            method: ``GET``.
            path: With query, percent-encoded.
            headers: Sent as they are.
            body: Sent with its length.
            source: The address to ask from; any of 127.0.0.0/8 is this machine.
        """
        connection = http.client.HTTPConnection(HOST, self.port, timeout=30, source_address=(source, 0))
        try:
            connection.request(method, path, body=body, headers=dict(headers or {}))
            answer = connection.getresponse()
            return Answer(answer.status, answer.getheaders(), answer.read())
        finally:
            connection.close()

    def _is_ready(self) -> bool:
        try:
            return self.ask("GET", "/readyz").status == 200
        except (OSError, http.client.HTTPException):
            return False

    def _end(self, number: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(timeout=_END_SECONDS)


@contextmanager
def running_process(
    database_url: str, folder: Path, *, settings: Mapping[str, str] | None = None, with_site: bool = True
) -> Iterator[ServiceProcess]:
    """The service on an empty database, with one site made by the command line; killed at the end if it still runs."""
    service = ServiceProcess(database_url, folder, settings or {})
    if with_site:
        service.run("site", "add", KEY, "--origin", ORIGIN)
    service.start()
    try:
        yield service
    finally:
        if service.process is not None and service.process.poll() is None:
            service.kill()


@contextmanager
def running_worker(environment: Mapping[str, str], folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """`commentsvc worker`; at the end it is asked to end, and must end well.

    Args:
        environment: All it is given.
        folder: It works there, and writes its output into `worker.txt`.
    """
    command = [sys.executable, "-m", "commentsvc", "worker"]
    with (folder / "worker.txt").open("ab") as output:
        worker = subprocess.Popen(
            command, cwd=folder, env=dict(environment), stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    try:
        yield worker
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(_END_SECONDS) == 0, (folder / "worker.txt").read_text()
    finally:
        if worker.poll() is None:
            worker.kill()
            worker.wait()


def run_command(
    *args: str, environment: Mapping[str, str], folder: Path, timeout_seconds: float = 60
) -> "subprocess.CompletedProcess[str]":
    """Run `commentsvc` with these arguments and nothing but this environment."""
    return subprocess.run(
        [sys.executable, "-m", "commentsvc", *args],
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout_seconds,
    )


def clean_environment(folder: Path) -> dict[str, str]:
    """What a process needs to run from the source, with temporary files of its own; no setting of ours."""
    no_secrets = folder / "no-secrets"
    no_secrets.mkdir(exist_ok=True)
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "TMPDIR": str(folder / "tmp"),
        "COMMENTSVC_SECRETS_DIR": str(no_secrets),
    }
