"""The plain HTML form under a thread, as shown and as shown again with what is wrong."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from commentsvc.domain.comment import PublishedComment
from commentsvc.domain.site import EmailPolicy, Site
from commentsvc.web.tokens import Purpose, Signer

KEPT_FIELDS = ("name", "email", "website", "body", "notify", "notify_decision")


@dataclass(frozen=True, slots=True)
class ReplyForm:
    """Everything the template needs."""

    site_key: str
    url: str
    thread_id: str | None
    parent_id: str | None
    parent_name: str | None
    token: str
    """Signed: the form came from us, at this time."""
    once: str
    """Idempotency key: sending the form twice posts once."""
    is_email_required: bool
    has_mail: bool
    """Whether this installation sends any, so that it may be offered."""
    values: Mapping[str, str] = field(default_factory=dict)
    """What the reader typed, shown again after a fault."""
    faults: Mapping[str, str] = field(default_factory=dict)
    """Field → sentence."""
    warnings: Mapping[str, str] = field(default_factory=dict)
    """Field → what its writer may not have meant to tell everybody; not sent until they say so."""
    problem: str | None = None
    """A fault of no single field."""


def new_reply_form(
    signer: Signer, *, site: Site, url: str, thread_id: str | None, parent: PublishedComment | None, has_mail: bool
) -> ReplyForm:
    """An empty form for a thread, or for a reply to one of its comments."""
    return ReplyForm(
        site_key=site.key,
        url=url,
        thread_id=thread_id,
        parent_id=parent.id if parent else None,
        parent_name=parent.name if parent else None,
        token=new_token(signer, site),
        once=new_once(),
        is_email_required=site.policy.email is EmailPolicy.REQUIRED,
        has_mail=has_mail,
    )


def new_token(signer: Signer, site: Site) -> str:
    """Says that a form came from us, and when."""
    return signer.sign(Purpose.FORM, {"site": site.key})


def new_once() -> str:
    """An idempotency key."""
    return secrets.token_urlsafe(16)
