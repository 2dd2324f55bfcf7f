"""The whole service inside a test: real routes, real database, a clock that moves when it is told to."""

import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
from starlette.applications import Starlette

from commentsvc.app import create_app
from commentsvc.domain.clock import Clocks
from commentsvc.domain.site import Site, SitePolicy
from commentsvc.domain.status import Decision
from commentsvc.settings import load_settings
from commentsvc.store import decisions, sites
from commentsvc.store.decisions import Decided
from commentsvc.store.engine import Store
from commentsvc.vault.keys import KeyRing, new_key_ring

SERVICE = "http://127.0.0.1:8000"
ORIGIN = "https://news.example"
ARTICLE = f"{ORIGIN}/an-article"
START = datetime(2026, 11, 22, 9, 30, 15, tzinfo=UTC)


class MovingClock:
    """Both clocks of the service; they stand still until `advance` or `put`."""

    def __init__(self) -> None:
        self._now = START
        self._seconds = 1_000.0

    def advance(self, by: timedelta) -> None:
        """Let time pass."""
        self._now += by
        self._seconds += by.total_seconds()

    def put(self, by: timedelta) -> None:
        """Put the machine's clock forward or back, as somebody does by hand; no time passes."""
        self._now += by

    def now(self) -> datetime:
        """The present moment."""
        return self._now

    def clocks(self) -> Clocks:
        """For the service."""
        return Clocks(self.now, lambda: self._seconds)


@dataclass
class Service:
    """A running service and the people around it."""

    app: Starlette
    client: httpx2.AsyncClient
    store: Store
    site: Site
    ring: KeyRing
    clock: MovingClock
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def submission(self, **changes: Any) -> dict[str, Any]:
        """The smallest valid submission, by a new author each time; None takes a field away."""
        number = next(self.numbers)
        fields = {
            "site": self.site.key,
            "url": ARTICLE,
            "name": f"Reader {number}",
            "email": f"reader{number}@mail.example",
            "body": f"Comment number {number}.",
        }
        return {name: value for name, value in (fields | changes).items() if value is not None}

    async def post(self, fields: object, *, headers: dict[str, str] | None = None, ip: str | None = None) -> Any:
        """POST /api/v1/comments from the site's own page; each time from another network unless `ip` says so."""
        number = next(self.numbers)
        sent = {
            "Origin": ORIGIN,
            "Content-Type": "application/json",
            "X-Forwarded-For": ip or f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}",
        }
        content = fields if isinstance(fields, bytes) else json.dumps(fields).encode()
        return await self.client.post("/api/v1/comments", content=content, headers=sent | (headers or {}))

    async def submit(self, **changes: Any) -> dict[str, Any]:
        """Submit a valid comment; the answer's JSON."""
        answer = await self.post(self.submission(**changes))
        assert answer.status_code in {201, 202}, answer.text
        taken: dict[str, Any] = answer.json()
        return taken

    async def decide(self, public_id: str, verb: Decision = Decision.APPROVE) -> Decided:
        """What a moderator's decision does."""
        return await self.store.write(
            lambda conn: decisions.decide(
                conn,
                public_id,
                verb,
                site_ids=[self.site.id],
                moderator_id=None,
                reason=None,
                now=self.clock.now(),
            )
        )

    async def publish(self, **changes: Any) -> str:
        """Submit a comment and approve it; its public id."""
        taken = await self.submit(**changes)
        public_id: str = taken["comment"]["id"]
        await self.decide(public_id)
        return public_id

    async def thread(self, url: str = ARTICLE, **query: str) -> dict[str, Any]:
        """GET /api/v1/thread."""
        answer = await self.client.get("/api/v1/thread", params={"site": self.site.key, "url": url, **query})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def ids_in(self, url: str = ARTICLE, **query: str) -> list[str]:
        """Public ids on a thread's page, in their order."""
        return [comment["id"] for comment in (await self.thread(url, **query))["comments"]]

    async def change_policy(self, policy: SitePolicy) -> None:
        """What `commentsvc site edit` does."""
        changed = Site(self.site.id, self.site.key, self.site.name, self.site.origins, policy)
        await self.store.write(lambda conn: sites.change(conn, changed))
        self.clock.advance(timedelta(seconds=3))  # other processes notice within two


@asynccontextmanager
async def running_service(database_url: str, folder: Path, **settings: Any) -> AsyncIterator[Service]:
    """The service on an empty database, with one site.

    Args:
        database_url: Empty.
        folder: For the key file.
        settings: Others than the defaults. Every test network may say whom it asks for (`X-Forwarded-For`).
    """
    given = {
        "database_url": database_url,
        "key_file": folder / "secrets" / "keys.json",
        "public_url": SERVICE,
        "trusted_proxies": "127.0.0.1/32",
        "thread_posts_per_minute": 10_000,
        "site_posts_per_hour": 100_000,
        "worker_in_service": False,  # tests drive a worker of their own
        "smtp_host": "127.0.0.1",  # so that mail is promised
        "mail_from": "comments@news.example",
    }
    clock, ring = MovingClock(), new_key_ring()
    app = create_app(load_settings(**(given | settings)), ring, clocks=clock.clocks())
    store: Store = app.state.parts[Store]
    async with app.router.lifespan_context(app):
        site = await store.write(
            lambda conn: sites.add(
                conn, key="news", name="The News", origins=[ORIGIN], policy=SitePolicy(), now=clock.now()
            )
        )
        transport = httpx2.ASGITransport(app=app, client=("127.0.0.1", 50_000), raise_app_exceptions=True)
        async with httpx2.AsyncClient(transport=transport, base_url=SERVICE) as client:
            yield Service(app, client, store, site, ring, clock)
