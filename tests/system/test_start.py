"""What may be wrong at the start is told in one sentence, and the service ends with 1."""

import socket
import sqlite3
from pathlib import Path

import pytest

from tests.support.process import (
    HOST,
    KEY,
    ORIGIN,
    clean_environment,
    free_port,
    run_command,
    running_process,
)


def _start(folder: Path, **settings: str) -> str:
    """What `commentsvc serve` says when it cannot start: one line on stderr, exit code 1, nothing else."""
    (folder / "tmp").mkdir(exist_ok=True)
    own = {
        "COMMENTSVC_DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'database' / 'comments.db'}",
        "COMMENTSVC_KEY_FILE": str(folder / "secrets" / "keys.json"),
        "COMMENTSVC_PORT": str(free_port()),
        "COMMENTSVC_LOG_LEVEL": "ERROR",
    }
    environment = clean_environment(folder) | own | settings
    done = run_command("serve", environment=environment, folder=folder, timeout_seconds=30)
    assert done.returncode == 1, done.stderr
    assert not done.stdout
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith("commentsvc: "), done.stderr
    return done.stderr.strip()


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        said = _start(tmp_path, COMMENTSVC_PORT=str(port))
    assert f"Port {port} on {HOST} is taken." in said
    assert "COMMENTSVC_PORT" in said


def test_an_address_of_another_machine_is_refused(tmp_path: Path) -> None:
    assert "192.0.2.1" in _start(tmp_path, COMMENTSVC_HOST="192.0.2.1")


def test_a_newer_database_is_left_alone(tmp_path: Path) -> None:
    database = tmp_path / "comments.db"
    with running_process(f"sqlite+aiosqlite:///{database}", tmp_path) as service:
        service.stop()
    connection = sqlite3.connect(database)
    connection.execute("UPDATE alembic_version SET version_num = 'from_the_future'")
    connection.commit()
    connection.close()
    said = _start(tmp_path, COMMENTSVC_DATABASE_URL=f"sqlite+aiosqlite:///{database}")
    assert "newer version" in said
    assert "from_the_future" in said


def test_a_database_without_tables_is_left_alone_when_told_not_to_migrate(tmp_path: Path) -> None:
    assert "commentsvc migrate" in _start(tmp_path, COMMENTSVC_MIGRATE_AT_START="false")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    said = _start(tmp_path, COMMENTSVC_DATABASE_URL=f"sqlite+aiosqlite:///{tmp_path / 'file' / 'comments.db'}")
    assert str(tmp_path / "file") in said


def test_a_database_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    (tmp_path / "comments.db").mkdir()
    said = _start(tmp_path, COMMENTSVC_DATABASE_URL=f"sqlite+aiosqlite:///{tmp_path / 'comments.db'}")
    assert "database" in said
    assert "COMMENTSVC_DATABASE_URL" in said


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "comments.db").write_text("These are no tables. " * 100)
    said = _start(tmp_path, COMMENTSVC_DATABASE_URL=f"sqlite+aiosqlite:///{tmp_path / 'comments.db'}")
    assert "database" in said


def test_a_server_that_does_not_answer_is_told_without_its_password(tmp_path: Path) -> None:
    url = f"postgresql+asyncpg://someone:verysecret@{HOST}:{free_port()}/comments"
    said = _start(tmp_path, COMMENTSVC_DATABASE_URL=url)
    assert "COMMENTSVC_DATABASE_URL" in said
    assert "verysecret" not in said


def test_a_database_that_does_not_exist_is_told(tmp_path: Path, postgres_url: str) -> None:
    said = _start(tmp_path, COMMENTSVC_DATABASE_URL=f"{postgres_url}_missing")
    assert "COMMENTSVC_DATABASE_URL" in said


@pytest.mark.parametrize(
    "url", ["comments.db", "sqlite:///comments.db", "mysql+aiomysql://here/comments", "sqlite+aiosqlite://"]
)
def test_a_database_url_of_another_kind_is_told(tmp_path: Path, url: str) -> None:
    assert "COMMENTSVC_DATABASE_URL" in _start(tmp_path, COMMENTSVC_DATABASE_URL=url)


def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    key_file = _made_keys(tmp_path)
    key_file.chmod(0o644)
    said = _start(tmp_path, COMMENTSVC_KEY_FILE=str(key_file))
    assert f"chmod 600 {key_file}" in said


def test_a_key_file_of_another_database_is_refused(tmp_path: Path) -> None:
    key_file = _made_keys(tmp_path)
    key_file.unlink()
    said = _start(tmp_path, COMMENTSVC_KEY_FILE=str(key_file), COMMENTSVC_DATABASE_URL=_url(tmp_path))
    assert "key file" in said
    assert str(key_file) in said


def test_a_damaged_key_file_is_refused_without_quoting_it(tmp_path: Path) -> None:
    key_file = _made_keys(tmp_path)
    key_file.write_text('{"signing": ["verysecret"]}')
    said = _start(tmp_path, COMMENTSVC_KEY_FILE=str(key_file))
    assert str(key_file) in said
    assert "verysecret" not in said


def test_a_key_file_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    said = _start(tmp_path, COMMENTSVC_KEY_FILE=str(tmp_path / "file" / "keys.json"))
    assert str(tmp_path / "file") in said


@pytest.mark.parametrize(
    ("name", "value", "parts"),
    [
        ("COMMENTSVC_PROT", "8000", ["Unknown setting COMMENTSVC_PROT", "Did you mean COMMENTSVC_PORT?"]),
        ("COMMENTSVC_PORT", "eighty", ["COMMENTSVC_PORT"]),
        ("COMMENTSVC_PORT", "70000", ["COMMENTSVC_PORT", "65535"]),
        ("COMMENTSVC_PUBLIC_URL", "https://comments.example/path", ["COMMENTSVC_PUBLIC_URL", "without a path"]),
        ("COMMENTSVC_TRUSTED_PROXIES", "everybody", ["COMMENTSVC_TRUSTED_PROXIES"]),
        ("COMMENTSVC_CONFIG", "/nowhere/settings.toml", ["/nowhere/settings.toml", "cannot be read"]),
    ],
)
def test_a_setting_that_cannot_be_is_named(tmp_path: Path, name: str, value: str, parts: list[str]) -> None:
    said = _start(tmp_path, **{name: value})
    assert [part for part in parts if part not in said] == []


@pytest.mark.parametrize(
    ("content", "part"),
    [("port = ", "not valid TOML"), ("prot = 8000", "Did you mean port?"), ("[[port]]", "COMMENTSVC_PORT")],
)
def test_a_settings_file_that_cannot_be_is_named(tmp_path: Path, content: str, part: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(content)
    environment = {"COMMENTSVC_CONFIG": str(file)}
    said = _start_without_port(tmp_path, environment)
    assert part in said


def _start_without_port(folder: Path, environment: dict[str, str]) -> str:
    done = run_command("serve", environment=clean_environment(folder) | environment, folder=folder, timeout_seconds=30)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1), done.stderr
    return done.stderr


def test_secrets_in_files_come_before_the_settings_file_and_after_the_environment(tmp_path: Path) -> None:
    secrets = tmp_path / "own-secrets"
    secrets.mkdir()
    (secrets / "database_url").write_text("sqlite+aiosqlite:///from-the-secret.db\n")
    (secrets / "someone_elses").write_text("none of our business")
    (tmp_path / "settings.toml").write_text('database_url = "sqlite+aiosqlite:///from-the-file.db"\n')
    (tmp_path / "tmp").mkdir()
    environment = clean_environment(tmp_path) | {
        "COMMENTSVC_SECRETS_DIR": str(secrets),
        "COMMENTSVC_CONFIG": str(tmp_path / "settings.toml"),
    }
    done = run_command("migrate", environment=environment, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in tmp_path.glob("from-*.db")) == ["from-the-secret.db"]
    environment["COMMENTSVC_DATABASE_URL"] = "sqlite+aiosqlite:///from-the-environment.db"
    assert run_command("migrate", environment=environment, folder=tmp_path).returncode == 0
    assert (tmp_path / "from-the-environment.db").exists()


def _url(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{folder / 'database' / 'comments.db'}"


def _made_keys(folder: Path) -> Path:
    """Of a database that exists."""
    (folder / "tmp").mkdir()
    key_file = folder / "secrets" / "keys.json"
    environment = {"COMMENTSVC_DATABASE_URL": _url(folder), "COMMENTSVC_KEY_FILE": str(key_file)}
    added = ("site", "add", KEY, "--origin", ORIGIN)
    done = run_command(*added, environment=clean_environment(folder) | environment, folder=folder)
    assert done.returncode == 0, done.stderr
    return key_file
