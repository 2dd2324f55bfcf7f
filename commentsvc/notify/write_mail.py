"""A mail's text, plain and HTML: nothing is loaded from elsewhere, and no header is as a reader wrote it."""

import textwrap
from collections.abc import Mapping
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from commentsvc.domain.clock import Clock
from commentsvc.domain.comment import HeldComment
from commentsvc.domain.emails import EmailAddress
from commentsvc.domain.notices import Event
from commentsvc.domain.site import Site
from commentsvc.domain.text import clean_line
from commentsvc.domain.urls import host_of
from commentsvc.store.notices import COUNT_UP_TO, CommentMail, DigestMail
from commentsvc.words.catalogues import ENGLISH
from commentsvc.words.speech import Speech, speech

_TITLE_CHARACTERS = 100
_LONGEST_LINE = 998
"""RFC 5322 section 2.1.1. Headers are not made shorter: a link cannot be folded, and an encoded one is none."""
_CONTROLS = (*range(0x20), *range(0x7F, 0xA0))
_WITHOUT_CONTROLS = dict.fromkeys(code for code in _CONTROLS if chr(code) not in "\n\t")
"""C0, DEL and C1 without what lays lines out."""


_ENGLISH = speech(ENGLISH)
_LINE_CHARACTERS = 78
"""RFC 5322 section 2.1.1: what lines should not exceed."""


class MailWriter:
    """Writes mails from one sender.

    Args:
        sender: ``comments@example.org``, checked.
        public_url: Where browsers reach the service, without a path.
        clock: For the date.
    """

    def __init__(self, sender: str, public_url: str, clock: Clock) -> None:
        self.sender = sender
        self._public_url, self._clock = public_url, clock
        self._templates = Environment(
            loader=PackageLoader("commentsvc.notify"),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,  # else each mail looks at the files' times
        )
        self._templates.filters.update(
            line=clean_line, words=clean_words, moment=_moment, quoted=_quoted, wrapped=_wrapped
        )

    def write(
        self, told: CommentMail | DigestMail, to: EmailAddress, notice_id: str, *, link: str | None
    ) -> EmailMessage:
        """One mail.

        Args:
            told: What it tells.
            to: Its recipient's address.
            notice_id: The same at each attempt.
            link: Where its moderator may decide; None: only in the queue.
        """
        mail = self.begin(told.site, to, notice_id, subject=subject(told))
        self.fill(mail, _template(told), {"mail": told, "link": link})
        return mail

    def begin(
        self, site: Site, to: EmailAddress, notice_id: str, *, subject: str, spoken: Speech = _ENGLISH
    ) -> EmailMessage:
        """A mail with the headers that all of ours have; who wrote a comment is never in From."""
        is_ascii = to.reveal().isascii()
        mail = EmailMessage(policy=(SMTP if is_ascii else SMTPUTF8).clone(cte_type="7bit"))
        mail["From"] = Address(
            display_name=spoken.say("commentsOn", title=header_line(site.name)), addr_spec=self.sender
        )
        mail["To"] = Address(addr_spec=to.reveal()) if is_ascii else to.reveal()
        mail["Subject"] = subject
        mail["Date"] = self._clock()
        mail["Message-ID"] = f"<{notice_id}@{host_of(self._public_url)}>"
        mail["Auto-Submitted"] = "auto-generated"
        return mail

    def privacy_link(self, site: Site) -> str:
        """Where a site's readers see what is stored about them."""
        return f"{self._public_url}/privacy?{urlencode({'site': site.key})}"

    def fill(
        self, mail: EmailMessage, template: str, values: Mapping[str, object], *, spoken: Speech = _ENGLISH
    ) -> None:
        """Give it both its parts, from ``template.txt`` and ``template.html``."""
        said = {"speech": spoken, "say": spoken.say, "pieces": spoken.pieces}
        given = {**values, **said, "public_url": self._public_url, "subject": str(mail["Subject"])}
        mail.set_content(self._rendered(f"{template}.txt", given))
        mail.add_alternative(self._rendered(f"{template}.html", given), subtype="html")
        mail.policy = mail.policy.clone(max_line_length=_LONGEST_LINE)  # of headers; the parts are already in lines

    def _rendered(self, template: str, values: dict[str, Any]) -> str:
        return clean_words(self._templates.get_template(template).render(count_up_to=COUNT_UP_TO, **values))


def subject(told: CommentMail | DigestMail) -> str:
    """Fixed words and the article's title; for a digest, the site's name."""
    if isinstance(told, DigestMail):
        number = f"{COUNT_UP_TO - 1:,}+" if told.count >= COUNT_UP_TO else f"{told.count:,}"
        return f"{number} {'comment waits' if told.count == 1 else 'comments wait'} on {header_line(told.site.name)}"
    words = "Appeal" if told.event is Event.COMMENT_APPEALED else "New comment"
    return f"{words} on “{header_line(_article(told.told.comment))}”"


def clean_words(text: str) -> str:
    """A longer text without control characters; its lines stay, in whatever way they were ended."""
    return "\n".join(text.splitlines()).translate(_WITHOUT_CONTROLS)


def header_line(text: str) -> str:
    """One clean line, short enough for a header."""
    line = clean_line(text).replace("=?", "= ?")  # else it would be read as an encoded word, with what is in it
    return line if len(line) <= _TITLE_CHARACTERS else f"{line[: _TITLE_CHARACTERS - 1].rstrip()}…"


def _article(comment: HeldComment) -> str:
    return comment.thread_title or comment.thread_url


def _template(told: CommentMail | DigestMail) -> str:
    return "digest" if isinstance(told, DigestMail) else "comment"


def _moment(at: datetime) -> str:
    """``22 November 2026, 09:30 UTC``."""
    return f"{at.day} {at:%B %Y, %H:%M} UTC"


def _quoted(text: str) -> str:
    """A plain text as mails quote: ``> `` before each line."""
    return "\n".join(f"> {line}".rstrip() for line in clean_words(text).splitlines())


def _wrapped(sentence: str) -> str:
    """A sentence in lines, broken at spaces; what has none stays whole."""
    return textwrap.fill(sentence, _LINE_CHARACTERS, break_long_words=False, break_on_hyphens=False)
