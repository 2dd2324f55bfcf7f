"""A service to measure: a process of its own on one core, with a thread of 100 comments."""

import asyncio
import os
import random  # noqa: TID251 - the same words in every run
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy.engine import Connection

from commentsvc.domain.site import SitePolicy
from commentsvc.domain.status import CommentStatus, Decision
from commentsvc.store import decisions, queue, sites
from commentsvc.store.engine import Store
from tests.support.process import ARTICLE, KEY, ORIGIN, ServiceProcess

SERVER_CORE, CLIENT_CORE = 0, max(0, (os.cpu_count() or 1) - 1)
COMMENTS = 100
_SENTENCES = (
    "The council met twice before anybody asked the people who live there.",
    "What I remember best is how quiet it was when the lamp went out for the first time.",
    "There is more to keep than a building, and less to lose than they say.",
    "I would ask the harbour office for the figures.",
    "Who pays for it in the end?",
    "My neighbour has written three letters and was answered once.",
    "Nothing of that was in the plan we were shown last winter.",
    "They could have begun with the bridge.",
)
_WORDS = sorted({word.strip(".?,").lower() for sentence in _SENTENCES for word in sentence.split()})
THREAD = f"/api/v1/thread?{urlencode({'site': KEY, 'url': ARTICLE, 'body': 'tree'})}"


@contextmanager
def running_service(database_url: str, folder: Path) -> Iterator[ServiceProcess]:
    """The service on an empty database with one site, on its own core."""
    asyncio.run(_add_site(database_url))
    service = ServiceProcess(database_url, folder)
    service.start()
    os.sched_setaffinity(service.pid, {SERVER_CORE})
    try:
        yield service
    finally:
        service.stop()


def publish_everything(database_url: str) -> int:
    """Approve what waits; how many that were."""
    return asyncio.run(_publish_everything(database_url))


async def _add_site(database_url: str) -> None:
    store = Store(database_url)
    await store.open()
    await store.write(
        lambda conn: sites.add(
            conn, key=KEY, name="News", origins=[ORIGIN], policy=SitePolicy(), now=datetime(2026, 1, 1, tzinfo=UTC)
        )
    )
    await store.close()


async def _publish_everything(database_url: str) -> int:
    store = Store(database_url)
    await store.open()

    def job(conn: Connection) -> int:
        ids = [site.id for site in sites.all_sites(conn)]
        waiting = queue.page(conn, CommentStatus.PENDING, site_ids=ids, after=None, limit=10_000).comments
        for each in waiting:
            decisions.decide(
                conn,
                each.id,
                Decision.APPROVE,
                site_ids=ids,
                moderator_id=None,
                reason=None,
                now=datetime(2026, 1, 1, tzinfo=UTC),
            )
        return len(waiting)

    done = await store.write(job)
    await store.close()
    return done


def words(number: int) -> str:
    """A comment of about 300 characters, another one for each number."""
    chance = random.Random(number)  # noqa: S311 - nothing secret
    said = [*chance.sample(_SENTENCES, 2), " ".join(chance.choices(_WORDS, k=30)).capitalize() + f", number {number}."]
    return " ".join(said)
