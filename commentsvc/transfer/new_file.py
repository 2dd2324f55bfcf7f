"""A file that appears under its name only when it is whole, checked and on the disk."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from commentsvc.domain.backups import BackupError

DRAFT_PREFIX = ".draft-"
"""Of files that are being written, or were when their process died."""


@contextmanager
def new_file(path: Path, *, what: str = "backup") -> Iterator[tuple[BinaryIO, Path]]:
    """A file to write into and read again, with mode 0600, and where it lies until then.

    It gets its name when the block ends well; otherwise nothing is left of it.

    Args:
        path: What it is to be called.
        what: Is written, in a word.

    Raises:
        BackupError: There is a file of that name, or no room, or no right to write.
    """
    draft = path.with_name(f"{DRAFT_PREFIX}{secrets.token_hex(4)}-{path.name}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.exists():
            raise BackupError(f"There is a file {path} already. Name a new one.")
        try:
            descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
            with os.fdopen(descriptor, "w+b") as file:
                yield file, draft
                file.flush()
                os.fsync(descriptor)
            os.link(draft, path)  # unlike a renaming it replaces nothing
        finally:
            draft.unlink(missing_ok=True)
        _sync_folder(path.parent)
    except OSError as error:
        raise BackupError(
            f"The {what} cannot be written to {path.parent}: {error.strerror}. Older ones stay."
        ) from None


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
