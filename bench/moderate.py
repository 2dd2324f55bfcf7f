"""``make bench-keyboard``: a scripted moderator decides 100 posts by keyboard; two of them share 200."""

import asyncio
import http.client
import json
import random  # noqa: TID251 - an order, no secret
import re
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa
from playwright.sync_api import Browser
from sqlalchemy.engine import Connection

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bench.scripted_moderator import ScriptedModerator  # noqa: E402 - the path comes first
from commentsvc.store import history, sites  # noqa: E402
from commentsvc.store.engine import Store  # noqa: E402
from commentsvc.store.schema import comment, decision  # noqa: E402
from tests.support.browser import BrowserLoop, open_chromium  # noqa: E402
from tests.support.process import HOST, KEY, ORIGIN, ServiceProcess  # noqa: E402

T = TypeVar("T")

_ALONE, _TOGETHER = 100, 200
_MIXED = ("approved",) * 5 + ("spam",) * 3 + ("rejected",) + ("deleted",)
_LINK = re.compile(r"http://\S+/moderation/link\?token=\S+")
_SETTLE_SECONDS = 20.0


def main() -> None:
    """Measure both and print what was found; whatever is wrong ends it with an error."""
    with open_chromium() as browser, tempfile.TemporaryDirectory(prefix="commentsvc-bench-") as name:
        for work in (_alone, _together):
            folder = Path(name) / work.__name__
            folder.mkdir()
            print(work(browser, folder))


def _alone(browser: Browser, folder: Path) -> str:
    service = new_service(folder)
    wanted = _fill(service, _ALONE)
    mo = ScriptedModerator.sign_in(browser.new_context(), invite(service, "mo"), queue_of(service), seed=1)
    began = time.monotonic()
    for seconds in mo.decide_everything():
        time.sleep(seconds)
    hands_on = time.monotonic() - began
    paints = mo.paint_seconds
    wait_until_settled(service, _ALONE)
    wrong = _wrong(service, wanted)
    service.stop()
    assert (mo.keys, wrong) == (_ALONE, 0), (mo.keys, wrong)
    return (
        f"{_ALONE} mixed posts by keyboard: {hands_on:.0f} s hands-on with human pauses, {mo.keys} keys, "
        f"{wrong} wrong; key to next card painted: p50 {_percentile(paints, 50):.0f} ms, "
        f"p95 {_percentile(paints, 95):.0f} ms"
    )


def _together(browser: Browser, folder: Path) -> str:
    service = new_service(folder)
    wanted = _fill(service, _TOGETHER)
    people = [
        ScriptedModerator.sign_in(browser.new_context(), invite(service, name), queue_of(service), seed=seed)
        for seed, name in enumerate(("mo", "ben"))
    ]
    began = time.monotonic()
    _let_work([each.decide_everything() for each in people])
    hands_on = time.monotonic() - began
    wait_until_settled(service, _TOGETHER)
    wrong, entries = _wrong(service, wanted), ask_inside(service, _entries)
    service.stop()
    twice = sum(count > 1 for count in entries.values())
    assert (wrong, twice, len(entries)) == (0, 0, _TOGETHER), (wrong, twice, len(entries))
    shares = " and ".join(str(each.keys) for each in people)
    return (
        f"{_TOGETHER} posts by two at once: {hands_on:.0f} s, {shares} keys; every post decided once, "
        f"{wrong} wrong, the history unbroken"
    )


def _let_work(hands: list[Iterator[float]]) -> None:
    """Several people at once: each goes on when their own pause is over, whatever the others do."""
    due = dict.fromkeys(range(len(hands)), time.monotonic())
    while due:
        who = min(due, key=due.__getitem__)
        time.sleep(max(0.0, due[who] - time.monotonic()))
        pause = next(hands[who], None)
        if pause is None:
            del due[who]
        else:
            due[who] = time.monotonic() + pause


def new_service(folder: Path) -> ServiceProcess:
    """One that runs on SQLite, with one site."""
    service = ServiceProcess(f"sqlite+aiosqlite:///{folder}/comments.db", folder)
    service.run("site", "add", KEY, "--origin", ORIGIN, "--name", "The Evening News")
    service.start()
    return service


def invite(service: ServiceProcess, name: str) -> str:
    """Add a moderator; the one-time link to sign in by."""
    said = service.run("moderator", "add", f"{name}@news.example", "--name", name.title(), "--site", KEY)
    found = _LINK.search(said)
    assert found is not None, said
    return found[0]


def queue_of(service: ServiceProcess) -> str:
    """Its address."""
    return f"{service.public_url}/moderation"


def _fill(service: ServiceProcess, count: int) -> dict[str, str]:
    """Post comments that tell what is to become of them; public id → that status."""
    chance = random.Random(count)  # noqa: S311 - the same
    connection = http.client.HTTPConnection(HOST, service.port)
    wanted: dict[str, str] = {}
    for number in range(count):
        status = chance.choice(_MIXED)
        body = {
            "site": KEY,
            "url": f"{ORIGIN}/article-{number % 7}",
            "name": f"Reader {number}",
            "email": f"reader{number}@mail.example",
            "body": f"Comment {number} of somebody who thinks this should be [{status}], after some words of its own.",
        }
        headers = {"Content-Type": "application/json", "Origin": ORIGIN}
        connection.request("POST", "/api/v1/comments", json.dumps(body), headers)
        answer = connection.getresponse()
        told = json.loads(answer.read())
        assert answer.status == 202, told  # noqa: PLR2004 - HTTP
        wanted[told["comment"]["id"]] = status
    return wanted


def wait_until_settled(service: ServiceProcess, count: int) -> None:
    """Decisions travel while the next card is read: wait for the last of them."""
    deadline = time.monotonic() + _SETTLE_SECONDS
    while sum(ask_inside(service, _entries).values()) < count:
        assert time.monotonic() < deadline, "decisions are missing"
        time.sleep(0.1)


def _wrong(service: ServiceProcess, wanted: dict[str, str]) -> int:
    statuses = ask_inside(service, _statuses)
    return sum(statuses[public_id] != status for public_id, status in wanted.items())


def _entries(conn: Connection) -> Counter[str]:
    """Public id → entries in the history; the chain is checked on the way."""
    for site in sites.all_sites(conn):
        assert history.first_fault(conn, site.id) is None
    rows = conn.execute(sa.select(decision.c.subject).where(decision.c.to_status.is_not(None)))
    return Counter(rows.scalars())


def _statuses(conn: Connection) -> dict[str, str]:
    return {row.public_id: row.status for row in conn.execute(sa.select(comment.c.public_id, comment.c.status))}


def ask_inside(service: ServiceProcess, job: Callable[[Connection], T]) -> T:
    """Look into the service's database beside it."""

    async def look() -> T:
        store = Store(service.database_url)
        await store.open()
        try:
            return await store.read(job)
        finally:
            await store.close()

    with BrowserLoop.set_aside():
        return asyncio.run(look())


def _percentile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100)[percent - 1] * 1_000


if __name__ == "__main__":
    main()
