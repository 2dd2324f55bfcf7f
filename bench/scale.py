"""``make bench-scale``: the same questions with 100,000 and with 10,000,000 comments, written to bench/SCALE.md.

Given a folder, the databases are kept there, and the next run measures them again without filling them.
"""

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bench.fill_scale import fill_postgresql, fill_sqlite  # noqa: E402 - the path comes first
from bench.installation import add_site  # noqa: E402
from bench.machine import describe_machine  # noqa: E402
from bench.measure_scale import ROUNDS, TIMES, Took, measure_sizes  # noqa: E402
from bench.scale_rows import TEXTS  # noqa: E402
from tests.support.postgres import start_postgres  # noqa: E402

_SMALL, _MANY = 100_000, 10_000_000
_GIBIBYTE = 1 << 30
_FILLING = {
    "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "wal_level": "minimal",
    "max_wal_senders": "0", "max_wal_size": "4GB", "checkpoint_timeout": "30min",
}  # fmt: skip


def main() -> None:
    """Fill and measure both databases, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--comments", type=int, default=_MANY, help="a multiple of 100,000")
    parser.add_argument("--only-fill", action="store_true", help="measure nothing, and write no file")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="commentsvc-scale-") as name:
        folder = asked.folder or Path(name)
        folder.chmod(0o755)  # PostgreSQL enters it under another account
        sizes = (_SMALL, asked.comments)
        parts = [_sqlite(folder, sizes, measure=not asked.only_fill)]
        parts += [_postgresql(folder, sizes, measure=not asked.only_fill)]
    if not asked.only_fill:
        text = "\n".join([*_head(asked.comments), *(line for part in parts for line in part)])
        (ROOT / "bench" / "SCALE.md").write_text(text, encoding="utf-8")
        print(text)


def _head(total: int) -> list[str]:
    memory = psutil.virtual_memory().total / _GIBIBYTE
    return [
        "# With a hundred times as many comments\n",
        f"Measured on {datetime.now(UTC):%Y-%m-%d} by `make bench-scale`: {describe_machine()}, {memory:.0f} GiB.\n",  # noqa: TID251 - a date
        f"{_SMALL:,} comments and {total:,}, in threads of a hundred, each root with four replies. One thread holds a",
        "hundredth of all comments, and a thousandth of all is one chain, each a reply to the one before. One comment",
        "of a hundred waits for a moderator, one is spam. The history of decisions began empty. Texts have 20 to 220",
        f"characters; there are {TEXTS:,} different ones. A service of each size on the same one core, the asker on",
        f"the other, one request after another on one connection: {ROUNDS} rounds of {TIMES} each, the two sizes in",
        "turn. No answer comes from the service's cache: each asks for another thread, or something was decided just",
        "before. Flat is a ratio near 1. Both databases are durable, with the memory that each takes by default.\n",
    ]


def _sqlite(folder: Path, sizes: tuple[int, int], *, measure: bool) -> list[str]:
    places = {size: folder / f"sqlite-{size}" for size in sizes}
    urls = {size: f"sqlite+aiosqlite:///{place}/comments.db" for size, place in places.items()}
    seconds: dict[int, float] = {}
    for size, place in places.items():
        if not place.exists():
            _make_room(place)
            asyncio.run(add_site(urls[size]))
            began = time.monotonic()
            fill_sqlite(urls[size], size)
            seconds[size] = time.monotonic() - began
    if not measure:
        return []
    held = {size: (place / "comments.db").stat().st_size for size, place in places.items()}
    return ["## SQLite\n", *_table(measure_sizes(urls, places), held, seconds)]


def _postgresql(folder: Path, sizes: tuple[int, int], *, measure: bool) -> list[str]:
    place = folder / "postgresql"
    is_new = not place.exists()
    names = {size: f"comments_{size}" for size in sizes}
    seconds: dict[int, float] = {}
    if is_new:
        _make_room(place)
        server = start_postgres(place, settings=_FILLING)
        try:
            for size, name in names.items():
                server.execute(f"CREATE DATABASE {name}")
                asyncio.run(add_site(server.url(name)))
                began = time.monotonic()
                asyncio.run(fill_postgresql(server.url(name), size))
                seconds[size] = time.monotonic() - began
        finally:
            server.stop()
    if not measure:
        return []
    server = start_postgres(place, settings={})
    try:
        held = {size: int(server.execute(f"SELECT pg_database_size('{name}')")) for size, name in names.items()}
        services = {size: place / f"service-{size}" for size in sizes}
        for each in services.values():
            each.mkdir(exist_ok=True)
        urls = {size: server.url(name) for size, name in names.items()}
        return ["## PostgreSQL\n", *_table(measure_sizes(urls, services), held, seconds)]
    finally:
        server.stop()


def _make_room(place: Path) -> None:
    place.mkdir(parents=True)
    print(f"{place.name}: {shutil.disk_usage(place).free / _GIBIBYTE:.0f} GiB free", flush=True)


def _table(took: Mapping[str, Mapping[int, Took]], held: Mapping[int, int], seconds: Mapping[int, float]) -> list[str]:
    small, large = held
    lines = [
        f"| ms | {small:,}: p50 | p99 | {large:,}: p50 | p99 | ratio of medians | in the rounds |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, by_size in took.items():
        one, other = by_size[small], by_size[large]
        ratios = [b / a for a, b in zip(one.medians, other.medians, strict=True)]
        cells = (one.at(0.5), one.at(0.99), other.at(0.5), other.at(0.99), other.at(0.5) / one.at(0.5))
        shown = " | ".join(f"{each:.2f}" for each in cells)
        lines.append(f"| {name} | {shown} | {min(ratios):.2f} to {max(ratios):.2f} |")
    sizes = "; ".join(
        f"{size:,} comments: {b / _GIBIBYTE:.2f} GiB, {b / size:,.0f} bytes each" for size, b in held.items()
    )
    filled = "; ".join(f"{size:,} in {each / 60:.1f} min" for size, each in seconds.items())
    return [*lines, "", f"On disk, with all indexes: {sizes}.", f"Filled: {filled}.\n" if filled else ""]


if __name__ == "__main__":
    main()
