"""POST /api/v1/comments/ID/appeals: the writer of a comment that is not shown asks for a second look."""

import structlog
from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from commentsvc.domain.appeals import APPEAL_CHARACTERS, AppealState
from commentsvc.domain.clock import to_the_minute
from commentsvc.domain.errors import InvalidInputError
from commentsvc.domain.text import has_visible_text
from commentsvc.intake.bearer_receipt import proven_writer
from commentsvc.intake.desk import Desk, desk
from commentsvc.intake.origins import let_registered_read
from commentsvc.markup import clean_characters
from commentsvc.store import appeals
from commentsvc.web.body import read_json
from commentsvc.web.client_address import client_of
from commentsvc.web.typed_fields import typed

log = structlog.get_logger()


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)

    text: str


async def appeal_decision(request: Request) -> Response:
    """Answer 202: a moderator will look again, once, at a comment that was rejected or marked as spam."""
    at = desk(request)
    await let_registered_read(request, at.sites)
    fields = await read_json(request, limit_bytes=at.limits.request_bytes)
    sent = typed(_Sent, fields)
    at.limiter.check(at.policy.per_lookup, scope="appeal", address=client_of(request))
    site = await proven_writer(request, at)
    await make_appeal(at, request.path_params["id"], site.id, sent.text)
    return JSONResponse({"appeal": AppealState.WAITING}, status_code=202, headers={"Cache-Control": "no-store"})


async def make_appeal(at: Desk, public_id: str, site_id: int, raw: str) -> None:
    """Take an appeal in, for a comment that a receipt has proven.

    Raises:
        InvalidInputError: Nothing is written, or more than 1,000 characters (422).
        CommentsvcError: As `store.appeals.add`.
    """
    text = clean_characters(raw).strip()
    if not has_visible_text(text):
        raise InvalidInputError(fields={"text": "Please write why your comment should be looked at again."})
    if len(text) > APPEAL_CHARACTERS:
        raise InvalidInputError(fields={"text": f"At most {APPEAL_CHARACTERS:,} characters are possible."})
    now = to_the_minute(at.clocks.now())
    await at.store.write(lambda conn: appeals.add(conn, public_id, text, site_id=site_id, now=now))
    log.info("appeal_made", comment=public_id)
