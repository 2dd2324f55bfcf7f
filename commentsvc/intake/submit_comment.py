"""POST /api/v1/comments: take a reader's words and queue them for a moderator."""

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from commentsvc.domain.status import CommentStatus
from commentsvc.intake.accept_submission import accept
from commentsvc.intake.desk import desk
from commentsvc.intake.origins import check_origin, let_registered_read
from commentsvc.intake.parse_submission import parse_sent
from commentsvc.web import wire
from commentsvc.web.body import read_json
from commentsvc.web.client_address import client_of

log = structlog.get_logger()


async def submit_comment(request: Request) -> Response:
    """Answer 202 with the pending comment and its receipt, or 201 if the site publishes at once."""
    at = desk(request)
    await let_registered_read(request, at.sites)
    sent = parse_sent(await read_json(request, limit_bytes=at.limits.request_bytes))
    site = await at.sites.by_key(sent.site)
    check_origin(request, site)
    accepted = await accept(
        at, site, sent, client=client_of(request), idempotency_key=request.headers.get("idempotency-key")
    )
    log.info("comment_submitted", comment=accepted.comment.id, site=site.key, status=accepted.comment.status)
    body = {"comment": wire.own(accepted.comment), "receipt": accepted.receipt}
    is_public = accepted.comment.status is CommentStatus.APPROVED
    return JSONResponse(body, status_code=201 if is_public else 202, headers={"Cache-Control": "no-store"})
