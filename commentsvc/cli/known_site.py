"""The site that a command names."""

from commentsvc.cli.session import Session
from commentsvc.domain.errors import UnknownSiteError
from commentsvc.domain.site import Site
from commentsvc.store import sites


async def known_site(session: Session, key: str) -> Site:
    """The site with this key.

    Raises:
        UnknownSiteError: There is none.
    """
    found = await session.store.read(lambda conn: sites.by_key(conn, key))
    if found is None:
        raise UnknownSiteError(f"There is no site {key}. `commentsvc site list` shows all.")
    return found
