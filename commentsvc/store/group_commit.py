"""SQLite's one writer: it takes what is waiting and commits it together, one sync to disk for many jobs."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from sqlalchemy.engine import Connection
from sqlalchemy.exc import DatabaseError, InternalError, OperationalError

from commentsvc.domain.errors import StorageUnavailableError
from commentsvc.store.turns import Origin, Turns

T = TypeVar("T")

TOGETHER = 128
"""Jobs in one commit, at most."""
_RETRY_AFTER_SECONDS = 2


@dataclass(slots=True, eq=False)
class _Turn:
    job: Callable[[Connection], Any]
    outcome: asyncio.Future[Any]
    result: Any = None
    error: Exception | None = None


class GroupCommit:
    """The writer task of one SQLite database.

    Each job runs in a savepoint of its own, so that one bad row spoils no other; a job's caller hears of success
    only after the common commit.

    Args:
        commit: Runs a job in a transaction and commits it.
    """

    def __init__(self, commit: Callable[[Callable[[Connection], None]], Awaitable[None]]) -> None:
        self._commit = commit
        self._waiting: Turns[_Turn] = Turns()
        self._is_wanted = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._is_taking = False

    def start(self) -> None:
        """Begin to take jobs."""
        self._is_taking = True
        self._task = asyncio.create_task(self._run(), name="sqlite-writer")

    async def stop(self) -> None:
        """Commit what was accepted, then end."""
        self._is_taking = False  # first: whoever came behind the last turn would wait for ever
        self._is_wanted.set()
        if self._task is not None:
            await self._task
            self._task = None

    async def write(self, job: Callable[[Connection], T], *, origin: Origin | None = None) -> T:
        """Run a job and wait until it is on the disk.

        Raises:
            StorageUnavailableError: Too many jobs are waiting, or the writer has ended.
        """
        if not self._is_taking:
            raise StorageUnavailableError("the writer has ended", retry_after_seconds=_RETRY_AFTER_SECONDS)
        outcome: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.add(_Turn(job, outcome), origin)
        self._is_wanted.set()
        return await outcome

    async def _run(self) -> None:
        while self._is_taking or self._waiting:
            if batch := self._waiting.take(TOGETHER):
                await self._commit_together(batch)
            else:
                self._is_wanted.clear()
                await self._is_wanted.wait()

    async def _commit_together(self, turns: Sequence[_Turn]) -> None:
        wanted = [turn for turn in turns if not turn.outcome.done()]  # done: its caller went away
        if not wanted:
            return
        try:
            await self._commit(partial(_run_turns, turns=wanted))
        except Exception as error:  # noqa: BLE001 - each caller is told
            for turn in wanted:
                turn.error = turn.error or error
        for turn in wanted:
            _tell(turn)


def _run_turns(conn: Connection, turns: Sequence[_Turn]) -> None:
    if len(turns) == 1:  # whose transaction it is alone: if the job fails, all of it goes
        turns[0].result = turns[0].job(conn)
        return
    for turn in turns:
        conn.exec_driver_sql("SAVEPOINT job")  # by hand: SQLAlchemy's own way costs as much as three statements
        try:
            turn.result = turn.job(conn)
        except Exception as error:
            if _is_of_the_disk(error):
                raise  # nobody in this batch is safe
            conn.exec_driver_sql("ROLLBACK TO SAVEPOINT job")
            turn.error = error  # of the row or the job: its caller is told, the others go on
        conn.exec_driver_sql("RELEASE SAVEPOINT job")


def _is_of_the_disk(error: Exception) -> bool:
    """Whether the database itself failed: full, locked, unreadable; not what a job wanted of it."""
    return isinstance(error, OperationalError | InternalError) or type(error) is DatabaseError


def _tell(turn: _Turn) -> None:
    if turn.outcome.done():
        return
    if turn.error is not None:
        turn.outcome.set_exception(turn.error)
    else:
        turn.outcome.set_result(turn.result)
