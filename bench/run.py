"""``make bench``: the speed tables, written to bench/RESULTS.md together with the machine they were made on."""

import asyncio
import gzip
import os
import sys
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import brotli

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bench import speed_tables as tables  # noqa: E402 - the path comes first
from bench.installation import COMMENTS, THREAD, add_site, count_comments, publish_everything, running_service  # noqa: E402
from bench.isso import VERSION, install_isso, isso_posting, running_isso  # noqa: E402
from bench.machine import describe_machine  # noqa: E402
from bench.measure_commits import compare_in_store, compare_through_http  # noqa: E402
from bench.measure_mixed import read_while_written  # noqa: E402
from bench.measure_notice import notice_decisions  # noqa: E402
from bench.measure_page import page_sizes  # noqa: E402
from bench.measure_process import bytes_on_disk, memory_mib, seconds_to_answer, weighing  # noqa: E402
from bench.measure_reads import compare_reads  # noqa: E402
from bench.measure_writes import Writes, our_posting, post_some, write_for  # noqa: E402
from tests.support.postgres import Postgres, start_postgres  # noqa: E402

_WRITERS = (1, 16, 128)
_WRITE_ROUNDS, _WRITE_SECONDS = 3, 3.0
_BESIDE_ISSO = 16
_OFFERED, _MIXED_SECONDS = (200, 1_000), 8.0
_STARTS = 5
_LOAD_BEFORE = os.getloadavg()[0]


def main() -> None:
    """Measure everything, one after the other."""
    lines = [
        "# Results\n",
        f"Measured on {datetime.now(UTC):%Y-%m-%d} by `make bench`: {describe_machine()}.",  # noqa: TID251 - a date
        f"Load average of the machine before it began: {_LOAD_BEFORE:.1f}.\n",
        "The server has one core, the load the other. Machines differ, and others may use this one: compare the",
        "shares, not the absolute figures.\n",
        *_embed(),
    ]
    noticed: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory(prefix="commentsvc-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        for each in ("page", "isso", "sqlite", "postgresql", "server"):
            (folder / each).mkdir()
        lines += tables.pages_table(page_sizes(folder / "page"))
        url = f"sqlite+aiosqlite:///{folder}/sqlite/data/comments.db"
        lines += _service("SQLite", url, folder / "sqlite", noticed, isso=folder / "isso")
        server = start_postgres(folder / "server", settings={})
        try:
            url = server.url(server.create_database())
            lines += _service("PostgreSQL", url, folder / "postgresql", noticed, server=server)
        finally:
            server.stop()
    lines += tables.notices_table(noticed)
    lines += tables.commits_table({"in the store": compare_in_store(), "through HTTP": compare_through_http()})
    (ROOT / "bench" / "RESULTS.md").write_text("\n".join([*lines, *_why()]), encoding="utf-8")
    print("\n".join(lines))


def _embed() -> list[str]:
    script = (ROOT / "commentsvc" / "web" / "static" / "embed.js").read_bytes()
    return [
        "## The embed\n",
        "| | bytes |",
        "| --- | --- |",
        f"| embed.js | {len(script):,} |",
        f"| gzip -9 | {len(gzip.compress(script, 9)):,} |",
        f"| brotli 11 | {len(brotli.compress(script, quality=11)):,} |",
        "",
    ]


def _service(
    engine: str,
    database_url: str,
    folder: Path,
    noticed: dict[str, list[float]],
    *,
    isso: Path | None = None,
    server: Postgres | None = None,
) -> list[str]:
    """One database; Isso beside it if it is given a folder."""
    empty = _bytes_of_empty(folder, server)
    writes: dict[str, list[Writes]] = {}
    with running_service(database_url, folder) as service, ExitStack() as stack:
        idle = memory_mib(service.pid)
        asyncio.run(post_some(service.port, COMMENTS))
        assert publish_everything(database_url) == COMMENTS
        fault = install_isso(isso) if isso is not None else None
        peer = stack.enter_context(running_isso(isso)) if isso is not None and fault is None else None
        with weighing(service.pid) as weights:
            reads = compare_reads(service, folder, peer)
            for _ in range(_WRITE_ROUNDS):
                for number in _WRITERS:
                    done = write_for(our_posting(service.port), writers=number, seconds=_WRITE_SECONDS)
                    writes.setdefault(str(number), []).append(asyncio.run(done))
                if peer is not None:
                    done = write_for(isso_posting(peer), writers=_BESIDE_ISSO, seconds=_WRITE_SECONDS)
                    writes.setdefault(f"{_BESIDE_ISSO}, Isso {VERSION}", []).append(asyncio.run(done))
            mixed = [read_while_written(service.port, offered=each, seconds=_MIXED_SECONDS) for each in _OFFERED]
        (folder / "second").mkdir()
        noticed[engine] = notice_decisions(service, folder / "second")
        comments = asyncio.run(count_comments(database_url))
        service.stop()
        full = bytes_on_disk(database_url, server)
        starts = [seconds_to_answer(service, THREAD) for _ in range(_STARTS)]
        service.start()
    return [
        f"## {engine}\n",
        *([f"Isso could not be installed: {fault}\n"] if fault is not None else []),
        *tables.reads_table(reads),
        *tables.writes_table(writes),
        *tables.mixed_table(mixed),
        *tables.process_table((idle, weights), starts, (empty, full, comments)),
    ]


def _bytes_of_empty(folder: Path, server: Postgres | None) -> int:
    url = f"sqlite+aiosqlite:///{folder}/empty.db" if server is None else server.url(server.create_database())
    asyncio.run(add_site(url))
    return bytes_on_disk(url, server)


def _why() -> list[str]:
    """What was found by profiling stands in a file of its own, because it is not made by this command."""
    return ["What keeps each of these from being faster is told in [WHY.md](WHY.md).", ""]


if __name__ == "__main__":
    main()
