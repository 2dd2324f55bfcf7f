"""Figures as the tables of bench/RESULTS.md."""

import statistics
from collections.abc import Iterator, Mapping, Sequence

from bench.installation import COMMENTS
from bench.measure_commits import WRITERS, Commits
from bench.measure_mixed import Mixed
from bench.measure_notice import TIMES
from bench.measure_reads import BARE, FRONTED, ISSO_PAGE, ISSO_WHOLE, STATIC, THREAD_READ, UNCHANGED, Reads
from bench.measure_writes import Writes

_REFERENCES = {
    BARE: BARE, THREAD_READ: BARE, UNCHANGED: BARE, STATIC: STATIC, FRONTED: STATIC, ISSO_PAGE: THREAD_READ,
    ISSO_WHOLE: THREAD_READ,
}  # fmt: skip


def pages_table(sizes: Sequence[tuple[str, list[int]]]) -> Iterator[str]:
    """Bytes of first pages."""
    yield "## The first page\n"
    yield "Comments of about 300 characters (see `draw_words.py`), each by another reader.\n"
    yield "| on the page | bytes | gzip | brotli |"
    yield "| --- | --- | --- | --- |"
    for what, found in sizes:
        yield f"| {what} | {' | '.join(f'{each:,}' for each in found)} |"
    yield ""


def reads_table(reads: Reads) -> Iterator[str]:
    """Requests a second, beside their references."""
    yield f"A thread of {COMMENTS} comments ({reads.compressed_bytes:,} bytes of brotli a page), 32 connections.\n"
    yield "| reading, medians | requests a second | slowest and fastest round | share of its reference |"
    yield "| --- | --- | --- | --- |"
    for what, reference in _REFERENCES.items():
        if what in reads.rounds:
            slowest, fastest = reads.spread(what)
            share = f"{reads.median(what) / reads.median(reference):.3g} of {reference}"
            yield f"| {what} | {reads.median(what):,.0f} | {slowest:,.0f} to {fastest:,.0f} | {share} |"
    yield ""


def writes_table(writes: Mapping[str, Sequence[Writes]]) -> Iterator[str]:
    """Posts a second; of rounds with as many writers, the median, and how far they lie apart."""
    yield "| writers | comments a second, each synced | slowest and fastest round | p99 ms |"
    yield "| --- | --- | --- | --- |"
    for who, rounds in writes.items():
        rates = [each.per_second for each in rounds]
        p99 = statistics.median(each.p99_ms for each in rounds)
        spread = f"{min(rates):,.0f} to {max(rates):,.0f}"
        yield f"| {who} | {statistics.median(rates):,.0f} | {spread} | {p99:,.0f} |"
    yield ""


def mixed_table(runs: Sequence[Mixed]) -> Iterator[str]:
    """What readers wait for meanwhile."""
    yield "Readers ask for the thread 100 times a second; told is from the moment that a request was due.\n"
    yield "| comments a second, offered | written | reads: p50 ms | p99 ms | longest ms |"
    yield "| --- | --- | --- | --- | --- |"
    for each in runs:
        times = " | ".join(f"{each.at(share):,.1f}" for share in (0.5, 0.99, 1.0))
        yield f"| {each.offered:,} | {each.written:,.0f} | {times} |"
    yield ""


def process_table(
    memory: tuple[float, Sequence[float]], starts: Sequence[float], disk: tuple[int, int, int]
) -> Iterator[str]:
    """Memory idle and under load; starts; bytes before and after, and how many comments."""
    idle, loaded = memory
    before, after, comments = disk
    yield "| the process | |"
    yield "| --- | --- |"
    yield f"| memory (PSS), idle | {idle:.0f} MiB |"
    under_load = f"{statistics.median(loaded):.0f}, {max(loaded):.0f} MiB"
    yield f"| memory (PSS), under the load above: median and peak | {under_load} |"
    spread = f"{min(starts):.2f} to {max(starts):.2f}"
    yield f"| start to first answer, median of {len(starts)} | {statistics.median(starts):.2f} s ({spread}) |"
    each = (after - before) / comments
    yield f"| on disk, each of {comments:,} comments, with indexes | {each:,.0f} bytes |"
    yield ""


def notices_table(took: Mapping[str, Sequence[float]]) -> Iterator[str]:
    """How soon another process shows a decision."""
    yield "## Two processes\n"
    yield f"A decision in one, {TIMES} times: from its answer until the other shows it, asked every millisecond.\n"
    yield "| database | median ms | p99 ms | longest ms |"
    yield "| --- | --- | --- | --- |"
    for name, each in took.items():
        found = (statistics.median(each), each[int(len(each) * 0.99) - 1], each[-1])
        yield f"| {name} | {' | '.join(f'{one:.1f}' for one in found)} |"
    yield ""


def commits_table(found: Mapping[str, Commits]) -> Iterator[str]:
    """Each job in its own commit, and together."""
    yield "## Committed together\n"
    yield f"SQLite, {WRITERS} writers, a disk whose sync takes 5 ms (`slow_sync.c` in front of the C library's own).\n"
    yield "| medians | a commit each | slowest and fastest | together | slowest and fastest | times as many |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for what, each in found.items():
        cells = [
            f"{statistics.median(rounds):,.0f} | {min(rounds):,.0f} to {max(rounds):,.0f}"
            for rounds in (each.apart, each.together)
        ]
        yield f"| {what} | {' | '.join(cells)} | {each.times:.1f} |"
    yield ""
