"""What the pages about a person's rights work with, and who may see what is held."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from starlette.requests import Request

from commentsvc.domain.errors import CrossSiteRequestError, InvalidTokenError, UnknownFieldError, UnknownSiteError
from commentsvc.domain.site import Site
from commentsvc.store import own_data
from commentsvc.store.engine import Store
from commentsvc.store.site_directory import SiteDirectory
from commentsvc.web.body import read_form
from commentsvc.web.csrf import PublicOrigin
from commentsvc.web.parts import part
from commentsvc.web.rate_limits import Rate
from commentsvc.web.tokens import Purpose, Signer

LINK_LASTS = timedelta(hours=1)
_FORM_BYTES = 8 * 1024


@dataclass(frozen=True, slots=True)
class RightsPolicy:
    """How often somebody may ask, and whom else they can turn to."""

    has_mail: bool
    """Whether links can be sent at all."""
    contact: str
    """Of whoever runs the service: an address or a page; may be empty."""
    receipt_days: int
    may_reveal: bool
    """Whether owners may open an address."""
    per_network: tuple[Rate, ...] = (Rate.per(3_600, 10),)
    per_site: tuple[Rate, ...] = (Rate.per(3_600, 300),)


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who holds the link that was sent to an address."""

    site: Site
    author_id: int


async def holder_of(request: Request, token: str) -> Holder:
    """Whose data a link shows.

    Raises:
        InvalidTokenError: The link is none of ours, older than an hour, or its address was erased (403).
    """
    claims = part(request, Signer).verify(Purpose.OWN_DATA, token, max_age=LINK_LASTS)
    public_id, key = claims.get("author"), claims.get("site")
    if not isinstance(public_id, str) or not isinstance(key, str):
        raise InvalidTokenError("a link that says nothing")
    try:
        site = await part(request, SiteDirectory).by_key(key)
    except UnknownSiteError:
        raise InvalidTokenError("of a site that is gone") from None
    author_id = await part(request, Store).read(lambda conn: own_data.author_of(conn, public_id, site_id=site.id))
    if author_id is None:
        raise InvalidTokenError("of an address that is gone")
    return Holder(site, author_id)


async def own_form(request: Request, allowed: Collection[str]) -> dict[str, str]:
    """The fields of a form of our own page.

    Raises:
        UnknownFieldError: One that our forms do not have (400).
        CrossSiteRequestError: The browser says that another site's page sent it (403).
    """
    fields = await read_form(request, limit_bytes=_FORM_BYTES)
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    is_foreign = (
        site not in {"same-origin", "none"}
        if site is not None
        else origin is not None and origin != part(request, PublicOrigin).value
    )
    if is_foreign:
        raise CrossSiteRequestError("another site's page")
    if not fields.keys() <= set(allowed):
        raise UnknownFieldError
    return fields
