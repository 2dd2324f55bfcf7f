"""Hostile connections: floods of bytes, slow clients, garbage; others are served all the while."""

import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support import migrated
from tests.support.process import ARTICLE, HOST, KEY, ORIGIN, ServiceProcess, running_process

GIGABYTE = 1024 * 1024 * 1024
CHUNK = b"1000\r\n" + b"x" * 0x1000 + b"\r\n"
HEAD = "POST /api/v1/comments HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    """One for all of them: none may harm it."""
    folder = tmp_path_factory.mktemp("edges")
    with running_process(migrated.copy_sqlite(folder / "comments.db"), folder) as running:
        yield running
        assert running.ask("GET", "/readyz").status == 200
        assert "Traceback" not in running.output.read_text()


def _connect(service: ServiceProcess) -> socket.socket:
    return socket.create_connection((HOST, service.port), timeout=10)


def _status(raw: bytes) -> int:
    return int(raw.split(b" ", 2)[1]) if raw.startswith(b"HTTP/1.1 ") else 0


def _exchange(service: ServiceProcess, raw: bytes) -> bytes:
    """Send these bytes; whatever comes until the service closes or falls silent."""
    received = b""
    with _connect(service) as connection:
        connection.sendall(raw)
        connection.shutdown(socket.SHUT_WR)
        try:
            while part := connection.recv(65_536):
                received += part
        except ConnectionResetError:
            pass
    return received


def test_a_gigabyte_in_chunks_is_refused_after_a_little(service: ServiceProcess) -> None:
    sent, answer = 0, b""
    with _connect(service) as connection:
        connection.sendall(f"{HEAD}Transfer-Encoding: chunked\r\n\r\n".encode())
        connection.settimeout(0.001)
        try:
            while sent < GIGABYTE and not answer:
                connection.sendall(CHUNK)
                sent += len(CHUNK)
                try:
                    answer = connection.recv(65_536)
                except TimeoutError:
                    continue
        except (ConnectionError, TimeoutError):
            connection.settimeout(5)
            answer = answer or connection.recv(65_536)
    assert _status(answer) == 413
    assert b"application/problem+json" in answer
    assert sent < 8 * 1024 * 1024  # what fits into the buffers of two sockets


@pytest.mark.parametrize(
    "path", ["/api/v1/comments", "/api/v1/preview", "/api/v1/receipts", "/read", "/moderation/sign-in"]
)
def test_a_length_beyond_the_limit_is_refused_before_the_body(service: ServiceProcess, path: str) -> None:
    kind = "application/json" if path.startswith("/api") else "application/x-www-form-urlencoded"
    own = f"Origin: {service.public_url}\r\n" if "moderation" in path else ""
    head = f"POST {path} HTTP/1.1\r\nHost: here\r\n{own}Content-Type: {kind}\r\nContent-Length: {GIGABYTE}\r\n\r\n"
    with _connect(service) as connection:
        connection.sendall(head.encode())
        assert _status(connection.recv(65_536)) == 413


def test_hundreds_of_slow_clients_do_not_stop_others(service: ServiceProcess) -> None:
    with ExitStack() as stack:
        for number in range(400):
            connection = stack.enter_context(_connect(service))
            connection.sendall(f"{HEAD}Content-Length: 100\r\n\r\n{{".encode() if number % 2 else b"GET /healthz HT")
        began = time.monotonic()
        assert [service.ask("GET", "/healthz").status for _ in range(10)] == [200] * 10
        assert service.ask("GET", f"/api/v1/thread?site={KEY}&url={ARTICLE}").status == 200
        assert time.monotonic() - began < 5


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate", "gzip, gzip"])
def test_a_compressed_body_is_refused(service: ServiceProcess, coding: str) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": coding}
    assert service.ask("POST", "/api/v1/comments", headers=headers, body=b"\x1f\x8b").status == 415


@pytest.mark.parametrize(
    "header", ["X-Long: " + "x" * 200_000, "\r\n".join(f"X-{n}: {'y' * 90}" for n in range(3_000))]
)
def test_headers_without_end_are_refused(service: ServiceProcess, header: str) -> None:
    answer = b""
    with _connect(service) as connection:
        try:
            connection.sendall(f"GET /healthz HTTP/1.1\r\nHost: here\r\n{header}\r\n\r\n".encode())
            answer = connection.recv(65_536)
        except ConnectionError:
            pass
    assert _status(answer) in {0, 400, 431}


@pytest.mark.parametrize(
    "raw",
    [
        b"\0" * 1_000,
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\xff" * 500,
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"POST /api/v1/comments HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"POST /api/v1/comments HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{}",
        b"POST /api/v1/comments HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nZZZ\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: a\r\nBad Header: x\r\n\r\n",
    ],
)
def test_garbage_is_refused_and_nobody_else_notices(service: ServiceProcess, raw: bytes) -> None:
    assert _status(_exchange(service, raw)) in {0, 400, 404, 413, 415, 501, 505}
    assert service.ask("GET", "/healthz").status == 200


def test_told_to_stop_under_load_it_finishes_what_it_has_begun(tmp_path: Path) -> None:
    body = {"site": KEY, "url": ARTICLE, "name": "W", "email": "w@mail.example"}
    headers = {"Content-Type": "application/json", "Origin": ORIGIN}
    with running_process(migrated.copy_sqlite(tmp_path / "comments.db"), tmp_path) as service:

        def write(number: int) -> str | None:
            content = json.dumps(body | {"body": f"Number {number}."}).encode()
            try:
                answer = service.ask("POST", "/api/v1/comments", headers=headers, body=content)
            except OSError:
                return None
            return str(json.loads(answer.body)["receipt"]) if answer.status == 202 else None

        with ThreadPoolExecutor(16) as pool:
            writing = [pool.submit(write, number) for number in range(400)]
            while sum(each.done() for each in writing) < 50:
                time.sleep(0.005)
            began = time.monotonic()
            service.stop()
            took = time.monotonic() - began
            receipts = [receipt for each in writing if (receipt := each.result()) is not None]
        assert 50 <= len(receipts) < 400
        assert took < 10
        service.start()
        found = []
        for start in range(0, len(receipts), 50):
            content = json.dumps({"receipts": receipts[start : start + 50]}).encode()
            answer = service.ask("POST", "/api/v1/receipts", headers=headers, body=content)
            found += json.loads(answer.body)["comments"]
    assert len(found) == len(receipts)
    assert None not in found
