"""`serve` and `demo` with real sockets, inside the test."""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn
from typer.testing import Result

from commentsvc.cli import run_demo, run_service
from commentsvc.cli.run_service import listen
from commentsvc.settings import SettingsError
from tests.cli.conftest import Run

Refuse = Callable[..., str]


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on, for settings that want a number; the system gives each only once for a while."""
    with ExitStack() as opened:
        sockets = [opened.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [each.getsockname()[1] for each in sockets]


class Servers(list[uvicorn.Server]):
    """Those that a command has made, so that they can be told to stop."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__()
        make = run_service.server_for
        for module in (run_service, run_demo):
            monkeypatch.setattr(module, "server_for", lambda app: self.add(make(app)))

    def add(self, server: uvicorn.Server) -> uvicorn.Server:
        self.append(server)
        return server

    @contextmanager
    def running(self, count: int, command: Callable[[], Result]) -> Iterator[list[Result]]:
        """While the command runs; its result afterwards."""
        results: list[Result] = []
        thread = threading.Thread(target=lambda: results.append(command()))
        thread.start()
        waiting = threading.Event()
        while not (len(self) == count and all(server.started for server in self)):
            assert thread.is_alive(), results and results[0].output
            waiting.wait(0.02)
        try:
            yield results
        finally:
            for server in self:
                server.should_exit = True
            thread.join(30)


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> Servers:
    return Servers(monkeypatch)


def test_the_service_answers_until_it_is_told_to_stop(
    run: Run, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    (port,) = free_ports(1)
    monkeypatch.setenv("COMMENTSVC_PORT", str(port))
    with servers.running(1, lambda: run("serve")) as results:
        answer = httpx2.get(f"http://127.0.0.1:{port}/readyz")
        assert (answer.status_code, answer.json()) == (200, {"status": "ready"})
        assert "server" not in answer.headers
        head = httpx2.head(f"http://127.0.0.1:{port}/healthz")
        assert (head.status_code, head.content) == (200, b"")
    assert results[0].exit_code == 0


def test_the_demo_shows_three_addresses_that_work(
    run: Run, servers: Servers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    port, article_port = free_ports(2)
    service, origin = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{article_port}"
    monkeypatch.setenv("COMMENTSVC_PORT", str(port))
    monkeypatch.setenv("COMMENTSVC_PUBLIC_URL", service)
    command = ("demo", "--folder", str(tmp_path), "--article-port", str(article_port))
    with servers.running(2, lambda: run(*command)) as results:
        article = httpx2.get(f"{origin}/the-lighthouse")
        assert article.status_code == 200
        assert f'<script async src="{service}/embed.js" data-site="demo"></script>' in article.text
        policy = article.headers["content-security-policy"]
        for rule in ("default-src 'none'", f"script-src {service}", "trusted-types 'none'"):
            assert rule in policy
        assert "@" not in re.sub(r"<[^>]*>", "", article.text)
        assert httpx2.get(f"{origin}/article.css").headers["content-type"].startswith("text/css")
        assert httpx2.get(f"{origin}/../secret").status_code == 404
        assert httpx2.get(f"{service}/api/v1/form?site=demo").status_code == 200
        page = httpx2.get(f"{service}/read", params={"site": "demo", "url": f"{origin}/the-lighthouse"})
        assert "Be the first to comment." in page.text
    said: Any = results[0].stdout
    assert results[0].exit_code == 0
    addresses = re.findall(r"\d\. .*?(http\S+)", said)
    assert [address.partition("?")[0] for address in addresses] == [
        f"{origin}/the-lighthouse",
        f"{service}/moderation/link",
        f"{service}/read",
    ]


def test_the_demo_can_be_started_again(
    run: Run, servers: Servers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    port, article_port = free_ports(2)
    monkeypatch.setenv("COMMENTSVC_PORT", str(port))
    monkeypatch.delenv("COMMENTSVC_DATABASE_URL")
    monkeypatch.delenv("COMMENTSVC_KEY_FILE")
    command = ("demo", "--folder", str(tmp_path / "demo"), "--article-port", str(article_port))
    links = []
    for _ in range(2):
        servers.clear()
        with servers.running(2, lambda: run(*command)) as results:
            pass
        links += re.findall(r"token=\S+", results[0].stdout)
    assert len(set(links)) == 2
    assert (tmp_path / "demo" / "data" / "comments.db").exists()
    assert (tmp_path / "demo" / "secrets" / "keys.json").exists()


def test_a_taken_port_is_told(refuse: Refuse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMENTSVC_LOG_LEVEL", "ERROR")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("COMMENTSVC_PORT", str(port))
        sentence = f"Port {port} on 127.0.0.1 is taken. Stop what uses it, or set COMMENTSVC_PORT to another."
        assert refuse("serve") == sentence
        monkeypatch.setenv("COMMENTSVC_PORT", "0")
        assert f"Port {port} on 127.0.0.1 is taken." in refuse("demo", "--article-port", str(port))


def test_an_address_of_another_machine_is_told() -> None:
    with pytest.raises(SettingsError, match=r"^Cannot listen on 192\.0\.2\.1:8190: "):
        listen("192.0.2.1", 8190)
    with pytest.raises(SettingsError, match=r"^Cannot listen on 2001:db8::1:8190: "):
        listen("2001:db8::1", 8190)
