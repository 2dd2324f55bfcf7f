"""``commentsvc migrate``: bring the tables up to date."""

import asyncio

import typer

from commentsvc.cli.session import clear_end
from commentsvc.settings import load_settings
from commentsvc.store.engine import Store


def migrate() -> None:
    """Bring the database's tables up to date; harmless if they are."""

    async def work() -> None:
        store = Store(load_settings().database_url)
        await store.open(migrate=True)
        await store.close()

    with clear_end():
        asyncio.run(work())
        typer.echo("The database is up to date.")
