"""PostgreSQL tells every process which threads moved on: LISTEN, and one NOTIFY for all that was written meanwhile."""

import asyncio
from collections.abc import Collection
from contextlib import suppress
from typing import Any

import asyncpg
import structlog
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from commentsvc.store.moves import Moves

log = structlog.get_logger()

CHANNEL = "commentsvc_moved"
APPLICATION = "commentsvc announcements"
"""How the connection shows in `pg_stat_activity`."""
ALL = "*"
_IDS_IN_ONE = 500
"""Row ids in one message; PostgreSQL takes 8,000 bytes."""
_WAITING = 10_000
_PING_SECONDS = 10.0
_PATIENCE_SECONDS = 5.0
_AGAIN_SECONDS = (0.1, 0.5, 2.0, 5.0)


_Driver = Any
"""asyncpg's connection; the package ships no types."""
_Failed = (OSError, SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError)


class Announcements:
    """One connection of its own, that hears what others write and says what we wrote.

    Args:
        url: Of the database.
        moves: Told of everything that is heard, and of everything at once whenever the connection was away.
    """

    def __init__(self, url: URL, moves: Moves) -> None:
        self._engine = create_async_engine(
            url,
            poolclass=NullPool,
            hide_parameters=True,
            connect_args={"server_settings": {"application_name": APPLICATION}},
        )
        self._moves = moves
        self._unsaid: set[int] = set()
        self._is_all_unsaid = False
        self._woken = asyncio.Event()
        self._own_pid: int | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to listen."""
        self._task = asyncio.create_task(self._run(), name="announcements")

    async def stop(self) -> None:
        """Say what is unsaid, and hang up."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        if self._unsaid or self._is_all_unsaid:
            with suppress(*_Failed):
                await self._say_and_hang_up()
        await self._engine.dispose()

    def say(self, thread_ids: Collection[int]) -> None:
        """Tell the others soon that these threads moved on."""
        self._unsaid.update(thread_ids)
        if len(self._unsaid) > _WAITING:
            self._unsaid.clear()
            self._is_all_unsaid = True
        self._woken.set()

    async def _run(self) -> None:
        tries = 0
        while True:
            try:
                await self._listen()
            except _Failed as error:
                log.warning("announcements_away", error=type(error).__name__)
            await asyncio.sleep(_AGAIN_SECONDS[min(tries, len(_AGAIN_SECONDS) - 1)])
            tries += 1

    async def _listen(self) -> None:
        """Until the connection ends."""
        async with self._engine.connect() as conn:
            await self._follow(await _driver_of(conn))

    async def _follow(self, driver: _Driver) -> None:
        is_over = asyncio.Event()

        def end(_: object) -> None:
            is_over.set()
            self._woken.set()

        driver.add_termination_listener(end)
        self._own_pid = driver.get_server_pid()
        await driver.add_listener(CHANNEL, self._hear)
        self._moves.tell_all()  # whatever was said while nobody listened
        while not is_over.is_set():
            await self._say(driver)
            with suppress(TimeoutError):
                async with asyncio.timeout(_PING_SECONDS):
                    await self._woken.wait()
            if not self._woken.is_set():
                await driver.execute("SELECT 1", timeout=_PATIENCE_SECONDS)  # a dead line does not end by itself
            self._woken.clear()

    async def _say(self, driver: _Driver) -> None:
        while self._unsaid or self._is_all_unsaid:
            some = [] if self._is_all_unsaid else sorted(self._unsaid)[:_IDS_IN_ONE]
            payload = ",".join(map(str, some)) or ALL
            await driver.execute("SELECT pg_notify($1, $2)", CHANNEL, payload, timeout=_PATIENCE_SECONDS)
            self._unsaid.difference_update(some)  # only now: what could not be said is said to the next connection
            self._is_all_unsaid = False

    async def _say_and_hang_up(self) -> None:
        async with asyncio.timeout(_PATIENCE_SECONDS), self._engine.connect() as conn:
            await self._say(await _driver_of(conn))

    def _hear(self, _driver: object, pid: int, _channel: str, payload: object) -> None:
        said = str(payload)
        if said == ALL:
            self._moves.tell_all()
        elif pid != self._own_pid:  # what this process wrote it knows already
            self._moves.tell([int(each) for each in said.split(",") if each.isdecimal()])


async def _driver_of(conn: AsyncConnection) -> _Driver:
    return (await conn.get_raw_connection()).driver_connection
