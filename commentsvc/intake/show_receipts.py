"""POST /api/v1/receipts: status and content of one's own comments, for whoever holds their receipts."""

from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from commentsvc.domain.errors import InvalidInputError, InvalidTokenError, UnknownSiteError
from commentsvc.intake.desk import Desk, desk, what_proves
from commentsvc.intake.origins import let_registered_read
from commentsvc.store import own_comments
from commentsvc.web import wire
from commentsvc.web.body import read_json
from commentsvc.web.client_address import client_of
from commentsvc.web.typed_fields import typed


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)

    receipts: list[str]


async def show_receipts(request: Request) -> Response:
    """Answer 200 with the comments in the order of their receipts; null for a receipt that proves nothing."""
    at = desk(request)
    await let_registered_read(request, at.sites)
    fields = await read_json(request, limit_bytes=at.limits.request_bytes)
    sent = typed(_Sent, fields)
    if len(sent.receipts) > at.limits.receipts:
        raise InvalidInputError(fields={"receipts": f"At most {at.limits.receipts} at once."})
    at.limiter.check(at.policy.per_lookup, scope="receipts", address=client_of(request))
    origin = request.headers.get("origin")
    proven = [await _proven(at, receipt, origin) for receipt in sent.receipts]
    found = await at.store.read(
        lambda conn: own_comments.own(conn, {public_id for public_id, _ in proven if public_id})
    )
    comments = [
        wire.own(found[public_id][1]) if public_id in found and found[public_id][0] == site_key else None
        for public_id, site_key in proven
    ]
    return JSONResponse({"comments": comments}, headers={"Cache-Control": "no-store"})


async def _proven(at: Desk, receipt: str, origin: str | None) -> tuple[str | None, str | None]:
    """Public id and site key that a receipt proves to a page of this origin; another site's page learns nothing."""
    try:
        public_id, key = what_proves(at, receipt)
    except InvalidTokenError:
        return None, None
    if origin is not None and not await _is_of_site(at, origin, key):
        return None, None
    return public_id, key


async def _is_of_site(at: Desk, origin: str, key: str) -> bool:
    try:
        return origin in (await at.sites.by_key(key)).origins
    except UnknownSiteError:  # it is gone, or has another key now; the other receipts are good all the same
        return False
