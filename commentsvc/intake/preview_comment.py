"""POST /api/v1/preview: what a source would look like, exactly."""

from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from commentsvc.domain.errors import InvalidInputError
from commentsvc.intake.desk import desk
from commentsvc.intake.origins import check_origin, let_registered_read
from commentsvc.markup import render
from commentsvc.web.body import read_json
from commentsvc.web.client_address import client_of
from commentsvc.web.typed_fields import typed


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)

    site: str
    body: str


async def preview_comment(request: Request) -> Response:
    """Answer 200 with html and tree; nothing is stored."""
    at = desk(request)
    await let_registered_read(request, at.sites)
    fields = await read_json(request, limit_bytes=at.limits.request_bytes)
    sent = typed(_Sent, fields)
    check_origin(request, await at.sites.by_key(sent.site))
    at.limiter.check(at.policy.per_lookup, scope="preview", address=client_of(request))
    if len(sent.body) > at.limits.source_characters:
        raise InvalidInputError(fields={"body": f"At most {at.limits.source_characters:,} characters are possible."})
    rendered = render(sent.body)
    return JSONResponse({"html": rendered.html, "tree": rendered.tree}, headers={"Cache-Control": "no-store"})
