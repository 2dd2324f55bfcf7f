"""A database as the public service of a split deployment has it: another role, with fewer rights than the owner's."""

from sqlalchemy.engine import make_url

from commentsvc.store import grants
from commentsvc.store.engine import Store
from tests.support.postgres import Postgres

ROLE = "commentsvc_public"
_MAKE = f"""
DO $$ BEGIN CREATE ROLE {ROLE} LOGIN PASSWORD 'public';
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$
"""
"""Roles are the server's, not a database's: other tests may have made it, even at this moment."""


def make_role(server: Postgres) -> None:
    """Make the role that the public service signs in as, without any rights."""
    server.execute(_MAKE)


async def open_to_public(server: Postgres, database_url: str) -> str:
    """Make the tables and grant, as `commentsvc migrate` and `commentsvc database grant` do.

    Returns:
        The URL of the same database for the public service.
    """
    make_role(server)
    owner = Store(database_url)
    await owner.open()
    await owner.write(lambda conn: grants.grant(conn, ROLE))
    await owner.close()
    return public_url(database_url)


def public_url(database_url: str) -> str:
    """The same database, entered as the public service."""
    return make_url(database_url).set(username=ROLE, password="public").render_as_string(hide_password=False)
