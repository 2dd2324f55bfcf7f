"""Databases with all tables, copied from one that was migrated once: to migrate takes longer than most tests."""

import asyncio
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from commentsvc.store.engine import Store
from tests.support.postgres import Postgres


def copy_sqlite(file: Path) -> str:
    """Make a migrated database at a path where there is none; its URL."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.write_bytes(_sqlite_bytes())
    file.chmod(0o600)
    return sqlite_url(file)


def copy_postgres(server: Postgres) -> str:
    """Make a migrated database on a server; its name."""
    return server.create_database(template=_postgres_template(server))


def sqlite_url(file: Path) -> str:
    """As SQLAlchemy wants it."""
    return f"sqlite+aiosqlite:///{file}"


@cache
def _sqlite_bytes() -> bytes:
    folder = Path(tempfile.mkdtemp(prefix="commentsvc-migrated-"))
    file = folder / "comments.db"
    _migrate(sqlite_url(file))
    try:
        return file.read_bytes()
    finally:
        shutil.rmtree(folder)


@cache
def _postgres_template(server: Postgres) -> str:
    name = server.create_database()
    _migrate(server.url(name))
    return name


def _migrate(url: str) -> None:
    """In a thread of its own: the test that asks first may have a loop running."""

    async def open_and_close() -> None:
        store = Store(url)
        await store.open()
        await store.close()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, open_and_close()).result()
