"""A tiny service whose answers a test decides, and the deployment's nginx in front of it."""

import http.client
import io
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import cast

import pytest

from tests.support.nginx import Nginx, running_nginx

Headers = dict[str, str]


@dataclass(frozen=True, slots=True)
class Seen:
    """A request as it reached the service."""

    method: str
    target: str
    headers: Message
    body: bytes
    beyond: bytes
    """What stood on the connection after the request's end: a second request, smuggled in."""


@dataclass(slots=True)
class Answer:
    """What the service says next."""

    status: int = 200
    headers: Headers = field(default_factory=lambda: {"Cache-Control": "public, max-age=1, s-maxage=60"})
    gate: threading.Event | None = None
    """The answer waits for it."""


class Service:
    """A real HTTP server that keeps what it was asked and answers with a running number."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.answer: Callable[[Seen], Answer] = lambda _: Answer()
        self._server = _server_of(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._server.server_address[1]}"

    def stop(self) -> None:
        """Close the port and end; a second time does nothing."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    request_queue_size = 1_000  # a hundred come at once; beyond the queue, connections are lost for seconds


def _server_of(service: Service) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.connection.settimeout(0)
            beyond = cast("io.BufferedReader", self.rfile).peek()
            self.connection.settimeout(60)
            seen = Seen(self.command, self.path, self.headers, body, beyond)
            service.seen.append(seen)
            number = len(service.seen)
            answer = service.answer(seen)
            if answer.gate is not None:
                assert answer.gate.wait(120)
            text = f"answer {number}".encode()
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = answer  # noqa: N815 - the names that http.server looks for

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return _Server(("127.0.0.1", 0), Handler)


@dataclass(frozen=True, slots=True)
class Response:
    status: int
    headers: http.client.HTTPMessage
    text: str

    @property
    def cache(self) -> str | None:
        return self.headers["X-Cache"]


@dataclass(frozen=True, slots=True)
class Client:
    """Asks nginx, from an address of the loopback network that can be recognised."""

    nginx: Nginx
    address: str = "127.0.0.77"

    def ask(
        self, target: str, *, method: str = "GET", headers: Headers | None = None, body: bytes | None = None
    ) -> Response:
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.nginx.port, timeout=60, source_address=(self.address, 0)
        )
        try:
            connection.request(method, target, body=body, headers=headers or {})
            answer = connection.getresponse()
            return Response(answer.status, answer.headers, answer.read().decode())
        finally:
            connection.close()


@pytest.fixture
def service() -> Iterator[Service]:
    running = Service()
    yield running
    running.stop()


@pytest.fixture
def nginx(tmp_path: Path, service: Service) -> Iterator[Nginx]:
    with running_nginx(tmp_path, upstream=service.address) as running:
        yield running


@pytest.fixture
def client(nginx: Nginx) -> Client:
    return Client(nginx)


def until(is_so: Callable[[], bool]) -> None:
    """Wait for a condition, with patience."""
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)
