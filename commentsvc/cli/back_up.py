"""``commentsvc backup``: written, checked, and keys for encrypting them."""

import asyncio
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typing_extensions import override

from commentsvc.cli.session import clear_end
from commentsvc.domain.backups import Head
from commentsvc.domain.clock import system_clock, wire_time
from commentsvc.settings import Settings, SettingsError, load_settings
from commentsvc.store import backups
from commentsvc.store.engine import Store
from commentsvc.transfer.read_backup import check_backup, check_frames, is_sealed
from commentsvc.transfer.write_backup import Written, file_name, write_backup
from commentsvc.vault.backup_keys import create_backup_key, load_backup_key


class _WriteByDefault(TyperGroup):
    """``commentsvc backup FOLDER`` is short for ``commentsvc backup write FOLDER``."""

    @override
    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        is_named = args and (args[0] in self.commands or args[0].startswith("-"))
        return super().parse_args(ctx, args if is_named else ["write", *args])


app = typer.Typer(help="Backups: of all sites, consistent while the service runs.", cls=_WriteByDefault)

KeyFile = Annotated[Path | None, typer.Option("--key", help="Private key of an encrypted backup.")]


@app.command("write")
def write(
    to: Annotated[
        Path | None, typer.Argument(help="New file, or a folder; COMMENTSVC_BACKUP_FOLDER by default.")
    ] = None,
) -> None:
    """Write a backup of everything in the database and check it; encrypted if COMMENTSVC_BACKUP_PUBLIC_KEY is set."""
    with clear_end():
        written = asyncio.run(_write(load_settings(), to))
        typer.echo(f"{written.path}: {told(written.head)}, {written.size_bytes:,} bytes, checked.")


@app.command("check")
def check(file: Annotated[Path, typer.Argument(help="The backup.")], key: KeyFile = None) -> None:
    """Read a backup through: its checksum, its number of rows, every value. An encrypted one needs its private key."""
    with clear_end(), file.open("rb") as opened:
        if is_sealed(opened) and key is None:
            number = check_frames(opened)
            pieces = "1 piece" if number == 1 else f"{number:,} pieces"
            typer.echo(f"{file}: encrypted, {pieces} without a gap. Whether it opens only --key can tell.")
            return
        typer.echo(f"{file}: {told(check_backup(opened, private_key=private_key(key)))}, as it was written.")


@app.command("key")
def key(file: Annotated[Path, typer.Argument(help="New file for the private key.")]) -> None:
    """Make a key pair for encrypted backups: the private key into a new file, the public one onto the screen."""
    with clear_end():
        public = create_backup_key(file)
        typer.echo(f"COMMENTSVC_BACKUP_PUBLIC_KEY={public}\n")
        typer.echo(f"Move {file} to another place than this machine: it opens every backup made for it.", err=True)


async def _write(settings: Settings, to: Path | None) -> Written:
    target = to or settings.backup_folder
    if target is None:
        raise SettingsError("Say where to: a file or a folder, or set COMMENTSVC_BACKUP_FOLDER.")
    now, public_key = system_clock(), settings.backup_key()
    if to is None or await asyncio.to_thread(to.is_dir):
        target /= file_name(now, is_sealed=public_key is not None)
    store = Store(settings.database_url)
    await store.open(migrate=False)
    try:
        written = await write_backup(store, target, public_key=public_key, now=now)
        await store.write(partial(backups.note_done, at=now))
    finally:
        await store.close()
    return written


def private_key(file: Path | None) -> bytes | None:
    """The private key in a file that was named."""
    return None if file is None else load_backup_key(file)


def told(head: Head) -> str:
    """What a backup holds, in a few words."""
    return f"backup of {wire_time(head.created_at)} (revision {head.revision}, {head.engine}): {head.rows:,} rows"
