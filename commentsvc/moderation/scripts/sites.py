"""The sites that a script's request is about."""

from sqlalchemy.engine import Connection

from commentsvc.store import sites
from commentsvc.web.signed_in import SignedIn


def chosen_ids(conn: Connection, me: SignedIn, key: str | None) -> frozenset[int]:
    """Row ids of the site with this key, or of all that the moderator looks after.

    Raises:
        NotFoundError: They look after no site of this key.
    """
    if key is None:
        return me.site_ids
    return frozenset({sites.looked_after(conn, key, me.roles).id})
