"""Installations to make backups of, and empty databases of either engine to restore them into."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.acts import Act
from commentsvc.domain.status import CommentStatus
from commentsvc.domain.subscriptions import Scope, Wish
from commentsvc.store import history, remembered
from commentsvc.store.engine import Store
from commentsvc.store.schema import metadata
from commentsvc.vault.backup_keys import create_backup_key, load_backup_key
from commentsvc.vault.keys import KeyRing, new_key_ring
from tests.store.make_comments import NOW, Make, new_make

Tables = dict[str, list[tuple[Any, ...]]]


@pytest.fixture(params=["sqlite", "postgresql"])
def other_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of another empty database, once for each engine."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'other' / 'comments.db'}"
        return
    server = request.getfixturevalue("postgres")
    name = server.create_database()
    yield server.url(name)
    server.drop_database(name)


@pytest.fixture
async def make(store: Store) -> Make:
    return await new_make(store)


@pytest.fixture
def ring() -> KeyRing:
    return new_key_ring()


@pytest.fixture
async def filled(store: Store, make: Make, ring: KeyRing) -> Store:
    """A store with something of most things in it."""
    root = await make.comment(source="Größe ✓ \u2028 🙂", name="Ada")
    await make.comment(parent=root, wish=Wish(Scope.REPLIES))
    for status in (CommentStatus.PENDING, CommentStatus.REJECTED, CommentStatus.SPAM, CommentStatus.DELETED):
        await make.comment(status=status)

    def more(conn: Connection) -> None:
        remembered.remember_first(conn, "sealing_key", ring.sealing[0].public.hex())
        history.write(
            conn,
            Act.CHANGE_POLICY,
            site_id=make.site.id,
            subject="site:news",
            moderator_id=None,
            details={"z": 1, "a": [None, 1.5, "ü"]},
            now=NOW,
        )

    await store.write(more)
    return store


def _everything(conn: Connection) -> Tables:
    return {
        table.name: [tuple(row) for row in conn.execute(sa.select(table).order_by(*table.primary_key))]
        for table in metadata.sorted_tables
    }


@pytest.fixture
def everything() -> Callable[[Store], Any]:
    """All rows of all tables."""

    async def read(store: Store) -> Tables:
        return await store.read(_everything)

    return read


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """A private key of backups."""
    path = tmp_path / "backup.key"
    create_backup_key(path)
    return path


@pytest.fixture
def private_key(key_file: Path) -> bytes:
    return load_backup_key(key_file)
