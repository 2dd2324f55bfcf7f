"""Every check, in order and with the fault that it is there for, on real files, servers and pages."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import trustme

from commentsvc.doctor import check_database as database
from commentsvc.doctor.check_files import check_database_files, check_disk, check_keys
from commentsvc.doctor.check_mail import check_mail
from commentsvc.doctor.check_page import check_page, check_public, judge_clock, judge_policy
from commentsvc.doctor.check_settings import check_settings
from commentsvc.doctor.findings import Finding, State
from commentsvc.domain.backups import LastBackup
from commentsvc.domain.site import Site, SitePolicy
from commentsvc.settings import Settings, load_settings
from commentsvc.store.condition import Backlog
from commentsvc.store.engine import Store
from commentsvc.vault.key_file import load_or_create
from tests.support.mail_server import only, open_postbox

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
FAR = "https://comments.example.org"


def states(found: Any) -> dict[str, State]:
    return {finding.check: finding.state for finding in found}


def told(found: Any) -> str:
    return " ".join(f"{finding.seen} {finding.fix}" for finding in found)


def settings(tmp_path: Path, **changes: Any) -> Settings:
    given = {
        "database_url": f"sqlite+aiosqlite:///{tmp_path / 'data' / 'comments.db'}",
        "key_file": tmp_path / "secrets" / "keys.json",
    }
    return load_settings(**(given | changes))


def test_settings(tmp_path: Path) -> None:
    assert states(check_settings(settings(tmp_path))) == {"settings": State.OK}
    for changes, seen in (
        ({"public_url": "http://comments.example.org", "trusted_proxies": "10.0.0.1/32"}, "is http"),
        ({"public_url": FAR, "trusted_proxies": "0.0.0.0/0"}, "Nearly everybody"),
        ({"public_url": FAR}, "No proxy is trusted"),
        ({"smtp_host": "mail.example", "mail_from": "a@b.example", "smtp_security": "none"}, "travel open"),
        ({"smtp_user": "me"}, "no password"),
        ({"backup_every_hours": 24, "backup_folder": tmp_path}, "not encrypted"),
        ({"reveal_addresses": True}, "may open readers' addresses"),
    ):
        found = list(check_settings(settings(tmp_path, **changes)))
        assert State.OK not in states(found).values()
        assert seen in told(found)
        assert all(finding.fix for finding in found)


def test_keys(tmp_path: Path) -> None:
    here = settings(tmp_path)
    assert "cannot be read" in told(check_keys(here))
    load_or_create(here.key_file)
    assert states(check_keys(here)) == {"keys": State.OK}
    here.key_file.chmod(0o644)
    assert "chmod 600" in told(check_keys(here))
    here.key_file.chmod(0o600)
    here.key_file.parent.chmod(0o777)
    assert "Others may replace" in told(check_keys(here))
    here.key_file.parent.chmod(0o700)
    together = settings(tmp_path, database_url=f"sqlite+aiosqlite:///{tmp_path / 'secrets' / 'comments.db'}")
    assert "lie together" in told(check_keys(together))


def test_files_and_disk(tmp_path: Path) -> None:
    here = settings(tmp_path, backup_folder=tmp_path / "backups")
    file = tmp_path / "data" / "comments.db"
    file.parent.mkdir()
    file.touch(0o600)
    assert states(check_database_files(here)) == {"database_files": State.OK}
    file.chmod(0o644)
    assert "chmod 600" in told(check_database_files(here))
    assert [finding.state for finding in check_disk(here, least_bytes=0)][1] is State.UNKNOWN
    assert "Make room" in told(check_disk(here, least_bytes=2**62))


@pytest.mark.anyio
async def test_a_database(empty_database_url: str, tmp_path: Path) -> None:
    here = settings(tmp_path, database_url=empty_database_url)
    assert "commentsvc migrate" in told(await database.check_database(here, NOW))
    store = Store(empty_database_url)
    await store.open()
    await store.close()
    found = states(await database.check_database(here, NOW))
    connections = found.pop("connections", State.OK)
    assert connections in {State.OK, State.WARNING}
    durable = State.OK if empty_database_url.startswith("sqlite") else State.PROBLEM  # the tests' server has no fsync
    assert found.pop("durability") is durable
    assert found == dict.fromkeys(("database", "outbox"), State.OK) | {"backup": State.WARNING}
    away = settings(tmp_path, database_url="postgresql+asyncpg://nobody@127.0.0.1:1/x")
    assert "cannot be opened" in told(await database.check_database(away, NOW))


def test_what_a_database_says_is_judged() -> None:
    assert states(database.judge_durability({"fsync": "off"})) == {"durability": State.PROBLEM}
    assert states(database.judge_durability({"synchronous": "1"})) == {"durability": State.PROBLEM}
    assert states(database.judge_durability({"server_version_num": "120000"})) == {"durability": State.WARNING}
    assert states(database.judge_connections(3)) == {"connections": State.WARNING}
    assert states(database.judge_connections(90)) == {"connections": State.OK}
    assert states(database.judge_panic(["The site news is set to hold."])) == {"panic": State.WARNING}
    assert states(database.judge_panic([])) == {}
    assert states(database.judge_backlog(Backlog(NOW - timedelta(hours=1), 0), NOW)) == {"outbox": State.PROBLEM}
    assert states(database.judge_backlog(Backlog(NOW - timedelta(minutes=1), 0), NOW)) == {"outbox": State.OK}
    assert states(database.judge_backlog(Backlog(None, 2), NOW)) == {"outbox": State.WARNING}
    assert "commentsvc outbox list --failed" in told(database.judge_backlog(Backlog(None, 2), NOW))
    assert "commentsvc outbox retry" in told(database.judge_backlog(Backlog(None, 2), NOW))
    young, old = LastBackup(finished_at=NOW - timedelta(hours=30)), LastBackup(finished_at=NOW - timedelta(hours=40))
    assert states(database.judge_backups(young, 24, NOW)) == {"backup": State.OK}
    assert states(database.judge_backups(old, 24, NOW)) == {"backup": State.PROBLEM}
    failed = LastBackup(finished_at=NOW, failed_at=NOW, why="No space.")
    assert "No space." in told(database.judge_backups(failed, 24, NOW))


@pytest.mark.anyio
async def test_mail(tmp_path: Path) -> None:
    authority = trustme.CA()
    server, trusting = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), ssl.create_default_context()
    authority.issue_cert("localhost").configure_cert(server)
    authority.configure_trust(trusting)

    async def look(tls: ssl.SSLContext | None = None, to: str | None = None, **changes: Any) -> list[Finding]:
        given = {"smtp_host": "localhost", "mail_from": "comments@news.example", "smtp_user": "me"}
        here = settings(tmp_path, **(given | {"smtp_password": "right"} | changes))
        return [finding async for finding in check_mail(here, tls=tls, to=to)]

    options = {"authenticator": only("me", "right"), "auth_required": True}
    with open_postbox(tls=server, is_starttls=True, **options) as box:
        assert states(await look(trusting, smtp_port=box.port)) == {"mail": State.OK}
        assert box.mails == []
        assert states(await look(trusting, smtp_port=box.port, to="op@news.example")) == {"mail": State.OK}
        assert box.recipients == ["op@news.example"]
        assert "does not let us in" in told(await look(trusting, smtp_port=box.port, smtp_password="wrong"))
        assert "certificate" in told(await look(None, smtp_port=box.port))
        box.refused.add("gone@news.example")
        refused = told(await look(trusting, smtp_port=box.port, to="gone@news.example"))
        assert "refused the test mail's recipient" in refused
        assert "gone@" not in refused
    assert "cannot be reached" in told(await look(trusting, smtp_port=box.port))
    assert "No mail server is set" in told(await look(smtp_host="", smtp_user=""))


@contextmanager
def serving(body: str, headers: dict[str, str]) -> Iterator[str]:
    """A server that always answers so; its origin."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response_only(200)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_the_public_address_its_proxy_and_its_clock() -> None:
    date = format_datetime(NOW, usegmt=True)
    with serving('{"status":"alive"}', {"Date": date}) as url:
        assert states(check_public(url, NOW, has_proxies=False)) == {"public_url": State.OK, "clock": State.OK}
        late = states(check_public(url, NOW + timedelta(minutes=2), has_proxies=False))
        assert late == {"public_url": State.OK, "clock": State.PROBLEM}
    with serving("hello", {"Server": "nginx"}) as url:
        found = states(check_public(url, NOW, has_proxies=False))
        assert found == {"public_url": State.PROBLEM, "proxy": State.PROBLEM, "clock": State.UNKNOWN}
        assert states(check_public(url, NOW, has_proxies=True))["proxy"] is State.OK
    assert states(check_public(url, NOW, has_proxies=False)) == {"public_url": State.UNKNOWN}
    assert states(judge_clock("never", NOW)) == {"clock": State.UNKNOWN}


def test_a_page() -> None:
    tag = f'<script async src="{FAR}/embed.js" data-site="news"></script>'
    head = {"Content-Security-Policy": f"default-src 'none'; script-src {FAR}; connect-src {FAR}"}
    with serving(f'<link rel="canonical" href="/a">{tag}', head) as url:
        news = Site(1, "news", "News", (url,), SitePolicy())
        assert set(states(check_page(f"{url}/a?x=1", FAR, [news])).values()) == {State.OK}
        found = states(check_page(f"{url}/a", FAR, []))
        assert (found["tag"], found["origin"], found["canonical"]) == (State.PROBLEM,) * 3
    with serving("<p>no tag", {"Content-Security-Policy": "default-src 'self'"}) as url:
        news = Site(1, "news", "News", (url,), SitePolicy())
        all_found = list(check_page(f"{url}/a", FAR, [news]))
        assert states(all_found) == {"tag": State.PROBLEM, "canonical": State.WARNING, "csp": State.PROBLEM}
        assert f"script-src {FAR}; connect-src {FAR}" in told(all_found)
    assert states(check_page(f"{url}/a", FAR, [])) == {"page": State.PROBLEM}
    assert states(judge_policy("", FAR)) == {"csp": State.OK}
