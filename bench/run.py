"""``make bench``: the speed tables, written to bench/RESULTS.md together with the machine they were made on."""

import asyncio
import gzip
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import brotli
import psutil

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bench.installation import COMMENTS, publish_everything, running_service  # noqa: E402 - the path comes first
from bench.machine import describe_machine  # noqa: E402
from bench.measure_reads import BARE, FRONTED, STATIC, THREAD_READ, UNCHANGED, Reads, compare_reads  # noqa: E402
from bench.measure_writes import Writes, post_some, write_for  # noqa: E402
from tests.support.postgres import Postgres, shared_postgres, stop_shared_postgres  # noqa: E402
from tests.support.process import ServiceProcess  # noqa: E402

_WRITERS = (1, 16, 128)
_WRITE_SECONDS = 5.0
_STARTS = 5
_MEBIBYTE = 1024 * 1024


def main() -> None:
    """Measure everything, one after the other."""
    lines = [
        "# Results\n",
        f"Measured on {datetime.now(UTC):%Y-%m-%d} by `make bench`: {describe_machine()}.\n",  # noqa: TID251 - a date
        "The server has one core, the load the other. Machines differ: compare the shares, not the absolute figures.",
        "The comments are made of a few dozen words, so a page of them compresses better than a real one would.\n",
    ]
    with tempfile.TemporaryDirectory(prefix="commentsvc-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        lines += _embed()
        (folder / "sqlite").mkdir()
        lines += _service("SQLite", f"sqlite+aiosqlite:///{folder}/sqlite/data/comments.db", folder / "sqlite")
        with shared_postgres(folder) as server:
            lines += _on_postgres(server, folder)
        stop_shared_postgres(folder)
    (ROOT / "bench" / "RESULTS.md").write_text("\n".join(lines), encoding="utf-8")
    print("\n".join(lines))


def _on_postgres(server: Postgres, folder: Path) -> list[str]:
    (folder / "postgresql").mkdir()
    return _service("PostgreSQL", server.url(server.create_database()), folder / "postgresql")


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


def _service(engine: str, database_url: str, folder: Path) -> list[str]:
    with running_service(database_url, folder) as service:
        idle = _memory(service)
        asyncio.run(post_some(service, COMMENTS))
        assert publish_everything(database_url) == COMMENTS
        reads = compare_reads(service, folder)
        writes = [asyncio.run(write_for(service, writers=each, seconds=_WRITE_SECONDS)) for each in _WRITERS]
        loaded = _memory(service)
        service.stop()
        starts = [_start_seconds(service) for _ in range(_STARTS)]
    return [f"## {engine}\n", *_reads_table(reads), *_writes_table(writes), *_process_table(idle, loaded, starts)]


def _reads_table(reads: Reads) -> Iterator[str]:
    yield f"A thread of {COMMENTS} comments ({reads.compressed_bytes:,} bytes of brotli a page), 32 connections.\n"
    yield "| reading, medians | requests a second | slowest and fastest round | share of its reference |"
    yield "| --- | --- | --- | --- |"
    for what, reference in ((BARE, BARE), (THREAD_READ, BARE), (UNCHANGED, BARE), (STATIC, STATIC), (FRONTED, STATIC)):
        slowest, fastest = reads.spread(what)
        share = reads.median(what) / reads.median(reference)
        yield f"| {what} | {reads.median(what):,.0f} | {slowest:,.0f} to {fastest:,.0f} | {share:.2f} of {reference} |"
    yield ""


def _writes_table(writes: list[Writes]) -> Iterator[str]:
    yield "| writers | comments a second, each synced | p99 ms |"
    yield "| --- | --- | --- |"
    for each in writes:
        yield f"| {each.writers} | {each.per_second:,.0f} | {each.p99_ms:,.0f} |"
    yield ""


def _process_table(idle: float, loaded: float, starts: list[float]) -> Iterator[str]:
    yield "| the process | |"
    yield "| --- | --- |"
    yield f"| memory, idle | {idle:.0f} MiB |"
    yield f"| memory, after the load above | {loaded:.0f} MiB |"
    yield f"| start to ready, median of {len(starts)} | {statistics.median(starts):.2f} s |"
    yield ""


def _memory(service: ServiceProcess) -> float:
    return float(psutil.Process(service.pid).memory_info().rss) / _MEBIBYTE


def _start_seconds(service: ServiceProcess) -> float:
    began = time.monotonic()
    service.start()
    took = time.monotonic() - began
    service.stop()
    return took


if __name__ == "__main__":
    main()
