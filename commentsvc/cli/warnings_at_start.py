"""What whoever starts a process should know, told once on stderr; nothing of it stops the start."""

import stat
from collections.abc import Iterable
from pathlib import Path

import typer

from commentsvc.settings import Settings
from commentsvc.store.engine import sqlite_file
from commentsvc.vault.keys import KeyRing

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def tell(warnings: Iterable[str]) -> None:
    """Say each of them."""
    for warning in warnings:
        typer.echo(f"commentsvc: Warning: {warning}", err=True)


def file_warnings(settings: Settings) -> list[str]:
    """What is careless about where keys and database lie; to be asked before the database is opened.

    A key file that others may read is no warning: it is refused.
    """
    folder = settings.key_file.absolute().parent
    found = [*_about_key_folder(folder)]
    database = sqlite_file(settings.database_url)
    if database is not None:
        found += _about_database(database, folder)
    return found


def mail_warnings(settings: Settings, ring: KeyRing) -> list[str]:
    """That no mail will be sent, where no address can be opened; a public process leaves that to its worker."""
    if settings.is_public or ring.may_open:
        return []
    sealed = f"The key file {settings.key_file} has no private key: addresses are sealed here and opened elsewhere."
    rest = "No mail is sent by this process." if settings.smtp_host else "No mail is sent; webhooks are called."
    return [f"{sealed} {rest}"]


def _about_key_folder(folder: Path) -> Iterable[str]:
    mode = _mode(folder)
    if mode & 0o022:
        yield (
            f"The folder {folder} of the key file may be changed by other users (mode {mode:04o}), so they can put "
            f"other keys there. Run: chmod 700 {folder}"
        )
    elif mode & _OTHERS:
        yield f"The folder {folder} of the key file is open to other users (mode {mode:04o}). Run: chmod 700 {folder}"


def _about_database(file: Path, key_folder: Path) -> Iterable[str]:
    mode = _mode(file)
    if mode & _OTHERS and file.is_file():
        yield f"The database {file} could be read by other users until now (mode {mode:04o}). From now on it cannot."
    if file.parent.resolve() == key_folder.resolve():
        yield (
            f"The key file lies in the same folder as the database, {key_folder}: a copy of that folder opens every "
            "address. Move it, and set COMMENTSVC_KEY_FILE."
        )


def _mode(path: Path) -> int:
    """0 where there is nothing yet: we make it for ourselves alone."""
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return 0
