"""Stands before the service as a network would: notes what is asked, loses answers, puts other bytes in their place."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.support.process import HOST

_HOP = {"connection", "transfer-encoding", "keep-alive", "date", "server"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that came through."""

    method: str
    path: str
    """Without query."""
    key: str | None
    """Its Idempotency-Key."""


class Relay(ThreadingHTTPServer):
    """Passes everything to the service's port, on a port of its own."""

    daemon_threads = True
    request_queue_size = 100

    def __init__(self, port: int) -> None:
        super().__init__((HOST, 0), _Handler)
        self.service_port = port
        self.asked: list[Asked] = []
        self.loses_answers_to = ""
        """Posts to this path arrive, and are not answered; empty for none."""
        self.replaces: dict[str, bytes] = {}
        """Start of a path → what is sent in the place of the body."""

    @property
    def origin(self) -> str:
        """Where browsers reach it."""
        return f"http://{HOST}:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Relay

    def do_GET(self) -> None:
        self._pass_on()

    def do_POST(self) -> None:
        self._pass_on()

    def do_PATCH(self) -> None:
        self._pass_on()

    def do_DELETE(self) -> None:
        self._pass_on()

    def do_OPTIONS(self) -> None:
        self._pass_on()

    def log_message(self, *_args: object) -> None:
        """Say nothing."""

    def _pass_on(self) -> None:
        path = self.path.partition("?")[0]
        self.server.asked.append(Asked(self.command, path, self.headers.get("Idempotency-Key")))
        answer, body = self._ask_service()
        if self.command == "POST" and path == self.server.loses_answers_to:
            self.close_connection = True
            return
        other = next((sent for start, sent in self.server.replaces.items() if path.startswith(start)), None)
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            is_of_body = name.lower() in {"content-length", "content-encoding", "etag"}
            if name.lower() not in _HOP and not (is_of_body and other is not None):
                self.send_header(name, value)
        if other is not None:
            self.send_header("Content-Length", str(len(other)))
        self.end_headers()
        self.wfile.write(body if other is None else other)

    def _ask_service(self) -> tuple[http.client.HTTPResponse, bytes]:
        length = int(self.headers.get("Content-Length", 0))
        connection = http.client.HTTPConnection(HOST, self.server.service_port, timeout=30)
        try:
            headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP}
            connection.request(self.command, self.path, self.rfile.read(length) or None, headers)
            answer = connection.getresponse()
            return answer, answer.read()
        finally:
            connection.close()


@contextmanager
def relaying(port: int) -> Iterator[Relay]:
    """A relay before the service at this port."""
    server = Relay(port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
