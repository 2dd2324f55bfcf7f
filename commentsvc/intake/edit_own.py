"""PATCH /api/v1/comments/ID: a writer changes what their comment says, for some minutes after posting it."""

import secrets

import structlog
from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from commentsvc.domain.clock import to_the_minute
from commentsvc.domain.comment import OwnComment
from commentsvc.domain.normal_text import text_digest
from commentsvc.domain.site import Site
from commentsvc.intake.accept_submission import is_flooded
from commentsvc.intake.bearer_receipt import proven_writer
from commentsvc.intake.desk import Desk, desk
from commentsvc.intake.origins import let_registered_read, origin_of
from commentsvc.intake.parse_submission import check_body
from commentsvc.intake.write_edit import Change, write
from commentsvc.markup import render
from commentsvc.store.edits import NewText
from commentsvc.web import wire
from commentsvc.web.body import read_json
from commentsvc.web.client_address import client_of
from commentsvc.web.typed_fields import typed

log = structlog.get_logger()

_SALT_BYTES = 16


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)

    body: str


async def edit_own(request: Request) -> Response:
    """Answer 200 with the comment as it is now, for whoever holds its receipt; what readers see may have to wait."""
    at = desk(request)
    await let_registered_read(request, at.sites)
    sent = typed(_Sent, await read_json(request, limit_bytes=at.limits.request_bytes))
    client = client_of(request)
    at.limiter.check(at.policy.per_lookup, scope="render", address=client)
    site = await proven_writer(request, at)
    comment = await change_words(at, site, request.path_params["id"], sent.body, client=client)
    return JSONResponse({"comment": wire.own(comment)}, headers={"Cache-Control": "no-store"})


async def change_words(at: Desk, site: Site, public_id: str, body: str, *, client: str | None) -> OwnComment:
    """Take the new words of a comment in, which a receipt has proven to be one's own.

    Args:
        at: What to work with.
        site: Of the comment.
        public_id: Of the comment.
        body: The new source.
        client: The reader's IP address, for the rate limit alone.

    Raises:
        CommentsvcError: As for a new comment; or it can no longer be changed. Nothing was changed then.
    """
    source = check_body(body, at.limits)
    rendered = render(source)
    at.limiter.check(at.policy.per_reader, scope=f"edit {site.key}", address=client)
    new = NewText(source, rendered, text_digest(rendered.text), secrets.token_bytes(_SALT_BYTES))
    moment = at.clocks.now()
    change = Change(site, public_id, new, is_flooded(at, site), at=moment, now=to_the_minute(moment))
    comment = await at.store.write(lambda conn: write(conn, change), origin=origin_of(site, client))
    log.info("comment_edited", comment=public_id, site=site.key, status=comment.status)
    return comment
