"""What intake works with."""

from dataclasses import dataclass
from datetime import timedelta

from starlette.requests import Request

from commentsvc.domain.clock import Clocks
from commentsvc.domain.errors import InvalidTokenError
from commentsvc.domain.limits import Limits
from commentsvc.store.engine import Store
from commentsvc.store.site_directory import SiteDirectory
from commentsvc.vault.blind_index import BlindIndex
from commentsvc.vault.reader_marks import ReaderMarks
from commentsvc.vault.sealing import Sealer
from commentsvc.web.parts import part
from commentsvc.web.rate_limits import Rate, RateLimiter
from commentsvc.web.tokens import Purpose, Signer


@dataclass(frozen=True, slots=True)
class IntakePolicy:
    """How often, and for how long."""

    per_reader: tuple[Rate, ...]
    """Of one network on one site."""
    per_thread: tuple[Rate, ...]
    per_site: tuple[Rate, ...]
    """Beyond these, nothing is refused, but everything is held as a flood."""
    per_lookup: tuple[Rate, ...]
    """Previews, receipts, form tokens, and renderings of submissions, of one network."""
    receipt_age: timedelta
    has_mail: bool
    """Whether this installation sends any, so that wishes for it can be kept."""
    form_age: timedelta = timedelta(hours=24)
    per_reaction: tuple[Rate, ...] = (Rate.per(60, 30),)
    """Likes, and apart from them reports, new ones and others, of one network."""
    per_like: tuple[Rate, ...] = (Rate.per(86_400, 5),)
    """New likes of one comment from one network: a household, and no machine."""
    per_report: tuple[Rate, ...] = (Rate.per(86_400, 1),)
    """Reports of one comment from one network that help to hold it; others are only listed."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The parts that take a submission in."""

    store: Store
    sites: SiteDirectory
    signer: Signer
    sealer: Sealer
    index: BlindIndex
    marks: ReaderMarks
    clocks: Clocks
    limiter: RateLimiter
    limits: Limits
    policy: IntakePolicy


def what_proves(at: Desk, receipt: str) -> tuple[str, str]:
    """Public id of the comment and key of its site that a receipt is for.

    Raises:
        InvalidTokenError: It is none of ours, or too old (403).
    """
    claims = at.signer.verify(Purpose.RECEIPT, receipt, max_age=at.policy.receipt_age)
    comment, site = claims.get("comment"), claims.get("site")
    if not isinstance(comment, str) or not isinstance(site, str):
        raise InvalidTokenError("a receipt that says nothing")
    return comment, site


def desk(request: Request) -> Desk:
    """The desk of the running service."""
    return Desk(
        store=part(request, Store),
        sites=part(request, SiteDirectory),
        signer=part(request, Signer),
        sealer=part(request, Sealer),
        index=part(request, BlindIndex),
        marks=part(request, ReaderMarks),
        clocks=part(request, Clocks),
        limiter=part(request, RateLimiter),
        limits=part(request, Limits),
        policy=part(request, IntakePolicy),
    )
