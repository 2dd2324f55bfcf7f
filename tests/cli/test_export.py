"""``commentsvc export``: to a new file or the terminal, in the same memory however much there is."""

import asyncio
import json
import os
import stat
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from commentsvc.domain.status import CommentStatus
from commentsvc.store.engine import Store
from commentsvc.store.schema import comment
from tests.cli.conftest import Run
from tests.store.copy_comments import copy_many
from tests.store.make_comments import new_make

Refuse = Callable[..., str]
MANY = 20_000
WORDS_BYTES = 2_000
MORE_KIB_AT_MOST = 24 * 1024
"""Between the exports of two and of many; the words of many alone have 40 MB, and stand there as source and as HTML."""
TELL_PEAK = """
import re
from pathlib import Path
from commentsvc.cli import main
try:
    main()
finally:
    print(re.search("VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
"""


async def in_store(url: str, work: Callable[[Store], Awaitable[Any]]) -> Any:
    store = Store(url)
    await store.open()
    try:
        return await work(store)
    finally:
        await store.close()


async def fill(store: Store) -> str:
    """A site with an approved and a waiting comment; the first one's public id."""
    make = await new_make(store)
    public_id = await make.comment(source="w" * WORDS_BYTES)
    await make.comment(status=CommentStatus.PENDING)
    words = {"html": "w" * WORDS_BYTES}
    await store.write(lambda conn: conn.execute(sa.update(comment).values(words)))
    return public_id


def ok(result: Any) -> str:
    assert result.exit_code == 0, result.output
    return str(result.stdout)


def test_a_site_goes_into_a_new_file_or_onto_the_terminal(
    run: Run, refuse: Refuse, installation: Path, database_url: str
) -> None:
    public_id = asyncio.run(in_store(database_url, fill))
    file = installation / "news.jsonl"
    done = run("export", str(file), "--site", "news")
    assert (ok(done), done.stderr) == ("", "1 threads and 2 comments exported.\n")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert next(line["comment"] for line in lines if "comment" in line) == public_id
    assert f"There is a file {file} already." in refuse("export", str(file), "--site", "news")
    shown = ok(run("export", "-", "--site", "news", "--status", "approved"))
    assert json.loads(shown.splitlines()[-1]) == {"end": True, "threads": 1, "comments": 1}
    assert refuse("export", "-", "--site", "none") == "There is no site none. `commentsvc site list` shows all."
    assert "The export cannot be written to" in refuse("export", "/proc/none/x", "--site", "news")


def test_twenty_thousand_comments_take_hardly_more_memory_than_two(installation: Path, database_url: str) -> None:
    public_id = asyncio.run(in_store(database_url, fill))
    few = peak_kib(installation / "few.jsonl")
    asyncio.run(in_store(database_url, lambda store: store.write(lambda conn: copy_many(conn, public_id, MANY))))
    much = peak_kib(installation / "many.jsonl")
    assert (installation / "many.jsonl").stat().st_size > MANY * WORDS_BYTES * 2
    assert much - few < MORE_KIB_AT_MOST


def peak_kib(file: Path) -> int:
    """Export as a process of its own; the most memory that it had."""
    command = [sys.executable, "-c", TELL_PEAK, "export", str(file), "--site", "news"]
    done = subprocess.run(command, env=os.environ, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
    return int(done.stdout)
