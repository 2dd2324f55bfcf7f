"""Opening a backup, encrypted or not, and reading it through."""

import hashlib
import hmac
from collections.abc import Iterator
from typing import BinaryIO

from commentsvc.domain.backups import BackupError, Head
from commentsvc.transfer.backup_lines import read_all
from commentsvc.transfer.packing import unpacked
from commentsvc.vault import sealed_stream

_AT_ONCE_BYTES = 64 * 1024
_NEEDS_KEY = (
    "The backup is encrypted, and there is no private key to open it with. Name its file: --key PRIVATE_KEY_FILE."
)


def lines_of(file: BinaryIO, *, private_key: bytes | None) -> Iterator[bytes]:
    """The lines of a backup.

    Args:
        file: At its beginning; it can be sought in.
        private_key: For an encrypted one.

    Raises:
        BackupError: It needs a key, or is damaged.
    """
    if not is_sealed(file):
        yield from unpacked(iter(lambda: file.read(_AT_ONCE_BYTES), b""))
    elif private_key is None:
        raise BackupError(_NEEDS_KEY)
    else:
        yield from unpacked(sealed_stream.opened(file, private_key))


def is_sealed(file: BinaryIO) -> bool:
    """Whether a backup is encrypted; the file is at its beginning, before and after."""
    beginning = file.read(len(sealed_stream.MAGIC))
    file.seek(0)
    return sealed_stream.is_sealed(beginning)


def check_backup(file: BinaryIO, *, private_key: bytes | None) -> Head:
    """Read a backup through: checksum, number of rows, every value.

    Raises:
        BackupError: Something is not as it was written.
    """
    return read_all(lines_of(file, private_key=private_key))


def check_frames(file: BinaryIO, digest: bytes | None = None) -> int:
    """Look at an encrypted backup from outside: whole frames up to its end.

    Args:
        file: At its beginning.
        digest: SHA-256 of the bytes that it must consist of, if that is known.

    Returns:
        How many frames.

    Raises:
        BackupError: It is not whole, or its bytes are others.
    """
    sealed_stream.skip_beginning(file)
    number = sum(1 for _ in sealed_stream.frames(file))
    file.seek(0)
    if digest is not None and not hmac.compare_digest(_digest(file), digest):
        raise BackupError("The backup was written, but other bytes were read back from the disk. Check the disk.")
    return number


def _digest(file: BinaryIO) -> bytes:
    digest = hashlib.sha256()
    while octets := file.read(_AT_ONCE_BYTES):
        digest.update(octets)
    return digest.digest()
