"""Mails to readers. The one that asks for confirmation holds nothing that whoever typed the address has chosen."""

from collections.abc import Callable
from email.message import EmailMessage

from commentsvc.domain.emails import EmailAddress
from commentsvc.domain.notices import Event, ReaderMailLinks
from commentsvc.notify.write_mail import MailWriter, header_line
from commentsvc.store.reader_notices import ReaderMail
from commentsvc.words.speech import Speech, speech

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
        speak: The speech of a language.
    """

    def __init__(self, writer: MailWriter, links: ReaderMailLinks, speak: Callable[[str], Speech] = speech) -> None:
        self._writer, self._links, self._speak = writer, links, speak

    def write(self, told: ReaderMail, to: EmailAddress, notice_id: str) -> EmailMessage:
        """One mail.

        Args:
            told: What it tells.
            to: Its reader's address.
            notice_id: The same at each attempt.

        Source:
            RFC 8058 section 2: both headers together let a mail program end the mails with one click.
        """
        spoken = self._speak(told.site.policy.language)
        values = {
            "told": told,
            "subscription_link": self._links.subscription(told.subscription) if told.subscription else None,
            "unsubscribe_link": self._links.unsubscribe(told.subscription) if told.subscription else None,
            "data_link": self._links.data(told.author) if told.author else None,
            "privacy_link": self._writer.privacy_link(told.site),
        }
        mail = self._writer.begin(told.site, to, notice_id, subject=subject(told, spoken), spoken=spoken)
        is_by_subscription = told.subscription is not None and told.event is not Event.SUBSCRIPTION_ASKED
        if is_by_subscription:
            mail["List-Unsubscribe"] = f"<{values['unsubscribe_link']}>"
            mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        self._writer.fill(mail, _TEMPLATES[told.event], values, spoken=spoken)
        return mail


def subject(told: ReaderMail, spoken: Speech) -> str:
    """Fixed words in the site's language, and the article's title once the reader has confirmed."""
    say, site = spoken.say, header_line(told.site.name)
    match told.event:
        case Event.SUBSCRIPTION_ASKED:
            return say("subjectConfirm", site=site)
        case Event.DATA_ASKED:
            return say("subjectHeld", site=site)
        case Event.DECISION_TOLD:
            return say("subjectApproved" if told.is_approved else "subjectRefused", site=site)
        case _ if len(told.replies) > 1:
            return say("subjectMany", n=len(told.replies) + told.left_out, site=site)
        case _:
            article = told.replies[0].article
            key = "subjectReply" if told.replies[0].is_answer else "subjectComment"
            return say(key, title=header_line(article.title or article.url))
