"""The key pair of backups: the public half is a setting, the private one is kept elsewhere until it is needed."""

import base64
import json
import os
import stat
from pathlib import Path

from nacl.public import PrivateKey

from commentsvc.vault.keys import KeyFileError

KEY_BYTES = 32
_FORMAT = "commentsvc backup key 1"


def create_backup_key(path: Path) -> str:
    """Write a new private key into a new file with mode 0600.

    Returns:
        The public key, as `COMMENTSVC_BACKUP_PUBLIC_KEY` takes it: 44 characters of base 64.

    Raises:
        KeyFileError: The file is there already, or cannot be made.
    """
    private = PrivateKey.generate()
    public = base64.b64encode(bytes(private.public_key)).decode("ascii")
    content = {"format": _FORMAT, "public": public, "private": base64.b64encode(bytes(private)).decode("ascii")}
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(json.dumps(content, indent=2) + "\n")
            file.flush()
            os.fsync(descriptor)
    except OSError as error:
        raise KeyFileError(f"The backup key {path} cannot be made ({error.strerror}). Name a new file.") from None
    return public


def passing_key() -> tuple[bytes, bytes]:
    """A private key and its public one, for what is encrypted and opened by one process and then gone."""
    private = PrivateKey.generate()
    return bytes(private), bytes(private.public_key)


def load_backup_key(path: Path) -> bytes:
    """The private key in a file, 32 bytes.

    Raises:
        KeyFileError: It cannot be read, may be read by other users, or is no backup key.
    """
    try:
        raw, mode = path.read_bytes(), stat.S_IMODE(path.stat().st_mode)
    except OSError as error:
        raise KeyFileError(f"The backup key {path} cannot be read ({error.strerror}).") from None
    if mode & 0o077:
        raise KeyFileError(f"The backup key {path} may be read by other users (mode {mode:04o}). Run: chmod 600 {path}")
    try:
        content = json.loads(raw)
        private = base64.b64decode(content["private"], validate=True)
        is_whole = content["format"] == _FORMAT and len(private) == KEY_BYTES
    except (ValueError, TypeError, KeyError, RecursionError):
        is_whole, private = False, b""
    if not is_whole:
        raise KeyFileError(f"{path} is no backup key as `commentsvc backup key` makes it, or it is damaged.")
    return private
