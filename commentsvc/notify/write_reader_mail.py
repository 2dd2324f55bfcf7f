"""Mails to readers. The one that asks for confirmation holds nothing that whoever typed the address has chosen."""

from email.message import EmailMessage

from commentsvc.domain.emails import EmailAddress
from commentsvc.domain.notices import Event, ReaderMailLinks
from commentsvc.notify.write_mail import MailWriter, header_line
from commentsvc.store.reader_notices import ReaderMail

_TEMPLATES = {
    Event.SUBSCRIPTION_ASKED: "subscription_asked",
    Event.REPLY_PUBLISHED: "replies",
    Event.REPLY_DIGEST: "replies",
    Event.DECISION_TOLD: "decision",
    Event.DATA_ASKED: "data",
}


class ReaderMailWriter:
    """Writes mails to readers.

    Args:
        writer: Gives the sender, and what all mails have in common.
        links: For the mails' buttons.
    """

    def __init__(self, writer: MailWriter, links: ReaderMailLinks) -> None:
        self._writer, self._links = writer, links

    def write(self, told: ReaderMail, to: EmailAddress, notice_id: str) -> EmailMessage:
        """One mail.

        Args:
            told: What it tells.
            to: Its reader's address.
            notice_id: The same at each attempt.

        Source:
            RFC 8058 section 2: both headers together let a mail program end the mails with one click.
        """
        values = {
            "told": told,
            "subscription_link": self._links.subscription(told.subscription) if told.subscription else None,
            "unsubscribe_link": self._links.unsubscribe(told.subscription) if told.subscription else None,
            "data_link": self._links.data(told.author) if told.author else None,
            "privacy_link": self._writer.privacy_link(told.site),
        }
        mail = self._writer.begin(told.site, to, notice_id, subject=subject(told))
        is_by_subscription = told.subscription is not None and told.event is not Event.SUBSCRIPTION_ASKED
        if is_by_subscription:
            mail["List-Unsubscribe"] = f"<{values['unsubscribe_link']}>"
            mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        self._writer.fill(mail, _TEMPLATES[told.event], values)
        return mail


def subject(told: ReaderMail) -> str:
    """Fixed words, and the article's title once the reader has confirmed."""
    site = header_line(told.site.name)
    match told.event:
        case Event.SUBSCRIPTION_ASKED:
            return f"Please confirm: e-mail from {site}"
        case Event.DATA_ASKED:
            return f"What {site} holds about you"
        case Event.DECISION_TOLD:
            return f"Your comment on {site} was {'approved' if told.is_approved else 'not approved'}"
        case _ if len(told.replies) > 1:
            return f"{len(told.replies) + told.left_out} new comments on {site}"
        case _:
            article = told.replies[0].article
            words = "New reply" if told.replies[0].is_answer else "New comment"
            return f"{words} on “{header_line(article.title or article.url)}”"
