"""What stands in the way of a database is said in one error, and nothing is left half open."""

import os
import socket
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from commentsvc.domain.errors import StorageUnavailableError
from commentsvc.store.engine import Store
from tests.support.postgres import Postgres

pytestmark = pytest.mark.anyio

_NOBODY = 65_534


def _sqlite(path: Path) -> Store:
    return Store(f"sqlite+aiosqlite:///{path}")


async def _refusal(store: Store) -> StorageUnavailableError:
    with pytest.raises(StorageUnavailableError) as caught:
        await store.open()
    assert store._database is None
    return caught.value


@contextmanager
def _no_special_rights() -> Iterator[None]:
    """Be an ordinary account for a moment, because nothing is read-only for root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(_NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize("url", ["sqlite+aiosqlite://", "sqlite+aiosqlite:///:memory:"])
async def test_sqlite_needs_a_file(url: str) -> None:
    assert "needs a file" in str(await _refusal(Store(url)))


async def test_the_folder_is_made_for_its_owner_only(tmp_path: Path) -> None:
    store = _sqlite(tmp_path / "new" / "comments.db")
    await store.open()
    await store.close()
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


async def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "cannot be opened" in str(await _refusal(_sqlite(tmp_path / "file" / "comments.db")))
    assert "cannot be opened" in str(await _refusal(_sqlite(tmp_path / "file" / "below" / "comments.db")))


async def test_a_folder_in_the_place_of_the_file_is_told(tmp_path: Path) -> None:
    await _refusal(_sqlite(tmp_path))


async def test_a_read_only_folder_is_told() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o555)
        with _no_special_rights():
            await _refusal(_sqlite(folder / "comments.db"))
            await _refusal(_sqlite(folder / "below" / "comments.db"))
        assert list(folder.iterdir()) == []
        folder.chmod(0o755)


async def test_a_read_only_database_is_told_when_it_is_written() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder, file = Path(name), Path(name) / "comments.db"
        store = _sqlite(file)
        await store.open()
        await store.close()
        file.chmod(0o444)
        folder.chmod(0o555)
        with _no_special_rights():
            await _refusal(_sqlite(file))
        folder.chmod(0o755)


async def test_a_file_that_is_no_database_is_told_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "comments.db"
    file.write_bytes(b"These are not the pages you are looking for. " * 100)
    before = file.read_bytes()
    await _refusal(_sqlite(file))
    assert file.read_bytes() == before


async def test_a_locked_database_is_told_after_the_busy_timeout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = _sqlite(tmp_path / "comments.db")
    await store.open()
    await store.close()
    monkeypatch.setattr("commentsvc.store.sqlite._PRAGMAS", ("PRAGMA busy_timeout = 50",))
    with closing(sqlite3.connect(tmp_path / "comments.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        await _refusal(store)
    await store.open()
    await store.close()


async def test_an_unreachable_server_is_told() -> None:
    with socket.socket() as nobody_listens:
        nobody_listens.bind(("127.0.0.1", 0))
        port = nobody_listens.getsockname()[1]
        error = await _refusal(Store(f"postgresql+asyncpg://postgres@127.0.0.1:{port}/a"))
    assert error.retry_after_seconds is not None


async def test_an_absent_database_is_told(postgres: Postgres) -> None:
    await _refusal(Store(postgres.url("never_made")))


async def test_a_full_server_is_told_and_does_when_there_is_room(postgres: Postgres, new_database: str) -> None:
    name = new_database.rpartition("/")[2]
    account = "crowded_" + name
    postgres.execute(f'CREATE ROLE "{account}" LOGIN SUPERUSER CONNECTION LIMIT 0')
    postgres.execute(f'ALTER ROLE "{account}" NOSUPERUSER')
    store = Store(new_database.replace("postgres@", f"{account}@"))
    await _refusal(store)
    postgres.execute(f'ALTER ROLE "{account}" CONNECTION LIMIT -1')
    postgres.execute(f'ALTER DATABASE "{name}" OWNER TO "{account}"')
    await store.open()
    assert await store.is_ready()
    await store.close()
    postgres.execute(f'ALTER DATABASE "{name}" OWNER TO postgres')


async def test_a_closed_store_refuses_and_may_be_opened_again(store: Store) -> None:
    assert await store.is_ready()
    await store.close()
    await store.close()
    for job in (store.read, store.write):
        with pytest.raises(StorageUnavailableError):
            await job(lambda conn: conn.execute(sa.text("SELECT 1")).scalar_one())
    assert not await store.is_ready()
    await store.open()
    assert await store.is_ready()


async def test_a_connection_that_the_server_ended_is_one_refusal_at_most(postgres: Postgres, new_database: str) -> None:
    store = Store(new_database)
    await store.open()
    name = new_database.rpartition("/")[2]
    await store.read(lambda conn: conn.execute(sa.text("SELECT 1")).scalar_one())
    postgres.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    assert await store.is_ready()
    with pytest.raises(StorageUnavailableError):
        await store.write(lambda conn: conn.execute(sa.text("SELECT pg_terminate_backend(pg_backend_pid())")))
    assert await store.is_ready()
    await store.close()
