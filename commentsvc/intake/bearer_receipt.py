"""Who is the writer of a comment: whoever brings its receipt along."""

from starlette.requests import Request

from commentsvc.domain.errors import InvalidTokenError, UnknownSiteError
from commentsvc.domain.site import Site
from commentsvc.intake.desk import Desk, what_proves
from commentsvc.intake.origins import check_origin

_SCHEME = "bearer"


async def proven_writer(request: Request, at: Desk) -> Site:
    """The site of the comment that the address names, if ``Authorization: Bearer RECEIPT`` proves that one wrote it.

    Raises:
        InvalidTokenError: There is no receipt, or it is none of ours, too old, or another comment's (403).
        ForeignOriginError: The page that asks is not the site's (403).
    """
    scheme, _, receipt = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != _SCHEME:  # case means nothing (RFC 9110 section 11.1)
        raise InvalidTokenError("no receipt")
    public_id, key = what_proves(at, receipt.strip())
    if public_id != request.path_params["id"]:
        raise InvalidTokenError("another comment's receipt")
    site = await site_of_receipt(at, key)
    check_origin(request, site)
    return site


async def site_of_receipt(at: Desk, key: str) -> Site:
    """The site that a receipt names.

    Raises:
        InvalidTokenError: There is none of this key any more (403).
    """
    try:
        return await at.sites.by_key(key)
    except UnknownSiteError:
        raise InvalidTokenError("of a site that is gone") from None
