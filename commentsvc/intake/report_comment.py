"""POST /api/v1/comments/ID/reports: a reader tells the moderators that a comment should not stand there."""

from dataclasses import dataclass

import structlog
from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from commentsvc.domain.clock import to_the_minute
from commentsvc.domain.errors import InvalidInputError, TooManyRequestsError
from commentsvc.domain.reports import REPORT_CHARACTERS, ReportReason
from commentsvc.domain.site import Site
from commentsvc.domain.text import has_visible_text
from commentsvc.intake.desk import Desk, desk
from commentsvc.intake.like_comment import checked_token
from commentsvc.intake.origins import check_origin, let_registered_read, origin_of
from commentsvc.markup import clean_characters
from commentsvc.store import reports
from commentsvc.store.reports import NewReport
from commentsvc.web.body import read_json
from commentsvc.web.client_address import client_of
from commentsvc.web.typed_fields import typed

log = structlog.get_logger()


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)

    reader: str
    reason: str
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A report with every field checked and cleaned."""

    reader: str
    reason: ReportReason
    text: str | None


async def report_comment(request: Request) -> Response:
    """Answer 202, whether or not this reader has reported the comment before."""
    at, client = desk(request), client_of(request)
    await let_registered_read(request, at.sites)
    sent = typed(_Sent, await read_json(request, limit_bytes=at.limits.request_bytes))
    at.limiter.check(at.policy.per_reaction, scope="reports", address=client)
    told, public_id = checked(sent.reader, sent.reason, sent.text or ""), request.path_params["id"]
    key, _ = await at.store.read(lambda conn: reports.look(conn, public_id, []))
    site = await at.sites.by_key(key)
    check_origin(request, site)
    await take_report(at, site, public_id, told, client=client)
    return JSONResponse({}, status_code=202, headers={"Cache-Control": "no-store"})


def checked(reader: str, reason: str, raw: str) -> Told:
    """The fields of a report.

    Raises:
        InvalidInputError: With a sentence for each field at fault (422).
    """
    text = clean_characters(raw).strip()
    faults = {}
    if reason not in set(ReportReason):
        faults["reason"] = "Please say what is wrong with the comment."
    if len(text) > REPORT_CHARACTERS:
        faults["text"] = f"At most {REPORT_CHARACTERS} characters are possible."
    if faults:
        raise InvalidInputError(fields=faults)
    return Told(checked_token(reader), ReportReason(reason), text if has_visible_text(text) else None)


async def take_report(at: Desk, site: Site, public_id: str, told: Told, *, client: str | None) -> None:
    """Write a report down; of one network, the first of a day about a comment counts.

    Raises:
        UnknownCommentError: The comment is absent, or not public (404).
    """
    marks = at.marks.of_report(told.reader, comment=public_id)
    _, has_reported = await at.store.read(lambda conn: reports.look(conn, public_id, marks))
    if has_reported:
        return
    new = NewReport(marks, told.reason, told.text, _is_counted(at, public_id, client))
    hold_at, now = site.policy.report_hold, to_the_minute(at.clocks.now())
    await at.store.write(
        lambda conn: reports.add(conn, public_id, new, hold_at=hold_at, now=now), origin=origin_of(site, client)
    )
    log.info("comment_reported", comment=public_id, site=site.key)


def _is_counted(at: Desk, public_id: str, client: str | None) -> bool:
    try:
        at.limiter.check(at.policy.per_report, scope=f"report {public_id}", address=client)
    except TooManyRequestsError:
        return False
    return True
