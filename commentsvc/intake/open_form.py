"""GET /api/v1/form: proof of when a reader opened the form."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from commentsvc.intake.desk import desk
from commentsvc.web import cors
from commentsvc.web.client_address import client_of
from commentsvc.web.query import read_query
from commentsvc.web.tokens import Purpose


async def open_form(request: Request) -> Response:
    """Answer 200 with a token that carries the moment, for the submission to bring along."""
    at = desk(request)
    cors.allow(request, cors.EVERYBODY)
    query = read_query(request, required={"site"})
    site = await at.sites.by_key(query["site"])
    at.limiter.check(at.policy.per_lookup, scope="form", address=client_of(request))
    token = at.signer.sign(Purpose.FORM, {"site": site.key})
    return JSONResponse({"token": token}, headers={"Cache-Control": "no-store"})
