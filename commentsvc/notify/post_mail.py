"""Mail to moderators: the address is opened for the moment of sending."""

from commentsvc.domain.emails import EmailAddress
from commentsvc.domain.errors import CommentsvcError
from commentsvc.domain.notices import DecisionLinks
from commentsvc.notify.deliveries import DeliveryError
from commentsvc.notify.mail_server import MailServer
from commentsvc.notify.notice_ids import notice_id
from commentsvc.notify.write_mail import MailWriter
from commentsvc.store import notices
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
        links: For its buttons.
        opener: Of sealed addresses.
    """

    def __init__(
        self, store: Store, server: MailServer, writer: MailWriter, links: DecisionLinks, opener: Opener
    ) -> None:
        self._store, self._server, self._writer, self._links, self._opener = store, server, writer, links, opener

    async def deliver(self, notice: Notice) -> None:
        """Send the mail, unless its moderator has left, or what it tells is no longer so.

        Raises:
            DeliveryError: The mail server did not take it, or the address cannot be opened.
        """
        told = await self._store.read(lambda conn: notices.mail(conn, notice))
        if told is None:
            return
        to = self._open(told.to.sealed_email)
        mail = self._writer.write(told, to, notice_id(notice), link=self._link(told))
        await self._server.send(mail, sender=self._writer.sender, to=to)

    async def rest(self) -> None:
        """Close the connection to the mail server."""
        await self._server.close()

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
