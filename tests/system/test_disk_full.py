"""A disk or server that takes no more: a clear 503, nothing half-written, reads go on, posting resumes by itself."""

import asyncio
import json
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import asyncpg
import pytest
import sqlalchemy as sa

from commentsvc.domain.errors import StorageUnavailableError
from commentsvc.store.engine import Store, sqlite_file
from commentsvc.store.schema import comment
from tests.support import migrated
from tests.support.full_disk import full_disk
from tests.support.postgres import Postgres, start_postgres
from tests.support.process import ARTICLE, KEY, ORIGIN, Answer, ServiceProcess, running_process

pytestmark = pytest.mark.anyio

_ABOUT = urlencode({"site": KEY, "url": ARTICLE})
_AT_ONCE = 24
_CONNECTIONS = 10


def _post(service: ServiceProcess, text: str, key: str | None = None) -> Answer:
    fields = {"site": KEY, "url": ARTICLE, "name": "Ada", "email": "ada@mail.example", "body": text}
    headers = {"Origin": ORIGIN, "Content-Type": "application/json", "Idempotency-Key": key or secrets.token_hex(16)}
    return service.ask("POST", "/api/v1/comments", headers=headers, body=json.dumps(fields).encode())


def _is_refused_clearly(answer: Answer) -> None:
    assert (answer.status, answer.header("content-type")) == (503, "application/problem+json")
    assert int(answer.header("retry-after") or 0) > 0
    assert json.loads(answer.body)["code"] == StorageUnavailableError.code
    assert json.loads(answer.body)["title"] == StorageUnavailableError.public


def _reads_go_on(service: ServiceProcess) -> None:
    for path in ("/api/v1/thread", "/api/v1/counts", "/read", "/feed"):
        assert service.ask("GET", f"{path}?{_ABOUT}").status == 200, path
    assert service.ask("GET", f"/api/v1/thread?{_ABOUT}&sort=newest").status == 200  # of which no bytes are kept
    assert service.ask("GET", "/healthz").status == 200


async def _texts(service: ServiceProcess) -> list[str]:
    store = Store(service.database_url)
    await store.open(migrate=False)
    query = sa.select(comment.c.source).order_by(comment.c.id)
    texts = await store.read(lambda conn: list(conn.execute(query).scalars()))
    if sqlite_file(service.database_url):
        check = sa.text("PRAGMA integrity_check")
        assert await store.read(lambda conn: conn.execute(check).scalars().all()) == ["ok"]
    await store.close()
    return texts


async def test_a_full_disk_refuses_and_takes_again(running_on_sqlite: ServiceProcess) -> None:
    """Once nothing fits, once a part of the first commit does."""
    service, journal = running_on_sqlite, Path(f"{sqlite_file(running_on_sqlite.database_url)}-wal")
    assert _post(service, "Before.").status == 202
    for room in (0, 10_000):
        text, key = f"{room} kept {'long ' * 800}", secrets.token_hex(16)
        with full_disk(service.pid, journal, room=room):
            _is_refused_clearly(_post(service, text, key))
            with ThreadPoolExecutor(_AT_ONCE) as readers:
                answers = list(readers.map(lambda n: _post(service, f"{n} {'x' * 4_900}"), range(_AT_ONCE)))
            for answer in answers:
                _is_refused_clearly(answer)
            _reads_go_on(service)
        assert _post(service, text, key).status == 202
        assert _post(service, text, key).status == 202
    service.kill()
    assert [text[:10].strip() for text in await _texts(service)] == ["Before.", "0 kept lon", "10000 kept"]


def _set(server: Postgres, name: str, value: str) -> None:
    server.execute(f"ALTER SYSTEM SET {name} = {value}")
    server.execute("SELECT pg_reload_conf()")
    while server.execute(f"SHOW {name}").strip() != value:
        pass


@pytest.fixture
def small_postgres() -> Iterator[Postgres]:
    """It takes few connections."""
    folder = Path(tempfile.mkdtemp(prefix="commentsvc-system-"))
    folder.chmod(0o755)  # PostgreSQL enters it under another account
    server = start_postgres(folder, settings={"fsync": "off", "max_connections": str(_CONNECTIONS)})
    yield server
    server.stop()
    shutil.rmtree(folder)


async def test_a_server_that_refuses_is_told_and_posting_resumes(small_postgres: Postgres, tmp_path: Path) -> None:
    """It only reads, as a replica does or one whose operator has stopped all writing; or no connection is free."""
    with running_process(small_postgres.url(migrated.copy_postgres(small_postgres)), tmp_path) as service:
        keys = [secrets.token_hex(16) for _ in range(2)]
        assert _post(service, "Before.").status == 202
        _set(small_postgres, "default_transaction_read_only", "on")
        _is_refused_clearly(_post(service, "First.", keys[0]))
        _reads_go_on(service)
        _set(small_postgres, "default_transaction_read_only", "off")
        assert [_post(service, "First.", keys[0]).status for _ in range(2)] == [202, 202]

        others = await _take_all_connections(small_postgres)
        _is_refused_clearly(_post(service, "Second.", keys[1]))
        assert service.ask("GET", "/readyz").status == 503
        for other in others:
            await other.close()
        await _until_ready(service)
        assert [_post(service, "Second.", keys[1]).status for _ in range(2)] == [202, 202]
        service.kill()
        assert await _texts(service) == ["Before.", "First.", "Second."]


async def _take_all_connections(server: Postgres) -> list[asyncpg.Connection]:
    taken: list[asyncpg.Connection] = []
    while len(taken) < _CONNECTIONS:
        try:
            taken.append(await asyncpg.connect(server.url().replace("+asyncpg", "")))
        except asyncpg.TooManyConnectionsError:
            mine = [each.get_server_pid() for each in taken]
            others = "backend_type = 'client backend' AND pid <> ALL($1::int[])"
            await taken[0].execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}", mine)
    return taken


async def _until_ready(service: ServiceProcess) -> None:
    """The server needs a moment to let go of a connection."""
    async with asyncio.timeout(60):
        while service.ask("GET", "/readyz").status != 200:
            await asyncio.sleep(0.05)
