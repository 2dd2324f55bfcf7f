"""The service, its readers and a worker with a real mail server; links are taken from the mails themselves."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from commentsvc.app import new_worker
from commentsvc.notify.worker import Worker
from commentsvc.settings import load_settings
from commentsvc.store.schema import outbox
from tests.support.mail_server import Postbox
from tests.support.service import SERVICE, Service, running_service

SENDER = "comments@news.example"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass
class ReadersDesk:
    """Everything around the mails of one service."""

    service: Service
    postbox: Postbox
    settings: dict[str, Any]

    def worker(self) -> Worker:
        """One of them; several may work at once."""
        settings = load_settings(**self.settings)
        return new_worker(settings, self.service.ring, self.service.store, self.service.clock.clocks())

    async def work(self, *, after: timedelta = timedelta(minutes=1)) -> list[EmailMessage]:
        """Let time pass, and a worker work until nothing is due; what came in."""
        self.service.clock.advance(after)
        before, worker = len(self.postbox.mails), self.worker()
        while await worker.work_once():
            pass
        return self.postbox.mails[before:]

    async def subscribe(self, email: str, **wish: Any) -> tuple[str, str]:
        """Publish a comment and confirm its wish; the comment's public id and the subscription's link."""
        wish = wish or {"notify": True}
        posted = await self.service.submit(email=email, **wish)
        (asked,) = await self.work()
        link = link_of(asked, "/subscription")
        await self.confirm(link, scope=scope_of(wish))
        await self.service.decide(posted["comment"]["id"])
        await self.work()
        return str(posted["comment"]["id"]), link

    async def confirm(self, link: str, *, scope: str = "replies", frequency: str = "each", **more: str) -> Any:
        """Press the button."""
        fields = {"do": "confirm", "scope": scope, "frequency": frequency, **more}
        return await self.press(link, fields)

    async def press(self, link: str, fields: dict[str, str]) -> Any:
        """Send the form of the page behind a link."""
        data = {"t": link.partition("?t=")[2], **fields}
        answer = await self.service.client.post("/subscription", data=data)
        assert answer.status_code == 200, answer.text
        return answer

    async def ask_for_data(self, email: str) -> None:
        """Ask for the link to what is held under an address."""
        headers = {"Origin": SERVICE, "Sec-Fetch-Site": "same-origin"}
        answer = await self.service.client.post("/own/data", data={"site": "news", "email": email}, headers=headers)
        assert answer.status_code == 200, answer.text

    async def rows(self) -> list[Any]:
        """The whole outbox."""
        query = sa.select(outbox).order_by(outbox.c.id)
        return await self.service.store.read(lambda conn: list(conn.execute(query)))


def scope_of(wish: dict[str, Any]) -> str:
    """The word on the wire for a wish."""
    given = wish.get("notify", "none")
    return str({True: "replies", False: "none"}.get(given, given))


def text_of(mail: EmailMessage) -> str:
    """Its text part."""
    part: Any = mail.get_body(("plain",))
    return str(part.get_content())


def html_of(mail: EmailMessage) -> str:
    """Its HTML part."""
    part: Any = mail.get_body(("html",))
    return str(part.get_content())


def link_of(mail: EmailMessage, path: str) -> str:
    """The link with this path, without the host."""
    found = re.search(rf"{re.escape(SERVICE + path)}\?t=[\w.-]+", text_of(mail))
    assert found is not None, path
    return found[0].removeprefix(SERVICE)


@asynccontextmanager
async def open_readers_desk(database_url: str, folder: Path, postbox: Postbox) -> AsyncIterator[ReadersDesk]:
    """The service on an empty database, with mail."""
    mail = {
        "smtp_host": "127.0.0.1",
        "smtp_port": postbox.port,
        "smtp_security": "none",
        "mail_from": SENDER,
        "seconds_between_posts": 0,
    }
    async with running_service(database_url, folder, **mail) as service:
        yield ReadersDesk(service, postbox, mail | {"public_url": SERVICE, "database_url": database_url})
