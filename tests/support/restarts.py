"""PostgreSQL ends at once and starts again while readers post: what they were told must be there."""

import asyncio
import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from commentsvc.store.engine import Store
from commentsvc.store.schema import comment
from tests.support.postgres import Postgres, start_postgres
from tests.support.process import ServiceProcess
from tests.support.writers import Writer

_WRITERS = 16
_PATIENCE_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Restarted:
    """What came of it."""

    acknowledged: int
    attempts: int
    lost: int
    """Acknowledged, and not there or not under the id that was told."""
    doubled: int
    """Rows beyond the first of a text, or with a text that was never acknowledged."""
    gaps: Sequence[float]
    """For each restart, the seconds around it in which nobody's post was acknowledged."""


async def restart_under_load(
    service: ServiceProcess, server: Postgres, *, times: int, seconds_between: float = 0
) -> Restarted:
    """Restart the server so many times while 16 readers post one comment after another, and count.

    Args:
        service: Running on a database of `server`; it is not restarted.
        server: Its own, with settings that make it keep what it acknowledged.
        times: How often.
        seconds_between: Besides the time until posts are acknowledged again.
    """
    is_over, is_up = asyncio.Event(), asyncio.Event()
    is_up.set()
    writers = [Writer(number, service, is_over, is_up) for number in range(_WRITERS)]
    async with asyncio.TaskGroup() as writing:
        for writer in writers:
            writing.create_task(writer.write())
        cuts: list[tuple[float, float]] = []
        for _ in range(times):
            await _next_acknowledgements(writers)
            await asyncio.sleep(seconds_between)
            began = time.monotonic()
            await asyncio.to_thread(server.stop)
            await asyncio.to_thread(start_postgres, server.folder, settings={}, port=server.port)
            await _next_acknowledgements(writers)
            cuts.append((began, time.monotonic()))
        is_over.set()
    told = {text: public_id for writer in writers for text, public_id in writer.acknowledged.items()}
    rows = await _rows(service.database_url)
    there = dict(rows)
    moments = sorted(moment for writer in writers for moment in writer.moments)
    return Restarted(
        acknowledged=len(told),
        attempts=sum(writer.attempts for writer in writers),
        lost=sum(there.get(text) != public_id for text, public_id in told.items()),
        doubled=len(rows) - len(told.keys() & there.keys()),
        gaps=[_gap(moments, *cut) for cut in cuts],
    )


def _gap(moments: Sequence[float], begin: float, end: float) -> float:
    """The longest time between two acknowledgements, of which one came before the end and one after the beginning."""
    pairs = [(one, next_one) for one, next_one in itertools.pairwise(moments) if one <= end and next_one >= begin]
    return max(next_one - one for one, next_one in pairs)


async def _next_acknowledgements(writers: Sequence[Writer]) -> None:
    """Until each writer has one more."""
    before = [len(writer.acknowledged) for writer in writers]
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while any(len(writer.acknowledged) <= count for writer, count in zip(writers, before, strict=True)):
            await asyncio.sleep(0.01)


async def _rows(database_url: str) -> list[tuple[str, str]]:
    store = Store(database_url)
    await store.open(migrate=False)
    query = sa.select(comment.c.source, comment.c.public_id)
    rows = await store.read(lambda conn: [(row.source, row.public_id) for row in conn.execute(query)])
    await store.close()
    return rows
