"""Keys, the database's files, and the room on their disks."""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from commentsvc.doctor.findings import Finding, State, ok
from commentsvc.settings import Settings
from commentsvc.vault.key_file import load
from commentsvc.vault.keys import KeyFileError

_LEAST_BYTES = 1024**3
_LEAST_SHARE = 0.05
_OTHERS = 0o077
_SQLITE = "sqlite+aiosqlite:///"


def check_keys(settings: Settings) -> Iterator[Finding]:
    """The key file: there, whole, for its owner only, and apart from the database."""
    path = settings.key_file
    try:
        ring = load(path)
    except KeyFileError as error:
        yield Finding("keys", State.PROBLEM, "The key file cannot be used.", str(error))
        return
    folder_mode = stat.S_IMODE(path.parent.stat().st_mode)
    if folder_mode & 0o022:
        fix = f"Run: chmod go-w {path.parent}"
        yield Finding("keys", State.PROBLEM, f"Others may replace the key file (folder {folder_mode:04o}).", fix)
    database = sqlite_file(settings)
    if database is not None and path.resolve().is_relative_to(database.resolve().parent):
        fix = "Move the key file to another folder and set COMMENTSVC_KEY_FILE."
        yield Finding("keys", State.PROBLEM, "Keys and database lie together: one copy of the folder opens all.", fix)
    half = "with" if ring.may_open else "without"
    yield ok("keys", f"The key file can be read, {half} the private key that opens addresses.")


def check_database_files(settings: Settings) -> Iterator[Finding]:
    """SQLite's files are for their owner only."""
    file = sqlite_file(settings)
    if file is None:
        return
    parts = [part for part in (file, *(file.with_name(file.name + end) for end in ("-wal", "-shm"))) if part.exists()]
    open_ones = [part for part in parts if stat.S_IMODE(part.stat().st_mode) & _OTHERS]
    if open_ones:
        fix = f"Run: chmod 600 {' '.join(map(str, open_ones))}"
        yield Finding("database_files", State.PROBLEM, "Others may read the database's files.", fix)
    elif parts:
        yield ok("database_files", "Only their owner may read them.")


def check_disk(settings: Settings, *, least_bytes: int = _LEAST_BYTES) -> Iterator[Finding]:
    """Room where the database and the backups lie."""
    database = sqlite_file(settings)
    places = {"database": database and database.parent, "backups": settings.backup_folder}
    for what, folder in places.items():
        if folder is None:
            continue
        if not folder.is_dir():
            fix = f"Make the folder for {what}, or check that its volume is mounted here."
            yield Finding("disk", State.UNKNOWN, f"The folder of the {what} is not here.", fix)
            continue
        usage = shutil.disk_usage(folder)
        seen = f"{usage.free / 1024**3:.1f} GiB free for the {what}."
        if usage.free < least_bytes or usage.free < usage.total * _LEAST_SHARE:
            yield Finding("disk", State.WARNING, seen, f"Make room on the disk of {folder}.")
        elif not os.access(folder, os.W_OK):
            yield Finding("disk", State.PROBLEM, f"The folder of the {what} cannot be written to.", "Check its owner.")
        else:
            yield ok("disk", seen)


def sqlite_file(settings: Settings) -> Path | None:
    """The database's file; None on PostgreSQL."""
    url = settings.database_url
    return Path(url.removeprefix(_SQLITE).partition("?")[0]) if url.startswith(_SQLITE) else None
