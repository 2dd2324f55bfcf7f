"""What readers, writers and moderators wait for over HTTP, with two sizes of the same database in turn."""

import asyncio
import http.client
import itertools
import json
import os
import random  # noqa: TID251 - the same questions in every run
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlencode

import sqlalchemy as sa

from bench.draw_words import draw_text
from bench.installation import SERVER_CORE
from bench.scale_rows import ADDRESS, LARGE
from commentsvc.store.engine import Store
from commentsvc.store.schema import comment
from tests.support.process import HOST, KEY, ORIGIN, ServiceProcess
from tests.system.canaries import Canary, ipv4
from tests.system.signed_in import Moderator

ROUNDS, TIMES = 5, 60
"""Rounds, and questions of each kind in a round."""
_COUNTED = 20
_OK = 200
T = TypeVar("T")


@dataclass
class Took:
    """Milliseconds, round by round."""

    rounds: list[list[float]] = field(default_factory=list)

    def at(self, share: float) -> float:
        """Over all rounds: 0.5 is the median."""
        ordered = sorted(each for one in self.rounds for each in one)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]

    @property
    def medians(self) -> list[float]:
        """Of each round."""
        return [statistics.median(one) for one in self.rounds]


def measure_sizes(urls: Mapping[int, str], folders: Mapping[int, Path]) -> dict[str, dict[int, Took]]:
    """What was asked → number of comments → how long it took."""
    took: dict[str, dict[int, Took]] = {}
    with ExitStack() as stack:
        askers = {size: stack.enter_context(_asker(url, folders[size], size)) for size, url in urls.items()}
        for _ in range(ROUNDS):
            for name in _QUESTIONS:
                for size, asker in askers.items():
                    found = took.setdefault(name, {}).setdefault(size, Took())
                    found.rounds.append([_QUESTIONS[name](asker) * 1_000 for _ in range(TIMES)])
                    print(f"{time.strftime('%H:%M:%S')} {size:,} {name}: {found.medians[-1]:.2f} ms", flush=True)
    return took


@contextmanager
def _asker(url: str, folder: Path, size: int) -> Iterator["_Asker"]:
    service = ServiceProcess(url, folder)
    service.start()
    os.sched_setaffinity(service.pid, {SERVER_CORE})
    mo = Moderator(service, Canary(1, ipv4(1)))
    mo.sign_in_by_link()
    try:
        yield _Asker(service, mo, asyncio.run(_known(url, size)), size)
    finally:
        service.stop()


@dataclass(frozen=True, slots=True)
class _Known:
    """Public ids that are asked for; each list is used up."""

    chain: str
    """Its first comment."""
    in_turn: tuple[str, str]
    """A comment of the large thread and the last one of the chain: approved and rejected in turn."""
    in_large: list[str]
    """Roots in the later half of the large thread."""
    in_chain: list[str]
    """Replies in the later half of the chain."""
    waiting: list[str]


async def _known(url: str, size: int) -> _Known:
    in_large = _drawn([number * 500 - 400 for number in range(size // 1_000, size // 500)])
    in_chain = _drawn([number * 1_000 + 1 for number in range(size // 2_000, size // 1_000)])
    late = range(99_000, size, 100_000)
    waiting = _drawn([block + number for block in late for number in range(2, 1_000) if number % 100])
    wanted = [1, 10_000, size - 999, *in_large, *in_chain, *waiting]
    query = sa.select(comment.c.id, comment.c.public_id, comment.c.status).where(comment.c.id.in_(wanted))
    store = Store(url)
    await store.open()
    found = await store.read(lambda conn: {row.id: row for row in conn.execute(query)})
    await store.close()
    ids = {row_id: str(row.public_id) for row_id, row in found.items()}
    return _Known(
        ids[1],
        (ids[10_000], ids[size - 999]),
        [ids[each] for each in in_large],
        [ids[each] for each in in_chain],
        [ids[each] for each in waiting if found[each].status == "pending"],
    )


def _drawn(numbers: list[int]) -> list[int]:
    """Some of these, in any order; three times as many as are asked for, since earlier runs decided on some."""
    return random.Random(1).sample(numbers, min(len(numbers), 3 * ROUNDS * TIMES))  # noqa: S311 - nothing secret


class _Asker:
    """Asks one service, each time for something else."""

    def __init__(self, service: ServiceProcess, mo: Moderator, known: _Known, size: int) -> None:
        self._service, self._mo, self._known = service, mo, known
        self._connection = http.client.HTTPConnection(HOST, service.port, timeout=60)
        self._token = service.run("token", "add", mo.canary.email, "--name", "bench").split()[-1]
        self._threads = [
            block * 1_000 + number + 3 for block in range(size // 100_000) for number in range(2, 1_000) if number % 100
        ]
        self._chance = random.Random(2)  # noqa: S311 - nothing secret
        self._chance.shuffle(self._threads)
        self._unread = self._threads.copy()
        self._asked = itertools.count()
        self._is_public = {known.in_turn[0]: False, known.in_turn[1]: True}

    def first_page(self) -> float:
        """Of a thread of a hundred comments that nobody has asked for."""
        return self._get("/api/v1/thread", url=f"{ADDRESS}{self._unread.pop()}")

    def first_page_of_large(self) -> float:
        """Just after a decision there."""
        self._move_on(self._known.in_turn[0])
        return self._get("/api/v1/thread", url=f"{ADDRESS}{LARGE}")

    def deep_page(self) -> float:
        """In the later half of the large thread, just after a decision there."""
        self._move_on(self._known.in_turn[0])
        after = self._turn(self._known.in_large)
        return self._get("/api/v1/thread", url=f"{ADDRESS}{LARGE}", after=after)

    def replies(self) -> float:
        """In the later half of the chain, just after a decision there."""
        self._move_on(self._known.in_turn[1])
        after = self._turn(self._known.in_chain)
        return self._get("/api/v1/replies", site=None, comment=self._known.chain, after=after)

    def counts(self) -> float:
        """Of other addresses each time."""
        return self._get("/api/v1/counts", body=None, url=[self._thread() for _ in range(_COUNTED)])

    def queue(self) -> float:
        """The moderators' first page, whole."""
        began = time.perf_counter()
        assert self._mo.get("/moderation").status == _OK
        took = time.perf_counter() - began
        self._mo.answers.clear()
        return took

    def decision(self) -> float:
        """A comment that waits is approved, by a script's token."""
        return self._decide(self._known.waiting.pop(), "approve")

    def post(self) -> float:
        """By somebody new, in a thread that is there."""
        number = next(self._asked) + int(time.monotonic() * 1_000) * 1_000
        body = {
            "site": KEY,
            "url": self._thread(),
            "name": f"Reader {number}",
            "email": f"reader{number}@mail.example",
            "body": draw_text(number, characters=150),
        }
        return self._send("/api/v1/comments", body, 202, Origin=ORIGIN)

    def _thread(self) -> str:
        return f"{ADDRESS}{self._turn(self._threads)}"

    def _turn(self, some: list[T]) -> T:
        """The next; it comes again only after all others."""
        some.append(some.pop(0))
        return some[-1]

    def _move_on(self, public_id: str) -> None:
        """Let what is kept of the comment's thread be no longer true."""
        is_public = self._is_public[public_id] = not self._is_public[public_id]
        self._decide(public_id, "approve" if is_public else "reject")

    def _decide(self, public_id: str, decision: str) -> float:
        path = f"/api/v1/moderation/comments/{public_id}/decisions"
        return self._send(path, {"decision": decision}, _OK, Authorization=f"Bearer {self._token}")

    def _get(self, path: str, **query: str | list[str] | None) -> float:
        wanted = {"site": KEY, "body": "tree"} | query
        given = {name: value for name, value in wanted.items() if value is not None}
        return self._ask("GET", f"{path}?{urlencode(given, doseq=True)}", None, _OK, {"Accept-Encoding": "br"})

    def _send(self, path: str, body: object, status: int, **headers: str) -> float:
        return self._ask(
            "POST", path, json.dumps(body).encode(), status, {"Content-Type": "application/json", **headers}
        )

    def _ask(self, method: str, path: str, body: bytes | None, status: int, headers: Mapping[str, str]) -> float:
        began = time.perf_counter()
        self._connection.request(method, path, body, dict(headers))
        answer = self._connection.getresponse()
        told = answer.read()
        took = time.perf_counter() - began
        assert answer.status == status, (path, answer.status, told)
        return took


_QUESTIONS: Mapping[str, Callable[[_Asker], float]] = {
    "first page of another thread": _Asker.first_page,
    "first page of the large thread": _Asker.first_page_of_large,
    "a page deep in the large thread": _Asker.deep_page,
    "replies deep in the chain": _Asker.replies,
    f"counts of {_COUNTED} addresses": _Asker.counts,
    "the queue's page": _Asker.queue,
    "a decision": _Asker.decision,
    "a post": _Asker.post,
}
