"""What every command needs: settings, keys, an open store, and an end with a clear sentence."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TypeVar

import typer

from commentsvc.cli.keys_of_role import keys_of_role
from commentsvc.domain.errors import CommentsvcError, DatabaseNewerError, StorageUnavailableError, WrongKeysError
from commentsvc.known_keys import check_keys
from commentsvc.settings import Settings, SettingsError, load_settings
from commentsvc.store.engine import Store
from commentsvc.vault.keys import KeyRing

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Session:
    """One command's access to an installation."""

    settings: Settings
    ring: KeyRing
    store: Store


@contextmanager
def clear_end() -> Iterator[None]:
    """Turn what may go wrong into one sentence on stderr and exit code 1, without a traceback."""
    try:
        yield
    except (SettingsError, CommentsvcError, OSError) as error:
        typer.echo(f"commentsvc: {_sentence(error)}", err=True)
        raise typer.Exit(1) from None


def _sentence(error: Exception) -> str:
    if isinstance(error, StorageUnavailableError):
        return f"The database cannot be opened or written ({error}). Check COMMENTSVC_DATABASE_URL and its folder."
    if isinstance(error, DatabaseNewerError):
        return f"The database was written by a newer version of this program ({error}). Install that version."
    if isinstance(error, CommentsvcError):
        return str(error) or error.public
    if isinstance(error, OSError) and error.filename is not None and error.strerror is not None:
        return f"{error.filename}: {error.strerror}."
    return str(error)


@asynccontextmanager
async def open_session(settings: Settings) -> AsyncIterator[Session]:
    """Keys and database, checked against each other."""
    ring = keys_of_role(settings)
    store = Store(settings.database_url)
    await _open(store, settings)
    try:
        await _check_keys(store, ring, settings)
        yield Session(settings, ring, store)
    finally:
        await store.close()


async def _open(store: Store, settings: Settings) -> None:
    try:
        await store.open(migrate=settings.migrate_at_start)
    except StorageUnavailableError as error:
        raise SettingsError(f"The database cannot be opened: {error}. Check COMMENTSVC_DATABASE_URL.") from None


async def _check_keys(store: Store, ring: KeyRing, settings: Settings) -> None:
    try:
        await check_keys(store, ring)
    except WrongKeysError:
        raise SettingsError(
            f"The key file {settings.key_file} does not belong to this database. Restore the one that it was filled "
            "with; without it no stored e-mail address can be opened. If keys were dropped since, export it anew."
        ) from None


def run(work: Callable[[Session], Awaitable[T]]) -> T:
    """Run one command's work on the installation that the settings name."""

    async def opened() -> T:
        async with open_session(load_settings()) as session:
            return await work(session)

    with clear_end():
        return asyncio.run(opened())
