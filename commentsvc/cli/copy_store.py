"""``commentsvc copy-store``: from one database to another, SQLite or PostgreSQL."""

import asyncio
import sys
from typing import Annotated

import typer

from commentsvc.cli.back_up import told
from commentsvc.cli.session import clear_end
from commentsvc.domain.clock import system_clock
from commentsvc.domain.errors import StorageUnavailableError
from commentsvc.setting_values import database_url
from commentsvc.settings import Settings, SettingsError, load_settings
from commentsvc.store.engine import Store
from commentsvc.transfer.copy_store import copy_store as copy
from commentsvc.transfer.restore_backup import Restored

To = Annotated[
    str,
    typer.Argument(
        metavar="URL|-",
        help="Where to, as COMMENTSVC_DATABASE_URL has it; empty. `-` reads it from standard input, so that its "
        "password stands in no list of processes.",
    ),
]


def copy_store(to: To) -> None:
    """Copy everything from our database into an empty one, SQLite or PostgreSQL; the whole or nothing."""
    with clear_end():
        settings = load_settings()
        url = sys.stdin.readline().strip() if to == "-" else to
        copied = asyncio.run(_copy(settings, url))
        typer.echo(f"Copied: {told(copied.head)}; every table has as many rows as before.")
        for site, fault in copied.faults.items():
            typer.echo(
                f"{site}: " + (f"entry {fault.number:,} was altered: {fault.why}" if fault else "history unbroken")
            )
        typer.echo(
            "The first database is as it was. Set COMMENTSVC_DATABASE_URL to the new one, and start the service."
        )


async def _copy(settings: Settings, url: str) -> Restored:
    try:
        target = Store(database_url(url))
    except ValueError as error:
        raise SettingsError(f"The new database's address {error}.") from None
    source = Store(settings.database_url)
    await source.open(migrate=False)
    try:
        return await copy(source, target, now=system_clock())
    except StorageUnavailableError as error:
        raise SettingsError(f"The new database cannot be opened or filled: {error}. Nothing was copied.") from None
    finally:
        await target.close()
        await source.close()
