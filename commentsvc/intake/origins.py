"""Which pages may post: those of a site's own origins, and programs that are no pages."""

from starlette.requests import Request

from commentsvc.domain.errors import ForeignOriginError
from commentsvc.domain.site import Site
from commentsvc.store.site_directory import SiteDirectory
from commentsvc.web import cors


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
