"""/own: what became of one's own comment, without JavaScript.

The receipt travels in a form, never in a URL.
"""

from starlette.requests import Request
from starlette.responses import Response

from commentsvc.domain.appeals import APPEAL_CHARACTERS
from commentsvc.domain.comment import OwnComment
from commentsvc.domain.errors import (
    CommentsvcError,
    InvalidInputError,
    InvalidTokenError,
    UnknownFieldError,
    UnknownSiteError,
)
from commentsvc.domain.site import Site
from commentsvc.intake.appeal_decision import make_appeal
from commentsvc.intake.desk import Desk, desk, what_proves
from commentsvc.intake.origins import check_own_page
from commentsvc.store import own_comments
from commentsvc.web import wire
from commentsvc.web.body import read_form
from commentsvc.web.client_address import client_of
from commentsvc.web.pages import Pages
from commentsvc.web.parts import part
from commentsvc.web.query import read_query

_FIELDS = {"receipt", "text"}


async def ask_receipt(request: Request) -> Response:
    """GET /own: a form to show a receipt in."""
    read_query(request, required=())
    return part(request, Pages).show("intake/ask_receipt.html")


async def show_own(request: Request) -> Response:
    """Answer with the comment that the receipt is for, what became of it, and the form of an appeal if one may be."""
    at = desk(request)
    fields = await read_form(request, limit_bytes=at.limits.request_bytes)
    check_own_page(request)
    if not fields.keys() <= _FIELDS:
        raise UnknownFieldError
    at.limiter.check(at.policy.per_lookup, scope="own", address=client_of(request))
    receipt = fields.get("receipt", "").strip()
    site, comment = await _proven(at, receipt)
    if "text" not in fields:
        return _page(request, site, comment, receipt)
    try:
        await make_appeal(at, comment.id, site.id, fields["text"])
    except CommentsvcError as error:
        _, comment = await _proven(at, receipt)
        return _page(request, site, comment, receipt, error=error, text=fields["text"])
    _, comment = await _proven(at, receipt)
    return _page(request, site, comment, receipt)


async def _proven(at: Desk, receipt: str) -> tuple[Site, OwnComment]:
    """The comment of a receipt and its site.

    Raises:
        InvalidTokenError: The receipt proves nothing, or what it proves is gone (403).
    """
    public_id, key = what_proves(at, receipt)
    try:
        site = await at.sites.by_key(key)
    except UnknownSiteError:
        raise InvalidTokenError("of a site that is gone") from None
    found = await at.store.read(lambda conn: own_comments.own(conn, [public_id]))
    if public_id not in found or found[public_id][0] != key:
        raise InvalidTokenError("of a comment that is gone")
    return site, found[public_id][1]


def _page(
    request: Request,
    site: Site,
    comment: OwnComment,
    receipt: str,
    *,
    error: CommentsvcError | None = None,
    text: str = "",
) -> Response:
    problem = None
    if error is not None:
        problem = " ".join(error.fields.values()) if isinstance(error, InvalidInputError) else error.public
    return part(request, Pages).show(
        "intake/own.html",
        status=200 if error is None else error.status,
        site=site,
        comment=comment,
        appeal=wire.appeal_state(comment),
        receipt=receipt,
        text=text,
        problem=problem,
        limit=APPEAL_CHARACTERS,
    )
