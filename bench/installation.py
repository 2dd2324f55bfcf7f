"""A service to measure: a process of its own on one core, with a thread of 100 comments."""

import asyncio
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bench.draw_words import draw_text
from commentsvc.domain.site import SitePolicy
from commentsvc.domain.status import CommentStatus, Decision
from commentsvc.store import decisions, queue, sites
from commentsvc.store.engine import Store
from commentsvc.store.schema import comment
from tests.support.process import ARTICLE, KEY, ORIGIN, ServiceProcess

SERVER_CORE, CLIENT_CORE = 0, max(0, (os.cpu_count() or 1) - 1)
COMMENTS = 100
THREAD = f"/api/v1/thread?{urlencode({'site': KEY, 'url': ARTICLE, 'body': 'tree'})}"


@contextmanager
def running_service(
    database_url: str,
    folder: Path,
    *,
    settings: Mapping[str, str] | None = None,
    program: Sequence[str] = ("-m", "commentsvc"),
) -> Iterator[ServiceProcess]:
    """The service on an empty database with one site, on its own core."""
    asyncio.run(add_site(database_url))
    service = ServiceProcess(database_url, folder, settings or {}, program=program)
    service.start()
    os.sched_setaffinity(service.pid, {SERVER_CORE})
    try:
        yield service
    finally:
        service.stop()


def publish_everything(database_url: str) -> int:
    """Approve what waits; how many that were."""
    return asyncio.run(_publish_everything(database_url))


async def add_site(database_url: str) -> None:
    """Make the tables, and the one site."""
    store = Store(database_url)
    await store.open()
    await store.write(
        lambda conn: sites.add(
            conn, key=KEY, name="News", origins=[ORIGIN], policy=SitePolicy(), now=datetime(2026, 1, 1, tzinfo=UTC)
        )
    )
    await store.close()


async def count_comments(database_url: str) -> int:
    """How many there are, in whatever status."""
    store = Store(database_url)
    await store.open()
    query = sa.select(sa.func.count()).select_from(comment)
    found = await store.read(lambda conn: conn.execute(query).scalar_one())
    await store.close()
    return found


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
    return f"{draw_text(number, characters=280)} Number {number}."
