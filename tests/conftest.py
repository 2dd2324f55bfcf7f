"""What all tests share: a real PostgreSQL, a real browser, and their end."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import hypothesis
import pytest
from playwright.sync_api import Browser

from commentsvc.store.engine import Store
from tests.support import migrated
from tests.support.browser import BrowserLoop, open_chromium
from tests.support.postgres import Postgres, shared_postgres, stop_shared_postgres
from tests.support.service import Service, running_service

_SESSION_FOLDER = "TESTS_SESSION_FOLDER"
"""Environment variable: tells the workers of pytest-xdist where the session's server lives."""

_LONG = {
    "journeys/test_for_everybody.py",
    "journeys/test_gallery.py",
    "journeys/test_hostile_comments.py",
    "journeys/test_taking_part.py",
    "moderation/test_cross_site_forms.py",
    "moderation/test_pages_in_browser.py",
    "notify/test_reader_mail.py",
    "system/test_canaries.py",
    "system/test_kill.py",
    "system/test_role_matrix.py",
    "system/test_split.py",
}
"""Files that take half a minute or more: handed out first, so that no worker is left alone with one at the end."""

# The same examples in every run: a red run must mean that the code changed.
hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None)
hypothesis.settings.load_profile("repeatable")


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def pytest_configure(config: pytest.Config) -> None:
    if not _is_worker(config):
        folder = Path(tempfile.mkdtemp(prefix="commentsvc-tests-"))
        folder.chmod(0o755)  # PostgreSQL enters it under another account
        os.environ[_SESSION_FOLDER] = str(folder)


def pytest_unconfigure(config: pytest.Config) -> None:
    if not _is_worker(config):
        folder = Path(os.environ.pop(_SESSION_FOLDER))
        stop_shared_postgres(folder)
        shutil.rmtree(folder)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: f"{item.path.parent.name}/{item.path.name}" not in _LONG)
    for item in items:
        if _switches_greenlets(item):
            item.add_marker("greenlets")
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


def _switches_greenlets(item: pytest.Item) -> bool:
    """Whether coverage cannot follow a test: asyncpg under SQLAlchemy and Playwright switch greenlets in one thread."""
    fixtures = set(getattr(item, "fixturenames", ()))
    engines = item.callspec.params if hasattr(item, "callspec") else {}
    is_whole_system = {"system", "journeys"} & set(item.path.parts)
    return bool(
        fixtures & {"postgres", "postgres_url", "new_database", "chromium"}
        or is_whole_system
        or "postgresql" in {engines.get("database_url"), engines.get("empty_database_url")}
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    if item.get_closest_marker("browser"):
        return (yield)
    with BrowserLoop.set_aside():
        return (yield)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The session's PostgreSQL 18, one for all workers."""
    with shared_postgres(Path(os.environ[_SESSION_FOLDER])) as server:
        yield server


@pytest.fixture(scope="session")
def postgres_url(postgres: Postgres) -> str:
    """Of the server's own database; tests write into `new_database`."""
    return postgres.url()


@pytest.fixture
def new_database(postgres: Postgres) -> Iterator[str]:
    """The URL of an empty PostgreSQL database that is this test's own."""
    name = postgres.create_database()
    yield postgres.url(name)
    postgres.drop_database(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database that is this test's own, with tables and no rows, once for each engine."""
    if request.param == "sqlite":
        yield migrated.copy_sqlite(tmp_path / "comments.db")
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = migrated.copy_postgres(server)
    yield server.url(name)
    server.drop_database(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The same without tables, as an installation finds it."""
    if request.param == "sqlite":
        return migrated.sqlite_url(tmp_path / "comments.db")
    url: str = request.getfixturevalue("new_database")
    return url


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A browser; each test opens contexts of its own in it and closes them.

    A test with it is synchronous: its thread belongs to Playwright's event loop.
    """
    with open_chromium() as browser:
        yield browser


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """A store on a database of its own, once for each engine."""
    opened = Store(database_url)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
async def service(database_url: str, tmp_path: Path) -> AsyncIterator[Service]:
    """The whole service on an empty database of its own, once for each engine."""
    async with running_service(database_url, tmp_path) as running:
        yield running
