"""``make bench-moderation``: what moderators wait for with 1,000,000 comments in the queue, written to MODERATION.md.

Given a folder, the databases are kept there, and the next run measures them again without filling them.
"""

import asyncio
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bench.fill_queue import (  # noqa: E402 - the path comes first
    COMMENTS,
    COMMON,
    COMMON_DOMAIN,
    FEW_PHASE,
    NEVER_WITH_COMMON,
    RARE,
    START,
    fill_postgresql,
    fill_sqlite,
)
from bench.machine import describe_machine  # noqa: E402
from commentsvc.domain.search import Search  # noqa: E402
from commentsvc.domain.site import SitePolicy  # noqa: E402
from commentsvc.domain.status import CommentStatus  # noqa: E402
from commentsvc.store import queue, search, sites  # noqa: E402
from commentsvc.store.engine import Store  # noqa: E402
from tests.support.postgres import start_postgres  # noqa: E402
from tests.support.process import ServiceProcess  # noqa: E402
from tests.system.canaries import Canary, ipv4  # noqa: E402
from tests.system.signed_in import Moderator  # noqa: E402

_ROUNDS = 20
_PASSES = 5
_SITES = ("news", "herald")
_DATABASE = "million"


@dataclass(frozen=True, slots=True)
class _Took:
    """One page in one pass; milliseconds."""

    median: float
    p95: float
    answer: str


def main() -> None:
    """Fill and measure both, one after the other."""
    lines = _head()
    with tempfile.TemporaryDirectory(prefix="commentsvc-bench-") as name:
        folder = Path(sys.argv[1] if len(sys.argv) > 1 else name)
        folder.chmod(0o755)
        lines += _sqlite(folder / "sqlite")
        lines += _postgresql(folder / "postgresql")
    (ROOT / "bench" / "MODERATION.md").write_text("\n".join(lines), encoding="utf-8")
    print("\n".join(lines))


def _head() -> list[str]:
    return [
        "# Moderation with a million comments waiting\n",
        f"Measured on {datetime.now(UTC):%Y-%m-%d} by `make bench-moderation`: {describe_machine()}.\n",  # noqa: TID251 - a date
        "Whole pages over HTTP for a signed-in moderator of both sites, from the request to the last byte, one after",
        f"the other, {_ROUNDS} rounds, in {_PASSES} passes that each start the service anew. Told is the median of the",
        "passes, and of the p95 how far they lie apart: on a machine with neighbours some processes are slower",
        "throughout. SQLite is never analysed; PostgreSQL was vacuumed and analysed after the load,",
        "as its autovacuum does it within minutes. `so far`: the search stopped in time and offers to go on.\n",
    ]


def _sqlite(folder: Path) -> list[str]:
    is_new = not folder.exists()
    folder.mkdir(exist_ok=True)
    url = f"sqlite+aiosqlite:///{folder}/comments.db"
    if is_new:
        asyncio.run(_add_sites(url))
        fill_sqlite(url)
    return ["## SQLite\n", *_measured(url, folder)]


def _postgresql(folder: Path) -> list[str]:
    is_new = not folder.exists()
    (folder / "service").mkdir(parents=True, exist_ok=True)
    server = start_postgres(folder)
    try:
        url = server.url(_DATABASE)
        if is_new:
            server.execute(f"CREATE DATABASE {_DATABASE}")
            asyncio.run(_add_sites(url))
            asyncio.run(fill_postgresql(url))
        return ["## PostgreSQL\n", *_measured(url, folder / "service")]
    finally:
        server.stop()


async def _add_sites(url: str) -> None:
    store = Store(url)
    await store.open()
    for key in _SITES:
        origins, policy = [f"https://{key}.example"], SitePolicy()
        await store.write(
            lambda conn, key=key, origins=origins, policy=policy: sites.add(  # type: ignore[misc]
                conn, key=key, name=key.title(), origins=origins, policy=policy, now=START
            )
        )
    await store.close()


def _measured(url: str, folder: Path) -> list[str]:
    deep = asyncio.run(_public_id(url, COMMENTS // 2))
    passes = [_pass(url, folder, _questions(deep)) for _ in range(_PASSES)]
    head = ["| page | median ms | p95 ms | answer |", "| --- | --- | --- | --- |"]
    table = [_row([each[name] for each in passes], name) for name in passes[0]]
    return [*head, *table, "", "```text", *asyncio.run(_plans(url)), "```", ""]


def _pass(url: str, folder: Path, questions: Mapping[str, str]) -> dict[str, _Took]:
    service = ServiceProcess(url, folder)
    service.start()
    try:
        mo = Moderator(service, Canary(1, ipv4(1)))
        mo.sign_in_by_link()
        return {name: _ask(mo, path) for name, path in questions.items()}
    finally:
        service.stop()


def _questions(deep: str) -> Mapping[str, str]:
    look = "/moderation/search?"
    return {
        "the queue": "/moderation",
        "the queue, half-way": f"/moderation?after={deep}",
        "the queue of one site": "/moderation?site=herald",
        "a comment": f"/moderation/comments/{deep}",
        "a rare word": f"{look}q={RARE}",
        "a rare word, one site": f"{look}q={RARE}&site=news",
        "a common word": f"{look}q={COMMON}",
        "a common word, half-way": f"{look}q={COMMON}&after={deep}",
        "two words": f"{look}q={COMMON}+reader",
        "two common words that never meet": f"{look}q={COMMON}+{NEVER_WITH_COMMON}",
        "a phrase": f"{look}q=%22reader+5%22",
        "a word that nobody wrote": f"{look}q=nobodywrotethis",
        "a common word in a status that has none": f"{look}q={COMMON}&status=spam",
        "status": f"{look}status=pending",
        "author": f"{look}author={deep}",
        "article": f"{look}thread={deep}",
        "site": f"{look}site=herald",
        "a finding that many have": f"{look}finding=repeats",
        "a finding that few have": f"{look}finding={FEW_PHASE}",
        "a finding that few have, and a common word": f"{look}finding={FEW_PHASE}&q={COMMON}",
        "a common domain": f"{look}domain={COMMON_DOMAIN}",
        "a rare domain": f"{look}domain=own500000.example",
        "a rule that hit nothing": f"{look}rule=word:nothing",
        "two days": f"{look}since=2025-03-04&until=2025-03-05",
        "since a day, and a rare word": f"{look}since=2025-03-04&q={RARE}",
    }


def _ask(mo: Moderator, path: str) -> _Took:
    took, body = [], b""
    for _ in range(_ROUNDS + 1):
        began = time.perf_counter()
        answer = mo.get(path)
        took.append((time.perf_counter() - began) * 1_000)
        assert answer.status == 200, (path, answer.status)  # noqa: PLR2004 - 200 OK
        body = answer.body
    mo.answers.clear()
    said = re.search(r'<h2 id="found"[^>]*>(.*?)</h2>', body.decode(), re.DOTALL)
    rounds = sorted(took[1:])
    p95 = rounds[int(len(rounds) * 0.95) - 1]
    return _Took(statistics.median(rounds), p95, " ".join(said[1].split()) if said else "")


def _row(passes: Sequence[_Took], name: str) -> str:
    median, p95 = (statistics.median(values) for values in zip(*((e.median, e.p95) for e in passes), strict=True))
    span = f"{min(each.p95 for each in passes):.0f} to {max(each.p95 for each in passes):.0f}"
    return f"| {name} | {median:.1f} | {p95:.1f} ({span}) | {passes[-1].answer} |"


async def _public_id(url: str, row_id: int) -> str:
    store = Store(url)
    await store.open()
    found = await store.read(lambda conn: queue.these(conn, [row_id], site_ids=[1, 2]))
    await store.close()
    return found[0].id


async def _plans(url: str) -> list[str]:
    store = Store(url)
    await store.open()
    plans = await store.read(_explained)
    await store.close()
    return plans


def _explained(conn: Connection) -> list[str]:
    asked: list[tuple[str, Any]] = []

    def on_execute(_conn: object, _cursor: object, statement: str, parameters: Any, *_more: object) -> None:  # noqa: ANN401 - the driver's
        asked.append((statement, parameters))

    sa.event.listen(conn, "before_cursor_execute", on_execute)
    queue.page(conn, CommentStatus.PENDING, site_ids=[1, 2], after=None, limit=20)
    queue.counts(conn, site_ids=[1, 2], up_to=1_000)
    search.find(
        conn,
        Search(f"{COMMON} reader"),
        site_ids=[1, 2],
        after=None,
        limit=20,
        count_up_to=1_000,
        today=date(2026, 1, 1),
        seconds_left=lambda: 0.0,
    )
    sa.event.remove(conn, "before_cursor_execute", on_execute)
    explain = {"sqlite": "EXPLAIN QUERY PLAN ", "postgresql": "EXPLAIN "}[conn.dialect.name]
    lines: list[str] = []
    for statement, parameters in asked:
        lines.append(" ".join(statement.split())[:160])
        lines += [f"    {row[-1]}" for row in conn.exec_driver_sql(explain + statement, parameters)]
    return lines


if __name__ == "__main__":
    main()
