"""Which pages may post: those of a site's own origins, and programs that are no pages."""

from starlette.requests import Request

from commentsvc.domain.errors import CrossSiteRequestError, ForeignOriginError
from commentsvc.domain.site import Site
from commentsvc.store.site_directory import SiteDirectory
from commentsvc.store.turns import Origin
from commentsvc.web import cors
from commentsvc.web.csrf import PublicOrigin
from commentsvc.web.parts import part
from commentsvc.web.rate_limits import network_prefix


async def let_registered_read(request: Request, sites: SiteDirectory) -> None:
    """Until the site is known: pages of any registered origin may read the answer, so that errors reach the reader."""
    origin = request.headers.get("origin")
    if origin is not None and await sites.has_origin(origin):
        cors.allow(request, origin)


def check_origin(request: Request, site: Site) -> None:
    """Once the site is known: only its own pages.

    Raises:
        ForeignOriginError: The page that asks is not the site's; it may not read this answer either.
    """
    origin = request.headers.get("origin")
    if origin is not None and origin not in site.origins:
        cors.allow(request, None)
        raise ForeignOriginError


def origin_of(site: Site, client: str | None) -> Origin:
    """Whose turn it is to write: readers of one site and one network wait behind each other."""
    return Origin(site.id, None if client is None else network_prefix(client))


def check_own_page(request: Request) -> None:
    """A plain form may come from our own page only; browsers too old to tell where from are let through.

    Nobody is signed in here, so there is nothing to ride on; the form's signed token is checked besides.

    Raises:
        CrossSiteRequestError: The browser says that another site's page sent it.
    """
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    is_foreign = (
        site not in {"same-origin", "none"}
        if site is not None
        else origin is not None and origin != part(request, PublicOrigin).value
    )
    if is_foreign:
        raise CrossSiteRequestError("another site's page")
