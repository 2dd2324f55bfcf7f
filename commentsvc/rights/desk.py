"""What the pages about a person's rights work with, and who may see what is held."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.engine import Connection
from starlette.requests import Request

from commentsvc.domain.errors import CrossSiteRequestError, InvalidTokenError, UnknownFieldError
from commentsvc.domain.site import Site
from commentsvc.store import own_data, sites
from commentsvc.store.engine import Store
from commentsvc.web.body import read_form
from commentsvc.web.csrf import PublicOrigin
from commentsvc.web.parts import part
from commentsvc.web.rate_limits import Rate
from commentsvc.web.reader_links import ReaderLinks
from commentsvc.web.spoken_language import speak_as

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
    public_id = part(request, ReaderLinks).read_data(token)

    def job(conn: Connection) -> Holder | None:
        found = own_data.author_of(conn, public_id)
        return None if found is None else Holder(sites.with_ids(conn, [found.site_id])[0], found.author_id)

    holder = await part(request, Store).read(job)
    if holder is None:
        raise InvalidTokenError("of an address that is gone")
    speak_as(request, holder.site)
    return holder


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
