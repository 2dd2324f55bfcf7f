"""DELETE /api/v1/comments/ID: a writer takes their comment back, its words with it, at any time."""

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from commentsvc.domain.clock import to_the_minute
from commentsvc.domain.site import Site
from commentsvc.domain.status import CommentStatus
from commentsvc.intake.bearer_receipt import proven_writer
from commentsvc.intake.desk import Desk, desk
from commentsvc.intake.origins import let_registered_read, origin_of
from commentsvc.store import own_words
from commentsvc.web.client_address import client_of

log = structlog.get_logger()


async def delete_own(request: Request) -> Response:
    """Answer 200 with the comment's status, for whoever holds its receipt; a second time the same."""
    at, client = desk(request), client_of(request)
    await let_registered_read(request, at.sites)
    at.limiter.check(at.policy.per_lookup, scope="delete", address=client)
    site = await proven_writer(request, at)
    status = await take_back(at, site, request.path_params["id"], client=client)
    return JSONResponse({"status": status}, headers={"Cache-Control": "no-store"})


async def take_back(at: Desk, site: Site, public_id: str, *, client: str | None) -> CommentStatus:
    """Delete a comment that a receipt has proven to be one's own; its status afterwards.

    Raises:
        UnknownCommentError: It is gone (404).
    """
    now = to_the_minute(at.clocks.now())
    status = await at.store.write(
        lambda conn: own_words.delete(conn, public_id, site_id=site.id, now=now), origin=origin_of(site, client)
    )
    log.info("comment_deleted", comment=public_id, site=site.key, status=status)
    return status
