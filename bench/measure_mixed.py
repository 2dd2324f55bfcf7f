"""How long readers wait while others write: both at a fixed rate, whatever the service answers."""

import asyncio
import itertools
import multiprocessing
import os
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection as Pipe

from bench.installation import CLIENT_CORE, THREAD
from bench.measure_writes import Connection, our_posting
from tests.support.process import HOST

_READS_A_SECOND, _READERS = 100, 20
_UNDER_WAY = 400
"""Posts at most, so that the service's writer holds no more; what is due then is given up."""


@dataclass(frozen=True, slots=True)
class Mixed:
    """What came of one run."""

    offered: int
    """Posts a second that were due."""
    written: float
    """Posts a second that were taken."""
    took_ms: list[float]
    """Each read, from the moment it was due; in order of length."""

    def at(self, share: float) -> float:
        """Milliseconds: 0.5 is the median."""
        return self.took_ms[min(len(self.took_ms) - 1, int(len(self.took_ms) * share))]


def read_while_written(port: int, *, offered: int, seconds: float) -> Mixed:
    """Read a thread 100 times a second while so many comments a second are posted by another process."""
    ours, theirs = multiprocessing.Pipe()
    writer = multiprocessing.get_context("spawn").Process(target=_write, args=(port, offered, seconds, theirs))
    writer.start()
    ours.recv()
    took = asyncio.run(_read_for(port, seconds))
    written: float = ours.recv()
    writer.join()
    return Mixed(offered, written, sorted(took))


def _write(port: int, offered: int, seconds: float, told: Pipe) -> None:
    os.sched_setaffinity(0, {CLIENT_CORE})
    told.send("ready")
    told.send(asyncio.run(_write_for(port, offered, seconds)))


async def _write_for(port: int, offered: int, seconds: float) -> float:
    began, numbers, done = time.monotonic(), itertools.count(), 0

    async def write_on() -> None:
        nonlocal done
        connection = Connection(our_posting(port))
        while True:
            number = next(numbers)
            due = began + number / offered
            if due > began + seconds or time.monotonic() > began + seconds:
                break
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            await connection.post(int(began * 1_000) * 1_000 + number)
            done += 1
        connection.close()

    await asyncio.gather(*(write_on() for _ in range(min(_UNDER_WAY, offered))))
    return done / (time.monotonic() - began)


async def _read_for(port: int, seconds: float) -> list[float]:
    request = f"GET {THREAD} HTTP/1.1\r\nHost: {HOST}\r\nAccept-Encoding: br\r\n\r\n".encode()
    began, numbers = time.monotonic(), itertools.count()
    took: list[float] = []

    async def read_on() -> None:
        reader, writer = await asyncio.open_connection(HOST, port)
        while (due := began + next(numbers) / _READS_A_SECOND) < began + seconds:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            writer.write(request)
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            assert head.startswith(b"http/1.1 200"), head
            await reader.readexactly(int(head.partition(b"content-length:")[2].split()[0]))
            took.append((time.monotonic() - due) * 1_000)
        writer.close()

    await asyncio.gather(*(read_on() for _ in range(_READERS)))
    return took
