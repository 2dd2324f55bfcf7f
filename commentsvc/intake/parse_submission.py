"""From the fields that came to a checked submission; every fault is told at its field."""

from typing import Annotated, Any

from email_validator import EmailNotValidError, validate_email
from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic_core import PydanticCustomError

from commentsvc.domain.emails import EmailAddress
from commentsvc.domain.errors import InvalidInputError, MalformedUrlError
from commentsvc.domain.ids import is_public_id
from commentsvc.domain.limits import Limits
from commentsvc.domain.site import EmailPolicy, Site
from commentsvc.domain.submission import Submission
from commentsvc.domain.subscriptions import Scope, Wish
from commentsvc.domain.text import clean_line, has_visible_text
from commentsvc.domain.urls import canonical_url, website_url
from commentsvc.web.typed_fields import typed


def _scope(sent: object) -> Scope:
    """The word, or what it was before there were words: true for the answers to the comment."""
    if isinstance(sent, bool):
        return Scope.REPLIES if sent else Scope.NONE
    if isinstance(sent, str) and sent in list(Scope):
        return Scope(sent)
    raise PydanticCustomError("no_scope", "no scope")


class Sent(BaseModel):
    """The fields of a submission as they came: right names, right types, nothing more."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)

    site: str
    url: str
    id: str | None = None
    title: str | None = None
    parent: str | None = None
    name: str
    email: str | None = None
    website: str | None = None
    body: str
    notify: Annotated[Scope, BeforeValidator(_scope)] = Scope.NONE
    notify_decision: bool = False
    form_token: str | None = None
    receipt: str | None = None
    subject: str | None = None

    def __repr__(self) -> str:
        return "Sent(***)"

    __str__ = __repr__


def parse_sent(fields: dict[str, Any]) -> Sent:
    """The fields of a request, typed.

    Raises:
        UnknownFieldError: There is one that does not exist (400).
        InvalidInputError: One is missing or of the wrong type (422).
    """
    return typed(Sent, fields)


def check_submission(
    sent: Sent, site: Site, limits: Limits, *, seconds_to_write: float | None, has_mail: bool
) -> Submission:
    """The submission with every field checked and cleaned.

    Args:
        sent: What came.
        site: Where it is to stand; its policy says whether an e-mail address is needed.
        limits: Lengths in characters.
        seconds_to_write: Since the form was opened; None if nothing proves it.
        has_mail: Whether this installation sends any; where it does not, nobody is promised one.

    Raises:
        InvalidInputError: With a sentence for every field at fault (422).
        MalformedUrlError: The article's address is none (422).
        UnknownHostError: It is not the site's (403).
    """
    faults: dict[str, str] = {}
    url = canonical_url(sent.url, site=site)
    email = _email(sent.email, site.policy.email, limits, faults)
    submission = Submission(
        address=_thread_address(sent.id, url, limits, faults),
        url=url,
        title=(clean_line(sent.title or "")[: limits.title_characters].strip() or None),
        parent=_parent(sent.parent, faults),
        name=_name(sent.name, limits, faults),
        email=email,
        website=_website(sent.website, limits, faults),
        source=_source(sent.body, limits, faults),
        wish=_wish(sent, faults, has_mail=has_mail),
        is_decoy_filled=bool(sent.subject),
        seconds_to_write=seconds_to_write,
    )
    if faults:
        raise InvalidInputError(fields=faults)
    return submission


def check_body(raw: str, limits: Limits) -> str:
    """A comment's source alone.

    Raises:
        InvalidInputError: Nothing is written, or too much (422).
    """
    faults: dict[str, str] = {}
    source = _source(raw, limits, faults)
    if faults:
        raise InvalidInputError(fields=faults)
    return source


def _thread_address(explicit_id: str | None, url: str, limits: Limits, faults: dict[str, str]) -> str:
    if explicit_id is None:
        return url
    address = clean_line(explicit_id)
    if not address or len(address) > limits.thread_id_characters:
        faults["id"] = f"The thread's id must have 1 to {limits.thread_id_characters} characters."
    return address


def _parent(parent: str | None, faults: dict[str, str]) -> str | None:
    if parent is not None and not is_public_id(parent):
        faults["parent"] = "This is no id of a comment."
    return parent


def _name(raw: str, limits: Limits, faults: dict[str, str]) -> str:
    name = clean_line(raw)
    if not has_visible_text(name):
        faults["name"] = "Please write your name."
    elif len(name) > limits.name_characters:
        faults["name"] = f"Please use at most {limits.name_characters} characters."
    return name


def _email(raw: str | None, policy: EmailPolicy, limits: Limits, faults: dict[str, str]) -> EmailAddress | None:
    text = (raw or "").strip()
    if not text:
        if policy is EmailPolicy.REQUIRED:
            faults["email"] = "Please write your e-mail address. It will not be published."
        return None
    try:
        checked = validate_email(text[: limits.email_characters + 1], check_deliverability=False)
    except EmailNotValidError:
        faults["email"] = "This does not look like an e-mail address."
        return None
    return EmailAddress(checked.normalized)


def _wish(sent: Sent, faults: dict[str, str], *, has_mail: bool) -> Wish:
    wish = Wish(sent.notify, sent.notify_decision)
    field = "notify" if sent.notify is not Scope.NONE else "notify_decision"
    if wish.is_any and not has_mail:
        faults[field] = "This site sends no e-mail."
    elif wish.is_any and not (sent.email or "").strip():
        faults[field] = "Please write your e-mail address, or choose no e-mail."
    return wish


def _website(raw: str | None, limits: Limits, faults: dict[str, str]) -> str | None:
    text = (raw or "").strip()
    if not text:
        return None
    try:
        url = website_url(text if "://" in text else f"https://{text}")
    except MalformedUrlError:
        faults["website"] = "This does not look like a web address (http or https)."
        return None
    if len(url) > limits.website_characters:
        faults["website"] = f"Please use at most {limits.website_characters} characters."
    return url


def _source(raw: str, limits: Limits, faults: dict[str, str]) -> str:
    if not raw.strip():
        faults["body"] = "Please write a comment."
    elif len(raw) > limits.source_characters:
        faults["body"] = f"Your comment has {len(raw):,} characters; at most {limits.source_characters:,} are possible."
    return raw
