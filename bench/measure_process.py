"""The process itself: how soon it answers, what it holds in memory, what a comment takes on the disk."""

import re
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from commentsvc.store.engine import sqlite_file
from tests.support.postgres import Postgres
from tests.support.process import ServiceProcess

_MEBIBYTE = 1024 * 1024
_WEIGH_EVERY_SECONDS = 0.2


def memory_mib(pid: int) -> float:
    """Its proportional set size: its own memory, and its share of what it has in common with others."""
    found = re.search(r"Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8"))
    assert found is not None
    return int(found.group(1)) * 1024 / _MEBIBYTE


@contextmanager
def weighing(pid: int) -> Iterator[list[float]]:
    """Its memory, five times a second as long as this lasts."""
    weights = [memory_mib(pid)]
    is_over = threading.Event()

    def weigh() -> None:
        while not is_over.wait(_WEIGH_EVERY_SECONDS):
            weights.append(memory_mib(pid))

    thread = threading.Thread(target=weigh)
    thread.start()
    try:
        yield weights
    finally:
        is_over.set()
        thread.join()


def seconds_to_answer(service: ServiceProcess, path: str) -> float:
    """From the start of the process to its first answer to a reader; it is ended again."""
    began = time.monotonic()
    service.start()
    assert service.ask("GET", path).status == 200  # noqa: PLR2004 - 200 OK
    took = time.monotonic() - began
    service.stop()
    return took


def bytes_on_disk(database_url: str, server: Postgres | None) -> int:
    """Of the whole database, vacuumed; nobody may use it meanwhile."""
    if server is not None:
        name = database_url.rpartition("/")[2]
        server.vacuum(name)
        return int(server.execute(f"SELECT pg_database_size('{name}')"))
    file = sqlite_file(database_url)
    assert file is not None
    with closing(sqlite3.connect(file, isolation_level=None)) as conn:
        conn.execute("VACUUM")
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return file.stat().st_size
