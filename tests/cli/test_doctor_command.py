"""`commentsvc doctor`: for people, for programs, and how it ends."""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from commentsvc.settings import load_settings
from tests.cli.conftest import Run
from tests.cli.test_commands import ok
from tests.doctor.test_checks import serving
from tests.support.mail_server import open_postbox
from tests.support.process import ROOT

Seen = Mapping[str, str]
Look = Callable[..., dict[str, Seen]]
ALWAYS = {"settings", "keys", "database", "durability", "outbox", "backup", "mail", "public_url"}
NOBODY = "http://127.0.0.1:9"
_CHECK = re.compile(r"\b(?:Finding|ok)\(\s*\"(\w+)\"")
_ROW = re.compile(r"^\| `(\w+)` \|", re.MULTILINE)


@pytest.fixture
def healthy(
    run: Run, installation: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """An installation with a site, its keys apart from the database; nobody answers at its public address."""
    monkeypatch.setenv("COMMENTSVC_KEY_FILE", str(tmp_path_factory.mktemp("keys") / "keys.json"))
    monkeypatch.setenv("COMMENTSVC_PUBLIC_URL", NOBODY)
    ok(run("site", "add", "news", "--origin", "https://news.example"))
    return installation


@pytest.fixture
def look(run: Run) -> Look:
    """Ask for JSON: check → what was found. Its form and the exit code must be as the docs say."""

    def looked(*args: str) -> dict[str, Seen]:
        result = run("doctor", "--json", *args)
        found: list[dict[str, str]] = json.loads(result.stdout)
        assert result.stderr == ""
        for each in found:
            assert list(each) == ["check", "state", "seen", "fix"]
            assert each["state"] in {"ok", "warning", "problem", "unknown"}
            assert each["seen"]
            assert each["fix"] or each["state"] in {"ok", "unknown"}
        assert result.exit_code == (1 if "problem" in {each["state"] for each in found} else 0)
        return {each["check"]: each for each in found}

    return looked


def _problems(found: Mapping[str, Seen]) -> set[str]:
    is_careless = load_settings().database_url.startswith("postgresql")  # the tests' server does not wait for its disk
    return {name for name, each in found.items() if each["state"] == "problem"} - (
        {"durability"} if is_careless else set()
    )


def test_a_healthy_installation_has_no_problem(healthy: Path, look: Look) -> None:
    assert healthy.is_dir()
    found = look()
    assert found.keys() >= ALWAYS
    assert _problems(found) == set()
    assert (found["keys"]["state"], found["database"]["state"]) == ("ok", "ok")
    assert found["mail"]["fix"] == "Set COMMENTSVC_SMTP_HOST and COMMENTSVC_MAIL_FROM."


def test_a_backup_is_seen(run: Run, healthy: Path, look: Look) -> None:
    assert look()["backup"]["state"] == "warning"
    ok(run("backup", str(healthy / "one")))
    assert look()["backup"]["state"] == "ok"


def test_what_is_wrong_is_named_with_what_mends_it(run: Run, healthy: Path, look: Look) -> None:
    assert healthy.is_dir()
    keys = load_settings().key_file
    keys.chmod(0o644)
    assert _problems(look()) == {"keys"}
    shown = run("doctor")
    assert shown.exit_code == 1
    lines = shown.stdout.splitlines()
    assert lines[0] == "ok       settings: Known, and none contradicts another."
    assert lines[1] == "problem  keys: The key file cannot be used."
    assert re.fullmatch(rf"         → .* Run: chmod 600 {keys}", lines[2]), lines[2]


def test_tables_that_are_not_there_are_a_problem(
    run: Run, look: Look, healthy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (healthy / "other").mkdir()
    monkeypatch.setenv("COMMENTSVC_DATABASE_URL", f"sqlite+aiosqlite:///{healthy}/other/comments.db")
    assert look()["database"]["fix"] == "Run `commentsvc migrate`."
    ok(run("migrate"))
    assert look()["database"]["state"] == "ok"


def test_settings_that_cannot_be_used_are_a_finding_as_well(
    installation: Path, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert installation.is_dir()
    monkeypatch.setenv("COMMENTSVC_PROT", "8000")
    found = look()
    assert list(found) == ["settings"]
    assert found["settings"]["fix"] == "Unknown setting COMMENTSVC_PROT. Did you mean COMMENTSVC_PORT?"


def test_a_test_mail_is_sent_if_it_is_asked_for(healthy: Path, look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    assert healthy.is_dir()
    with open_postbox() as postbox:
        given = {"HOST": "127.0.0.1", "PORT": str(postbox.port), "SECURITY": "none"}
        for name, value in given.items():
            monkeypatch.setenv(f"COMMENTSVC_SMTP_{name}", value)
        monkeypatch.setenv("COMMENTSVC_MAIL_FROM", "comments@news.example")
        assert look()["mail"]["state"] == "ok"
        assert postbox.mails == []
        assert look("--mail-to", "op@news.example")["mail"]["state"] == "ok"
        assert postbox.recipients == ["op@news.example"]
        postbox.refused.add("gone@news.example")
        refused = look("--mail-to", "gone@news.example")["mail"]
        assert refused["state"] == "problem"
        assert "gone@" not in str(refused)
        assert len(postbox.mails) == 1


def test_a_page_is_looked_at_if_it_is_named(run: Run, healthy: Path, look: Look) -> None:
    assert healthy.is_dir()
    assert not {"page", "tag"} & look().keys()
    tag = f'<script async src="{NOBODY}/embed.js" data-site="blog"></script>'
    with serving(f'<link rel="canonical" href="/a">{tag}', {}) as origin:
        assert {"tag", "origin", "canonical"} <= _problems(look("--page", f"{origin}/a"))
        ok(run("site", "add", "blog", "--origin", origin))
        assert _problems(look("--page", f"{origin}/a")) == set()
    assert _problems(look("--page", f"{origin}/a")) == {"page"}


def test_no_password_is_shown(healthy: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert healthy.is_dir()
    monkeypatch.setenv("COMMENTSVC_DATABASE_URL", "postgresql+asyncpg://nobody:hush-hush-1@127.0.0.1:9/x")
    monkeypatch.setenv("COMMENTSVC_SMTP_USER", "nobody")
    monkeypatch.setenv("COMMENTSVC_SMTP_PASSWORD", "hush-hush-2")
    for args in (("doctor",), ("doctor", "--json")):
        result = run(*args)
        assert result.exit_code == 1
        assert "The database cannot be opened." in result.output
        assert "hush-hush" not in result.output


def test_the_docs_name_every_check() -> None:
    """`check` is what programs compare with."""
    made = {name for file in (ROOT / "commentsvc" / "doctor").glob("*.py") for name in _CHECK.findall(file.read_text())}
    part = (ROOT / "docs" / "deployment.md").read_text().partition("\n## The doctor\n")[2].partition("\n## ")[0]
    assert set(_ROW.findall(part)) == made
