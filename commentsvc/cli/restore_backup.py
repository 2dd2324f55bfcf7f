"""``commentsvc restore``: a backup back into an empty database."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from commentsvc.cli.back_up import KeyFile, private_key, told
from commentsvc.cli.session import clear_end
from commentsvc.domain.errors import StorageUnavailableError
from commentsvc.settings import Settings, SettingsError, load_settings
from commentsvc.store.engine import Store
from commentsvc.transfer.restore_backup import Restored, restore_backup
from commentsvc.vault.key_file import load


def restore(file: Annotated[Path, typer.Argument(help="The backup.")], key: KeyFile = None) -> None:
    """Restore a backup into an empty database, the whole or nothing; stop the service first."""
    with clear_end():
        settings = load_settings()
        restored = asyncio.run(_restore(settings, file, private_key(key)))
        typer.echo(f"Restored: {told(restored.head)}; every table has as many as the backup.")
        for site, fault in restored.faults.items():
            typer.echo(
                f"{site}: " + (f"entry {fault.number:,} was altered: {fault.why}" if fault else "history unbroken")
            )
        if not settings.key_file.exists():
            typer.echo(
                f"There is no key file {settings.key_file}: put back the one that belongs to this backup before the "
                "service is started.",
                err=True,
            )
        if any(restored.faults.values()):
            raise typer.Exit(1)


async def _restore(settings: Settings, file: Path, private: bytes | None) -> Restored:
    keys = [pair.public for pair in load(settings.key_file).sealing] if settings.key_file.exists() else None
    store = Store(settings.database_url)
    try:
        with file.open("rb") as opened:
            return await restore_backup(store, opened, private_key=private, sealing_keys=keys)
    except StorageUnavailableError as error:
        raise SettingsError(
            f"The database cannot be opened or filled: {error}. Check COMMENTSVC_DATABASE_URL; nothing was restored."
        ) from None
    finally:
        await store.close()
