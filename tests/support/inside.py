"""What a test may look at, and put, inside a running service's database."""

import re
from datetime import timedelta
from typing import Any

import httpx2
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.findings import Leaning
from commentsvc.domain.rules import Rule, RuleKind
from commentsvc.domain.site import Site, SitePolicy
from commentsvc.store import change_rules, sites, threads
from commentsvc.store.schema import comment, metadata
from tests.support.service import ARTICLE, Service


async def row_counts(service: Service) -> dict[str, int]:
    """Table → rows, for every table there is."""

    def job(conn: Connection) -> dict[str, int]:
        return {
            table.name: conn.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        }

    return await service.store.read(job)


async def stored(service: Service, public_id: str) -> dict[str, Any]:
    """A comment's row."""

    def job(conn: Connection) -> dict[str, Any]:
        row = conn.execute(sa.select(comment).where(comment.c.public_id == public_id)).mappings().one()
        return dict(row)

    return await service.store.read(job)


async def sources(service: Service) -> list[str]:
    """What was written, in the order of posting."""
    query = sa.select(comment.c.source).order_by(comment.c.id)
    return await service.store.read(lambda conn: list(conn.execute(query).scalars()))


async def findings(service: Service, public_id: str) -> dict[str, dict[str, Any]]:
    """Judge → its first finding, as stored with the comment."""
    return {each["phase"]: each for each in reversed((await stored(service, public_id))["findings"])}


async def add_site(service: Service, key: str, *origins: str, policy: SitePolicy | None = None) -> Site:
    """What `commentsvc site add` does."""
    added = await service.store.write(
        lambda conn: sites.add(
            conn, key=key, name=key.title(), origins=origins, policy=policy or SitePolicy(), now=service.clock.now()
        )
    )
    service.clock.advance(timedelta(seconds=3))  # other processes notice within two
    return added


async def add_words(service: Service, *words: str, leaning: Leaning = Leaning.HOLD) -> None:
    """What `commentsvc site edit --hold-word` does."""
    for word in words:
        await add_rule(service, Rule(RuleKind.WORD, word, leaning))


async def add_rule(service: Service, rule: Rule) -> int:
    """Put a rule in force, as whoever runs the service; its row id."""
    return await service.store.write(
        lambda conn: change_rules.add(conn, service.site.id, rule, moderator_id=None, now=service.clock.now())
    )


async def set_open(service: Service, *, is_open: bool, url: str = ARTICLE) -> None:
    """What `commentsvc site edit --close-thread` and `--open-thread` do."""

    def job(conn: Connection) -> None:
        found = threads.find(conn, service.site.id, url)
        assert found is not None
        threads.set_open(conn, found.id, is_open=is_open)

    await service.store.write(job)


async def set_likes(service: Service, public_id: str, likes: int) -> None:
    """As many as if so many readers had said so."""
    change = sa.update(comment).where(comment.c.public_id == public_id).values(likes=likes)
    await service.store.write(lambda conn: conn.execute(change))


async def form_token(service: Service, *, seconds_ago: float = 30) -> str:
    """A token of the form; the clock has moved on since it was opened."""
    answer = await service.client.get("/api/v1/form", params={"site": service.site.key})
    assert answer.status_code == 200, answer.text
    service.clock.advance(timedelta(seconds=seconds_ago))
    token: str = answer.json()["token"]
    return token


def problem_code(answer: httpx2.Response) -> str:
    """The code of the error that a page tells."""
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    found = re.search(r'data-code="(\w+)"', answer.text)
    assert found is not None, answer.text
    return found.group(1)
