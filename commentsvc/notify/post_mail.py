"""Mail to moderators and to readers: the address is opened for the moment of sending."""

from email.message import EmailMessage

from commentsvc.domain.emails import EmailAddress
from commentsvc.domain.errors import CommentsvcError
from commentsvc.domain.notices import FOR_READERS, DecisionLinks, Event, ReaderMailLinks
from commentsvc.notify.deliveries import DeliveryError
from commentsvc.notify.mail_server import MailServer
from commentsvc.notify.notice_ids import notice_id
from commentsvc.notify.write_mail import MailWriter
from commentsvc.notify.write_reader_mail import ReaderMailWriter
from commentsvc.store import notices, reader_notices
from commentsvc.store.engine import Store
from commentsvc.store.notices import CommentMail, DigestMail
from commentsvc.store.outbox import Notice
from commentsvc.vault.opening import Opener


class PostMail:
    """Writes one notice and hands it to the mail server.

    Args:
        store: Where the notice's content is.
        server: Takes the mail.
        writer: Writes it.
        links: For a moderator's buttons.
        reader_links: For readers' mails.
        opener: Of sealed addresses.
    """

    def __init__(
        self,
        store: Store,
        server: MailServer,
        writer: MailWriter,
        links: DecisionLinks,
        reader_links: ReaderMailLinks,
        opener: Opener,
    ) -> None:
        self._store, self._server, self._writer, self._links, self._opener = store, server, writer, links, opener
        self._reader_writer = ReaderMailWriter(writer, reader_links)

    async def deliver(self, notice: Notice) -> bool:
        """Send the mail, unless its recipient wants no such mail any more, or what it tells is no longer so.

        Returns:
            Whether it was sent.

        Raises:
            AwayError: The mail server cannot be reached.
            DeliveryError: The mail server did not take it, or the address cannot be opened.
        """
        written = await (self._for_reader(notice) if notice.event in FOR_READERS else self._for_moderator(notice))
        if written is None:
            return False
        mail, to = written
        await self._server.send(mail, sender=self._writer.sender, to=to)
        return True

    async def rest(self) -> None:
        """Close the connection to the mail server."""
        await self._server.close()

    async def _for_moderator(self, notice: Notice) -> tuple[EmailMessage, EmailAddress] | None:
        told = await self._store.read(lambda conn: notices.mail(conn, notice))
        if told is None:
            return None
        to = self._open(told.to.sealed_email)
        return self._writer.write(told, to, notice_id(notice), link=self._link(told)), to

    async def _for_reader(self, notice: Notice) -> tuple[EmailMessage, EmailAddress] | None:
        run = self._store.write if notice.event is Event.DATA_ASKED else self._store.read
        told = await run(lambda conn: reader_notices.reader_mail(conn, notice))
        if told is None:
            return None
        to = self._open(told.sealed_email)
        return self._reader_writer.write(told, to, notice_id(notice)), to

    def _open(self, sealed: bytes) -> EmailAddress:
        try:
            return self._opener.open(sealed)
        except CommentsvcError as error:
            raise DeliveryError(f"the address cannot be opened ({error.code})") from None

    def _link(self, told: CommentMail | DigestMail) -> str | None:
        """Where this moderator decides by mail; None for what nobody decides by mail."""
        if isinstance(told, DigestMail) or not told.is_decidable:
            return None
        comment = told.told.comment
        return self._links.address(
            comment.id, moderator_id=told.to.id, site=comment.site_key, version=told.told.version
        )
