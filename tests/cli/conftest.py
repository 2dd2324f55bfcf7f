"""A command line inside the test, on an installation of its own."""

import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner, Result

from commentsvc.cli import command_line

Run = Callable[..., Result]


@pytest.fixture
def installation(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Its folder; the database has tables and no rows, once for each engine."""
    for name in [name for name in os.environ if name.startswith("COMMENTSVC_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COMMENTSVC_DATABASE_URL", database_url)
    monkeypatch.setenv("COMMENTSVC_KEY_FILE", str(tmp_path / "secrets" / "keys.json"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(installation: Path) -> Iterator[Run]:
    """Type a command; what it said and how it ended."""
    assert installation.is_dir()
    handlers, level = logging.getLogger().handlers[:], logging.getLogger().level

    def typed(*args: str) -> Result:
        return CliRunner().invoke(command_line(), list(args))

    yield typed
    logging.getLogger().handlers[:] = handlers
    logging.getLogger().setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def refuse(run: Run) -> Callable[..., str]:
    """Type a command that must fail: with one sentence or two, exit code 1 and no traceback; what it said."""

    def typed(*args: str) -> str:
        result = run(*args)
        assert result.exit_code == 1, result.output
        assert isinstance(result.exception, SystemExit), result.exception
        assert result.stderr.startswith("commentsvc: ")
        assert result.stderr.count("\n") == 1
        assert "Traceback" not in result.output
        return result.stderr.removeprefix("commentsvc: ").strip()

    return typed
