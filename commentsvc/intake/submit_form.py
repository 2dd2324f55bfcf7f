"""POST /read: the form of the page that needs no JavaScript."""

from dataclasses import replace
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import Response

from commentsvc.domain.emails import EmailAddress
from commentsvc.domain.errors import CommentsvcError, InvalidTokenError
from commentsvc.domain.giveaways import Giveaway, giveaways
from commentsvc.domain.site import Site
from commentsvc.domain.status import CommentStatus
from commentsvc.domain.subscriptions import Wish
from commentsvc.intake.accept_submission import Accepted, accept
from commentsvc.intake.desk import Desk, desk
from commentsvc.intake.form_in_words import faults_in_words, warnings_in_words
from commentsvc.intake.origins import check_own_page
from commentsvc.intake.parse_submission import Sent, parse_sent
from commentsvc.web.body import read_form
from commentsvc.web.client_address import client_of
from commentsvc.web.pages import Pages
from commentsvc.web.parts import part
from commentsvc.web.reply_form import KEPT_FIELDS, new_reply_form
from commentsvc.web.spoken_language import speak_as
from commentsvc.web.tokens import Purpose
from commentsvc.words.speech import speech

log = structlog.get_logger()

_EMPTY_IS_ABSENT = ("id", "parent", "email", "website", "subject", "notify", "notify_decision")


async def submit_form(request: Request) -> Response:
    """Answer with the page that says the comment waits, or with the form again, every word in it kept."""
    at = desk(request)
    fields = await read_form(request, limit_bytes=at.limits.request_bytes * 3)  # percent-encoding triples a text
    fields = {name: value.replace("\r\n", "\n") for name, value in fields.items()}  # forms send CRLF, readers count one
    once = fields.pop("once", None)
    is_sure = fields.pop("anyway", None) is not None
    given: dict[str, Any] = {name: value for name, value in fields.items() if value or name not in _EMPTY_IS_ABSENT}
    if given.get("notify_decision") == "1":
        given["notify_decision"] = True  # a box in a form has a text, or is not there
    sent = parse_sent(given)
    site = await at.sites.by_key(sent.site)
    speak_as(request, site)
    check_own_page(request)
    try:
        _check_token(at, site, sent.form_token)
        if not is_sure and (warnings := _giveaways(sent)):
            return _form_again(request, at, site, fields, warnings=warnings)
        accepted = await accept(at, site, sent, client=client_of(request), idempotency_key=once)
    except CommentsvcError as error:
        return _form_again(request, at, site, fields, error)
    log.info("comment_submitted", comment=accepted.comment.id, site=site.key, status=accepted.comment.status)
    return _posted(request, site, fields, accepted, wish=Wish(sent.notify, sent.notify_decision))


def _check_token(at: Desk, site: Site, token: str | None) -> None:
    """A plain form counts only with the token of our own page.

    Raises:
        InvalidTokenError: It is missing, forged, older than a day, or another site's.
    """
    claims = at.signer.verify(Purpose.FORM, token or "", max_age=at.policy.form_age)
    if claims.get("site") != site.key:
        raise InvalidTokenError("another site's form")


def _giveaways(sent: Sent) -> dict[str, Giveaway]:
    """What stops the form once, before anything is kept: the embed does the same on the reader's device."""
    email = EmailAddress(sent.email) if sent.email else None
    return giveaways(name=sent.name, source=sent.body, email=email)


def _posted(request: Request, site: Site, fields: dict[str, str], accepted: Accepted, *, wish: Wish) -> Response:
    """The same page whosever address it is, known or not, already asked too often or not."""
    return part(request, Pages).show(
        "intake/posted.html",
        language=site.policy.language,
        site=site,
        comment=accepted.comment,
        receipt=accepted.receipt,
        is_to_confirm=wish.is_any,
        is_pending=accepted.comment.status is not CommentStatus.APPROVED,
        path=_path(fields),
    )


def _form_again(
    request: Request,
    at: Desk,
    site: Site,
    fields: dict[str, str],
    error: CommentsvcError | None = None,
    *,
    warnings: dict[str, Giveaway] | None = None,
) -> Response:
    """The form with a fresh token, what the reader typed, and what is wrong with it or may give them away."""
    spoken = speech(site.policy.language)
    empty = new_reply_form(
        at.signer, site=site, url=fields["url"], thread_id=fields.get("id"), parent=None, has_mail=at.policy.has_mail
    )
    form = replace(
        empty,
        parent_id=fields.get("parent"),
        values={name: fields.get(name, "") for name in KEPT_FIELDS},
        faults=faults_in_words(spoken, error.fields, fields, at.limits) if error else {},
        warnings=warnings_in_words(spoken, warnings or {}),
        problem=spoken.refusal(error.code, error.public) if error else None,
    )
    answer = part(request, Pages).show(
        "intake/form_again.html",
        status=error.status if error else 200,
        language=spoken.language,
        site=site,
        form=form,
        path=_path(fields),
    )
    if error and error.retry_after_seconds is not None:
        answer.headers["Retry-After"] = str(error.retry_after_seconds)
    return answer


def _path(fields: dict[str, str]) -> dict[str, str]:
    return {name: fields[name] for name in ("site", "url", "id") if fields.get(name)}
