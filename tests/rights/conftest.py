"""A service that can send mail, and somebody who has commented there."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa

from commentsvc.domain.emails import EmailAddress
from commentsvc.store import authors
from commentsvc.store.schema import outbox
from commentsvc.vault.blind_index import BlindIndex
from commentsvc.web.reader_links import ReaderLinks
from tests.support.service import SERVICE, Service, running_service

ADA = "ada@mail.example"
OURS = {"Origin": SERVICE, "Sec-Fetch-Site": "same-origin"}


@dataclass
class People:
    """Asks, shows, takes and erases, as people with a browser do."""

    service: Service

    async def ask(self, email: str, *, site: str = "news", ip: str | None = None) -> httpx2.Response:
        """Ask what is held; each time from another network unless `ip` says so."""
        number = next(self.service.numbers)
        headers = OURS | {"X-Forwarded-For": ip or f"10.9.{number >> 8 & 255}.{number & 255}"}
        return await self.service.client.post("/own/data", data={"site": site, "email": email}, headers=headers)

    async def token(self, email: str = ADA) -> str:
        """Of the link that a mail to this address brings."""
        index: BlindIndex = self.service.app.state.parts[BlindIndex]
        keys = index.candidates(EmailAddress(email), site_key=self.service.site.key)

        def job(conn: sa.Connection) -> str:
            who = authors.find(conn, site_id=self.service.site.id, blind_indexes=keys)
            assert who is not None
            return authors.public_id_of(conn, who)

        links: ReaderLinks = self.service.app.state.parts[ReaderLinks]
        return links.data(await self.service.store.write(job)).partition("?t=")[2]

    async def show(self, token: str) -> httpx2.Response:
        return await self.service.client.get("/own/data", params={"t": token})

    async def export(self, token: str, form: str = "json") -> httpx2.Response:
        fields = {"t": token, "format": form}
        return await self.service.client.post("/own/data/export", data=fields, headers=OURS)

    async def erase(self, token: str, **fields: str) -> httpx2.Response:
        return await self.service.client.post("/own/data/erase", data={"t": token, **fields}, headers=OURS)

    async def mails(self) -> list[Any]:
        """Authors to whom links wait to be sent."""
        query = sa.select(outbox.c.author_id).where(outbox.c.event == "data_asked").order_by(outbox.c.id)
        return await self.service.store.read(lambda conn: list(conn.execute(query).scalars()))


@pytest.fixture
async def people(database_url: str, tmp_path: Path) -> AsyncIterator[People]:
    mail = {"smtp_host": "127.0.0.1", "mail_from": "comments@service.example", "privacy_contact": "The Press, Bern"}
    async with running_service(database_url, tmp_path, **mail) as running:
        yield People(running)
