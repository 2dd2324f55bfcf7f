"""What tests over the whole running service share: databases of their own, whose files can be searched."""

import io
import logging
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog

from commentsvc.logs import set_up_logs
from tests.support import migrated
from tests.support.postgres import Postgres, start_postgres
from tests.support.process import ServiceProcess, running_process
from tests.system.files import Files


@pytest.fixture
def own_postgres() -> Iterator[Postgres]:
    """A PostgreSQL that nobody else writes to."""
    folder = Path(tempfile.mkdtemp(prefix="commentsvc-system-"))
    folder.chmod(0o755)  # PostgreSQL enters it under another account
    server = start_postgres(folder)
    yield server
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Files:
    """A database of its own, and where it leaves traces."""
    if request.param == "sqlite":
        return Files(f"sqlite+aiosqlite:///{tmp_path / 'database' / 'comments.db'}", tmp_path / "database", None)
    server: Postgres = request.getfixturevalue("own_postgres")
    return Files(server.url(server.create_database()), server.folder, server)


@pytest.fixture
def running(database_url: str, tmp_path: Path) -> Iterator[ServiceProcess]:
    """`commentsvc serve` on an empty database with one site, once for each engine."""
    with running_process(database_url, tmp_path) as service:
        yield service


@pytest.fixture
def running_on_sqlite(tmp_path: Path) -> Iterator[ServiceProcess]:
    """The same on SQLite alone, for what does not touch the database."""
    with running_process(migrated.copy_sqlite(tmp_path / "comments.db"), tmp_path) as service:
        yield service


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], str]]:
    """What the service, its libraries and anybody else have written since it was last asked."""
    written = io.StringIO()
    monkeypatch.setattr("sys.stdout", written)
    monkeypatch.setattr("sys.stderr", written)
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    set_up_logs()
    yield lambda: _taken(written)
    structlog.reset_defaults()
    root.handlers[:] = before
    root.setLevel(level)


def _taken(written: io.StringIO) -> str:
    text = written.getvalue()
    written.seek(0)
    written.truncate()
    return text
