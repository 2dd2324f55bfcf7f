"""``commentsvc database``: what the database lets the public service do."""

import asyncio
from typing import Annotated

import typer
from sqlalchemy.engine import Connection

from commentsvc.cli.session import clear_end
from commentsvc.settings import SettingsError, load_settings
from commentsvc.store import grants
from commentsvc.store.engine import Store, sqlite_file

app = typer.Typer(help="The database: what it lets the public service do.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Has one command so far."""


@app.command("grant")
def grant(
    role: Annotated[str, typer.Argument(help="A role of PostgreSQL that can sign in and owns nothing.")],
) -> None:
    """Let a role of PostgreSQL do what the public service needs: it seals addresses and cannot read one.

    Run it as the owner of the tables, after each `commentsvc migrate`.
    """
    with clear_end():
        url = load_settings().database_url
        if sqlite_file(url) is not None:
            raise SettingsError("SQLite knows no roles: whoever reads its file reads all of it. PostgreSQL does.")
        asyncio.run(_grant(url, role))
        typer.echo(f"{role} may do what the public service needs, and read no sealed address.")


async def _grant(url: str, role: str) -> None:
    store = Store(url)
    await store.open(migrate=False)
    try:
        await store.write(lambda conn: _checked(conn, role))
    finally:
        await store.close()


def _checked(conn: Connection, role: str) -> None:
    if not grants.is_known(conn, role):
        raise SettingsError(f"The database has no role {role}. Make it: CREATE ROLE {role} LOGIN PASSWORD '…'")
    if grants.may_do_all(conn, role):
        raise SettingsError(
            f"The role {role} has the owner's own rights, so nothing can be kept from it. Name another."
        )
    grants.grant(conn, role)
