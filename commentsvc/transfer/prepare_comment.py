"""A comment from elsewhere goes the way of a new one: cleaned, limited, rendered, its address sealed."""

from dataclasses import dataclass
from datetime import UTC, datetime

from email_validator import EmailNotValidError, validate_email

from commentsvc.domain.clock import to_the_minute
from commentsvc.domain.comment import Rendered
from commentsvc.domain.emails import EmailAddress
from commentsvc.domain.errors import InvalidInputError, MalformedUrlError
from commentsvc.domain.imports import IMPORTED_CHARACTERS, Item, Source
from commentsvc.domain.limits import Limits
from commentsvc.domain.normal_text import text_digest
from commentsvc.domain.pseudonyms import PSEUDONYM_BYTES, new_pseudonym
from commentsvc.domain.site import Site
from commentsvc.domain.status import CommentStatus
from commentsvc.domain.text import clean_line, has_visible_text, is_well_formed
from commentsvc.domain.urls import website_url
from commentsvc.markup import render
from commentsvc.markup.convert_html import convert_html
from commentsvc.store.importing import NewComment, NewThread
from commentsvc.vault.blind_index import BlindIndex
from commentsvc.vault.sealing import Sealer

NOBODYS_NAME = "Anonymous"
_LIMITS = Limits()
_MOST_LIKES = 1_000_000


@dataclass(frozen=True, slots=True)
class Preparing:
    """What it takes."""

    site: Site
    source: Source
    index: BlindIndex
    sealer: Sealer
    now: datetime

    def comment(self, item: Item, thread: NewThread, status: CommentStatus) -> NewComment:
        """A comment with its words.

        Raises:
            InvalidInputError: The markup refuses them (422).
        """
        text, rendered = _rendered(item)
        email = _email(item.email)
        return NewComment(
            source_id=item.id,
            thread=thread,
            parent=item.parent,
            public_id=item.public_id,
            name=_name(item.name),
            website=_website(item.website),
            badge=self.site.policy.badge if item.has_badge else None,
            blind_indexes=self.index.candidates(email, site_key=self.site.key) if email else [],
            sealed_email=self.sealer.seal(email) if email else None,
            pseudonym=self._pseudonym(item),
            text=text,
            rendered=rendered,
            text_digest=text_digest(rendered.text),
            status=status,
            created_at=self._time(item.created_at),
            edited_at=None if item.edited_at is None else self._time(item.edited_at),
            edited_by=None if item.edited_at is None else item.edited_by or "author",
            likes=min(max(item.likes, 0), _MOST_LIKES),
            is_pinned=item.is_pinned and status is CommentStatus.APPROVED,
        )

    def place(self, item: Item, thread: NewThread) -> NewComment:
        """Only its place, for the replies below it; nothing that was said there."""
        return NewComment(
            source_id=item.id,
            thread=thread,
            parent=item.parent,
            public_id=item.public_id,
            name="",
            website=None,
            badge=None,
            blind_indexes=[],
            sealed_email=None,
            pseudonym=new_pseudonym(),
            text="",
            rendered=None,
            text_digest=b"",
            status=CommentStatus.DELETED,
            created_at=self._time(item.created_at),
            edited_at=None,
            edited_by=None,
            likes=0,
            is_pinned=False,
        )

    def _pseudonym(self, item: Item) -> bytes:
        """The same for one account of the source, keyed; a typed address never leads to one (`domain.pseudonyms`)."""
        if item.account is None:
            return new_pseudonym()
        account = f"import account {self.source} {item.account}".encode()
        return self.index.fingerprint(account, site_key=self.site.key)[-PSEUDONYM_BYTES:]

    def _time(self, moment: datetime) -> datetime:
        """To the minute, as of everything; none is in the future."""
        return to_the_minute(min(moment.astimezone(UTC), self.now))


def _rendered(item: Item) -> tuple[str, Rendered]:
    if not is_well_formed(item.body):
        raise InvalidInputError("characters", fields={"body": "The comment holds what is no text."})
    if item.is_html:
        return convert_html(item.body, limit_characters=IMPORTED_CHARACTERS)
    return item.body, render(item.body, limit_characters=IMPORTED_CHARACTERS)


def _name(raw: str) -> str:
    name = clean_line(raw)[: _LIMITS.name_characters].strip()
    return name if has_visible_text(name) and is_well_formed(name) else NOBODYS_NAME


def _email(raw: EmailAddress | None) -> EmailAddress | None:
    """The address, if it is one; what is none is left out."""
    typed = "" if raw is None else raw.reveal().strip()
    if not typed or len(typed) > _LIMITS.email_characters:
        return None
    try:
        return EmailAddress(validate_email(typed, check_deliverability=False).normalized)
    except EmailNotValidError:
        return None


def _website(raw: str | None) -> str | None:
    text = (raw or "").strip()
    if not text:
        return None
    try:
        url = website_url(text if "://" in text else f"https://{text}")
    except MalformedUrlError:
        return None
    return url if len(url) <= _LIMITS.website_characters else None
