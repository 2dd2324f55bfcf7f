"""SQLite runs as it was measured to be safe: durable, strict, private, and nothing deleted stays."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from commentsvc.domain.status import CommentStatus
from commentsvc.store.engine import Store
from commentsvc.store.schema import comment, outbox
from tests.store.make_comments import NOW, Make, new_make

pytestmark = pytest.mark.anyio

SETTINGS = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "secure_delete": 1,
    "busy_timeout": 5_000,
    "temp_store": 2,
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "comments.db"


@pytest.fixture
def database_url(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


def _settings(conn: sa.Connection) -> dict[str, Any]:
    return {name: conn.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in SETTINGS}


async def test_every_connection_has_the_settings(store: Store) -> None:
    assert await store.write(_settings) == SETTINGS
    assert await store.read(_settings) == SETTINGS
    assert await store.read(lambda conn: conn.exec_driver_sql("PRAGMA query_only").scalar_one()) == 1


async def test_foreign_keys_are_held(store: Store) -> None:
    orphan = sa.insert(outbox).values(site_id=1, comment_id=1, event="a", created_at=NOW, due_at=NOW)
    with pytest.raises(sa.exc.IntegrityError, match="FOREIGN KEY"):
        await store.write(lambda conn: conn.execute(orphan))


async def test_only_the_owner_may_read_the_files(make: Make, file: Path) -> None:
    await make.comment()
    await make.page()
    modes = {path.name: path.stat().st_mode & 0o777 for path in file.parent.glob("comments.db*")}
    assert modes == {"comments.db": 0o600, "comments.db-wal": 0o600, "comments.db-shm": 0o600}


async def test_an_open_file_is_closed_to_others_at_the_next_start(store: Store, file: Path, database_url: str) -> None:
    await store.close()
    file.chmod(0o644)
    again = Store(database_url)
    await again.open()
    assert file.stat().st_mode & 0o777 == 0o600
    await again.close()


async def test_an_error_does_not_carry_a_readers_words(store: Store) -> None:
    bad = sa.insert(comment).values(source="canary words", name="canary name")
    with pytest.raises(sa.exc.IntegrityError) as caught:
        await store.write(lambda conn: conn.execute(bad))
    assert "canary" not in str(caught.value)


async def test_deleted_words_are_gone_from_the_files_after_a_checkpoint(file: Path, database_url: str) -> None:
    canaries = [f"canary-{number}-{'feather' * 40}" for number in range(50)]

    def found() -> int:
        files = b"".join(path.read_bytes() for path in file.parent.glob("comments.db*"))
        return sum(canary.encode() in files for canary in canaries)

    store = Store(database_url)
    await store.open()
    make = await new_make(store)
    for canary in canaries:
        await make.comment(source=canary, status=CommentStatus.PENDING)
    assert found() == 50

    await store.write(lambda conn: conn.execute(sa.delete(comment)))
    await store.close()
    with closing(sqlite3.connect(file)) as conn:
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert found() == 0
