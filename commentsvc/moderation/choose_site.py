"""The one site that a page is about: the one that was asked for, or the moderator's first."""

from dataclasses import dataclass

from sqlalchemy.engine import Connection

from commentsvc.domain.errors import NotFoundError
from commentsvc.domain.roles import Role
from commentsvc.domain.site import Site
from commentsvc.store import sites
from commentsvc.web.signed_in import SignedIn


@dataclass(frozen=True, slots=True)
class SiteChoice:
    """All sites that a moderator looks after, and the one that is shown."""

    own: list[Site]
    """By key."""
    site: Site | None
    """None only if they look after none."""
    is_owner: bool


def choose_site(conn: Connection, me: SignedIn, key: str | None) -> SiteChoice:
    """The site with this key; without one, the first.

    Raises:
        NotFoundError: They look after no site of this key.
    """
    own = sites.with_ids(conn, me.site_ids)
    site = next((each for each in own if key in {None, each.key}), None)
    if site is None and key is not None:
        raise NotFoundError
    return SiteChoice(own, site, is_owner=site is not None and me.roles[site.id] is Role.OWNER)
