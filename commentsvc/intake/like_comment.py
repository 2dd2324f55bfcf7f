"""POST /api/v1/comments/ID/likes: a reader likes a comment, or no longer does."""

from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from commentsvc.domain.errors import InvalidInputError
from commentsvc.domain.reactions import is_reader_token
from commentsvc.intake.desk import desk
from commentsvc.intake.origins import check_origin, let_registered_read, origin_of
from commentsvc.store import reader_likes
from commentsvc.web.body import read_json
from commentsvc.web.client_address import client_of
from commentsvc.web.typed_fields import typed


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)

    reader: str
    liked: bool


async def like_comment(request: Request) -> Response:
    """Answer 200 with how many like the comment, and whether this reader does; the same again changes nothing."""
    at, public_id, client = desk(request), request.path_params["id"], client_of(request)
    await let_registered_read(request, at.sites)
    sent = typed(_Sent, await read_json(request, limit_bytes=at.limits.request_bytes))
    at.limiter.check(at.policy.per_reaction, scope="likes", address=client)
    marks = at.marks.of_like(checked_token(sent.reader), comment=public_id)
    found = await at.store.read(lambda conn: reader_likes.look(conn, public_id, marks))
    site = await at.sites.by_key(found.site_key)
    check_origin(request, site)
    if found.is_liked is not sent.liked:
        if sent.liked:
            at.limiter.check(at.policy.per_like, scope=f"like {public_id}", address=client)
        found = await at.store.write(
            lambda conn: reader_likes.set_like(conn, public_id, marks, is_liked=sent.liked),
            origin=origin_of(site, client),
        )
    return JSONResponse({"likes": found.likes, "liked": found.is_liked}, headers={"Cache-Control": "no-store"})


def checked_token(token: str) -> str:
    """What a reader's device keeps to be known again.

    Raises:
        InvalidInputError: It cannot be such a thing (422).
    """
    if not is_reader_token(token):
        raise InvalidInputError(fields={"reader": "This must be 22 to 64 random letters, digits, - or _."})
    return token
