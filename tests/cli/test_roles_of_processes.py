"""Which process may have which keys, and what is said at the start about keys and files."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Literal

import pytest

from commentsvc.app import create_app, is_worker_inside
from commentsvc.cli import run_worker
from commentsvc.cli.warnings_at_start import mail_warnings
from commentsvc.domain.emails import AddressOpener
from commentsvc.settings import Settings, load_settings
from commentsvc.vault.key_file import create
from commentsvc.vault.keys import KeyRing, new_key_ring
from tests.cli.conftest import Run
from tests.cli.test_commands import ok

Refuse = Callable[..., str]
MAIL = {"COMMENTSVC_SMTP_HOST": "smtp.example.org", "COMMENTSVC_MAIL_FROM": "c@example.org"}


@pytest.fixture
def half(installation: Path) -> Path:
    """A public half, in a folder of its own."""
    path = installation / "public" / "keys.json"
    create(path, new_key_ring().public_half())
    return path


def test_a_public_process_refuses_private_keys_and_makes_none(
    run: Run, refuse: Refuse, installation: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMMENTSVC_ROLE", "public")
    for command in (("serve",), ("site", "list")):
        said = refuse(*command)
        assert "There is no key file" in said
        assert "commentsvc key export --public FILE" in said
    path = installation / "secrets" / "keys.json"
    assert not path.exists()
    create(path, new_key_ring())
    for command in (("serve",), ("site", "list")):
        said = refuse(*command)
        assert "holds private keys, which a process with COMMENTSVC_ROLE=public must not have" in said
    assert run is not None


def test_a_public_process_does_its_work_with_the_half(
    run: Run, refuse: Refuse, half: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMMENTSVC_ROLE", "public")
    monkeypatch.setenv("COMMENTSVC_KEY_FILE", str(half))
    ok(run("site", "add", "news", "--origin", "https://news.example"))
    ok(run("moderator", "add", "mo@desk.example"))
    assert "(address sealed)" in ok(run("moderator", "list"))
    assert "COMMENTSVC_ROLE=public is for the service" in refuse("worker")


def test_the_worker_says_what_is_wrong_when_it_cannot_open_what_it_should_send_to(
    refuse: Refuse, half: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMMENTSVC_KEY_FILE", str(half))
    for name, value in MAIL.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("COMMENTSVC_LOG_LEVEL", "ERROR")
    said = refuse("worker")
    assert said.startswith(f"The key file {half} has no private key, so no address can be opened to send mail to.")


def _settings(**given: object) -> Settings:
    return load_settings(**given)


@pytest.mark.parametrize(
    ("given", "is_whole", "works"),
    [
        ({}, True, True),
        ({"role": "public"}, False, False),
        ({"worker_in_service": False}, True, False),
        ({}, False, True),  # offline: webhooks are called, and nothing has to be opened
        ({"smtp_host": "smtp.example.org", "mail_from": "c@example.org"}, False, False),  # it would swallow mails
        ({"smtp_host": "smtp.example.org", "mail_from": "c@example.org"}, True, True),
    ],
)
def test_the_service_has_a_worker_where_it_can_do_all_of_its_work(
    given: dict[str, object], *, is_whole: bool, works: bool
) -> None:
    ring = new_key_ring()
    assert is_worker_inside(_settings(**given), ring if is_whole else ring.public_half()) is works


def test_a_public_process_opens_nothing_even_when_it_is_handed_the_keys(run: Run) -> None:
    assert run is not None
    ring = new_key_ring()
    parts = create_app(load_settings(role="public"), ring).state.parts
    assert not parts[AddressOpener].may_open
    held = repr([vars(part) for part in parts.values() if hasattr(part, "__dict__")])
    assert repr(ring.sealing[0].private) not in held
    assert create_app(load_settings(reveal_addresses=True), ring).state.parts[AddressOpener].may_open


def test_where_nothing_can_be_opened_it_is_said_that_no_mail_is_sent() -> None:
    whole = new_key_ring()
    sealed_only: KeyRing = whole.public_half()
    mail = {"smtp_host": "smtp.example.org", "mail_from": "c@example.org"}
    assert mail_warnings(_settings(), whole) == []
    assert mail_warnings(_settings(role="public", **mail), sealed_only) == []
    (said,) = mail_warnings(_settings(), sealed_only)
    assert "addresses are sealed here and opened elsewhere. No mail is sent; webhooks are called." in said
    (said,) = mail_warnings(_settings(**mail), sealed_only)
    assert said.endswith("No mail is sent by this process.")


def test_the_worker_of_a_server_without_private_keys_calls_webhooks_and_says_so_once(
    run: Run, half: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMMENTSVC_KEY_FILE", str(half))
    monkeypatch.setenv("COMMENTSVC_LOG_LEVEL", "ERROR")
    its_own = SimpleNamespace(run=asyncio.run, Event=_Told, get_running_loop=asyncio.get_running_loop)
    monkeypatch.setattr(run_worker, "asyncio", its_own)
    result = run("worker")
    assert result.exit_code == 0, result.output
    assert result.stderr.count("opened elsewhere") == 1


class _Told(asyncio.Event):
    """The end, told to a worker as soon as it waits for it; other events are none of its business."""

    async def wait(self) -> Literal[True]:
        return True
