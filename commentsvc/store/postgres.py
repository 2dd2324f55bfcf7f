"""PostgreSQL as we use it: a pool of connections, each job a transaction of its own."""

from collections.abc import Callable
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from commentsvc.store.pooled import check_when_taken
from commentsvc.store.turns import Origin

T = TypeVar("T")

POOL = 10
_VACUUM = (
    "VACUUM (SKIP_LOCKED) author, comment, comment_link, comment_search, comment_version, appeal, outbox, subscription"
)
"""Whoever does not own the tables is told so by the server, and nothing happens."""


class PostgresDatabase:
    """One PostgreSQL database.

    Args:
        url: ``postgresql+asyncpg://user:password@host/name``.
    """

    def __init__(self, url: URL) -> None:
        self.pool: AsyncEngine = create_async_engine(
            url,
            pool_size=POOL,
            max_overflow=POOL,
            hide_parameters=True,  # an error message must not carry a reader's words
        )
        check_when_taken(self.pool.sync_engine)

    @property
    def engines(self) -> frozenset[sa.Engine]:
        """What runs the statements, for whoever wants to listen."""
        return frozenset({self.pool.sync_engine})

    async def open(self, first: Callable[[Connection], None]) -> None:
        """Connect, and run a first job before all others."""
        await self.write(first)

    async def read(self, job: Callable[[Connection], T]) -> T:
        """Run a job on one snapshot; it cannot write."""
        async with self.pool.connect() as conn:
            await conn.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)  # type: ignore[unused-awaitable]  # it changes `conn` itself
            return await conn.run_sync(job)

    async def write(self, job: Callable[[Connection], T], *, origin: Origin | None = None) -> T:  # noqa: ARG002 - here the pool serves whoever came first
        """Run a job in a transaction, and commit it."""
        async with self.pool.begin() as conn:
            return await conn.run_sync(job)

    async def scrub(self) -> bool:
        """Free the space of erased rows; always True."""
        async with self.pool.connect() as conn:
            await conn.execution_options(isolation_level="AUTOCOMMIT")  # type: ignore[unused-awaitable]  # it changes `conn` itself
            await conn.exec_driver_sql(_VACUUM)
        return True

    async def close(self) -> None:
        """Let go of the connections."""
        await self.pool.dispose()
