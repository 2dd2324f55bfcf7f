"""A process that writes comments through the real storage code, and says which of them it was told are safe.

Run under `strace` by tests/support/power_cuts.py, which takes the power from it.
"""

import asyncio
import itertools
import os
import sys
from pathlib import Path

from sqlalchemy.engine import Connection

from commentsvc.store import sqlite
from commentsvc.store.engine import Store
from tests.store.make_comments import Make, add_pending, new_make, open_thread
from tests.support.migrated import sqlite_url


async def main(file: Path, told: Path, *, writers: int, comments: int, letters: int, scrubs: int) -> None:
    """Write so many comments by so many writers at once; each id goes into `told` when its write has returned."""
    store = Store(sqlite_url(file))
    await store.open(migrate=False)
    make = await new_make(store)
    output = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    numbers = itertools.count()
    writing = [asyncio.create_task(_write(make, output, numbers, comments, letters)) for _ in range(writers)]
    for _ in range(scrubs):
        await store.scrub()
    await asyncio.gather(*writing)
    await store.close()
    os.close(output)


async def _write(make: Make, output: int, numbers: "itertools.count[int]", comments: int, letters: int) -> None:
    while (number := next(numbers)) < comments:

        def job(conn: Connection, number: int = number) -> str:
            thread = open_thread(conn, make.site.id, f"https://news.example/{number % 7}")
            return add_pending(conn, thread, source=f"{number} {'x' * letters}")

        public_id = await make.store.write(job)
        os.write(output, f"{public_id}\n".encode())


if __name__ == "__main__":
    file, told, synchronous, *counts = sys.argv[1:]
    sqlite._PRAGMAS = (*sqlite._PRAGMAS, f"PRAGMA synchronous = {synchronous}")  # type: ignore[assignment]
    given = dict(zip(("writers", "comments", "letters", "scrubs"), map(int, counts), strict=True))
    asyncio.run(main(Path(file), Path(told), **given))
