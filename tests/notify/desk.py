"""A site, its moderators and a worker that works when it is told to."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.clock import Clocks
from commentsvc.domain.notices import Channel, Event, NoticeWish
from commentsvc.domain.status import Decision
from commentsvc.moderation.mail_links import MailLinks
from commentsvc.notify.deliveries import Delivery
from commentsvc.notify.mail_server import MailAccount, MailSecurity, MailServer
from commentsvc.notify.post_mail import PostMail
from commentsvc.notify.worker import Worker
from commentsvc.notify.write_mail import MailWriter
from commentsvc.store import decisions, notice_wishes, outbox
from commentsvc.store.schema import outbox as outbox_table
from commentsvc.vault.opening import Opener
from commentsvc.web.reader_links import ReaderLinks
from tests.support.mail_server import Postbox
from tests.support.moderation import Place, open_place

SENDER = "comments@desk.example"


@dataclass
class Desk:
    """Everything around one outbox."""

    place: Place
    postbox: Postbox
    opener: Opener
    moderator: int

    @property
    def clocks(self) -> Clocks:
        return Clocks(lambda: self.place.time.now, self.place.time.monotonic)

    def mail(self, server: MailServer | None = None) -> PostMail:
        account = MailAccount("127.0.0.1", self.postbox.port, MailSecurity.NONE, None, None)
        writer = MailWriter(SENDER, self.place.origin, self.clocks.now)
        links = self.place.app.state.parts[MailLinks]
        return PostMail(
            self.place.store,
            server or MailServer(account),
            writer,
            links,
            self.place.app.state.parts[ReaderLinks],
            self.opener,
        )

    def worker(self, deliveries: Mapping[Channel, Delivery] | None = None) -> Worker:
        given = deliveries if deliveries is not None else {Channel.MAIL: self.mail()}
        return Worker(self.place.store, self.clocks, given, digest_hour=7)

    async def work(self, worker: Worker | None = None) -> None:
        """Until nothing is due."""
        at_it = worker or self.worker()
        while await at_it.work_once():
            pass

    async def wish(self, wish: NoticeWish, moderator: int | None = None, site: str = "gazette") -> None:
        mine = {"moderator_id": moderator or self.moderator, "site_id": self.place.sites[site].id}
        await self.place.store.write(lambda conn: notice_wishes.set_wish(conn, wish, now=self.place.time.now, **mine))

    async def comment(self, source: str = "A thoughtful remark.", **changes: Any) -> str:
        """A new comment that waits, with word of it left in the outbox and due."""
        public_id = await self.place.add_comment(source, **changes)
        now = self.place.time.now
        await self.place.store.write(lambda conn: outbox.add_event(conn, Event.COMMENT_PENDING, public_id, now=now))
        self.place.time.pass_by(seconds=11)
        return public_id

    async def decide(self, comment: str, verb: Decision = Decision.APPROVE, moderator: int | None = None) -> None:
        site_ids = [site.id for site in self.place.sites.values()]

        def job(conn: Connection) -> None:
            now = self.place.time.now
            decisions.decide(conn, comment, verb, site_ids=site_ids, moderator_id=moderator, reason=None, now=now)

        await self.place.store.write(job)

    async def rows(self) -> list[Any]:
        query = sa.select(outbox_table).order_by(outbox_table.c.id)
        return await self.place.store.read(lambda conn: list(conn.execute(query)))

    def pass_by(self, by: timedelta) -> None:
        self.place.time.now += by


@asynccontextmanager
async def open_desk(database_url: str, postbox: Postbox, **options: Any) -> AsyncIterator[Desk]:
    async with open_place(database_url, **options) as place:
        await place.add_site()
        moderator = await place.add_moderator()
        desk = Desk(place, postbox, Opener(place.ring), moderator)
        await desk.wish(NoticeWish.EACH)
        yield desk
