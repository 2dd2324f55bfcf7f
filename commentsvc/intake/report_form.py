"""/report: a comment is reported without JavaScript, from the page that shows the thread."""

import secrets
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from commentsvc.domain.comment import FeedEntry
from commentsvc.domain.errors import (
    CommentsvcError,
    InvalidInputError,
    InvalidTokenError,
    MissingParameterError,
    UnknownCommentError,
    UnknownFieldError,
)
from commentsvc.domain.reports import REPORT_CHARACTERS, ReportReason
from commentsvc.domain.site import Site
from commentsvc.intake.desk import Desk, desk
from commentsvc.intake.form_in_words import faults_in_words
from commentsvc.intake.origins import check_own_page
from commentsvc.intake.report_comment import checked, take_report
from commentsvc.store import published
from commentsvc.web.body import read_form
from commentsvc.web.client_address import client_of
from commentsvc.web.pages import Pages
from commentsvc.web.parts import part
from commentsvc.web.query import read_query
from commentsvc.web.tokens import Purpose
from commentsvc.words.speech import speech

_FIELDS = {"comment", "reader", "reason", "text", "form_token"}
_READER_BYTES = 24
LABELS: Mapping[ReportReason, str] = {
    ReportReason.SPAM: "reasonSpam",
    ReportReason.ABUSE: "reasonAbuse",
    ReportReason.PRIVATE_DATA: "reasonPrivate",
    ReportReason.OFF_TOPIC: "reasonOffTopic",
    ReportReason.OTHER: "reasonOther",
}
"""Reason → key of its words."""


async def ask_report(request: Request) -> Response:
    """GET /report: a public comment, and a form to say what is wrong with it."""
    at, query = desk(request), read_query(request, required={"comment"})
    site, entry = await _found(at, query["comment"])
    return _page(request, at, site, entry, {})


async def send_report(request: Request) -> Response:
    """POST /report: thank the reader, or show the form again, every word in it kept."""
    at, client = desk(request), client_of(request)
    fields = await read_form(request, limit_bytes=at.limits.request_bytes)
    check_own_page(request)
    if not fields.keys() <= _FIELDS:
        raise UnknownFieldError
    if "comment" not in fields:
        raise MissingParameterError
    at.limiter.check(at.policy.per_reaction, scope="reports", address=client)
    site, entry = await _found(at, fields["comment"])
    try:
        _check_token(at, site, fields.get("form_token", ""))
        told = checked(fields.get("reader", ""), fields.get("reason", ""), fields.get("text", ""))
        await take_report(at, site, entry.comment.id, told, client=client)
    except CommentsvcError as error:
        return _page(request, at, site, entry, fields, error)
    page = part(request, Pages)
    return page.show("intake/reported.html", language=site.policy.language, site=site, entry=entry)


def _check_token(at: Desk, site: Site, token: str) -> None:
    """The form counts only with the token of our own page.

    Raises:
        InvalidTokenError: It is missing, forged, older than a day, or another site's.
    """
    if at.signer.verify(Purpose.FORM, token, max_age=at.policy.form_age).get("site") != site.key:
        raise InvalidTokenError("another site's form")


async def _found(at: Desk, public_id: str) -> tuple[Site, FeedEntry]:
    """A public comment and its site.

    Raises:
        UnknownCommentError: Absent, or not public (404).
    """
    found = await at.store.read(lambda conn: published.entry(conn, public_id))
    if found is None:
        raise UnknownCommentError
    key, entry = found
    return await at.sites.by_key(key), entry


def _page(
    request: Request,
    at: Desk,
    site: Site,
    entry: FeedEntry,
    fields: Mapping[str, str],
    error: CommentsvcError | None = None,
) -> Response:
    """The form with a fresh token; without a script, each page is a reader of its own, and its network limits it."""
    spoken = speech(site.policy.language)
    faults = {}
    if isinstance(error, InvalidInputError):
        faults = faults_in_words(spoken, error.fields, fields, at.limits, text_characters=REPORT_CHARACTERS)
    return part(request, Pages).show(
        "intake/report.html",
        status=200 if error is None else error.status,
        language=spoken.language,
        site=site,
        entry=entry,
        reasons=LABELS,
        chosen=fields.get("reason"),
        text=fields.get("text", ""),
        faults=faults,
        problem=None if error is None or faults else spoken.refusal(error.code, error.public),
        reader=secrets.token_urlsafe(_READER_BYTES),
        token=at.signer.sign(Purpose.FORM, {"site": site.key}),
        limit=REPORT_CHARACTERS,
    )
