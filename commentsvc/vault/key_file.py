"""The key file: made once at the first start, readable by nobody but the service."""

import base64
import contextlib
import fcntl
import json
import os
import secrets
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from commentsvc.vault.keys import KeyedSecret, KeyFileError, KeyRing, SealingKey, TokenBytes, new_key_ring

_FORMAT = 1
_LIMIT_BYTES = 64 * 1024
_Entry = dict[str, Any]


def load_or_create(path: Path, *, token_bytes: TokenBytes = secrets.token_bytes) -> KeyRing:
    """The keys in this file; where there is none yet, it is made.

    Processes that start at the same moment end with the same keys: the file appears under its name only when it
    is whole and on the disk, and the first one wins.

    Args:
        path: Outside the database's folder, so that a copy of that folder opens nothing. A missing parent folder is
            made with mode 0700, the file with mode 0600.
        token_bytes: Source of cryptographic randomness.

    Raises:
        KeyFileError: The file cannot be made, or `load` refuses it.
    """
    if _is_missing(path):
        create(path, new_key_ring(token_bytes))
    return load(path)


def load(path: Path) -> KeyRing:
    """The keys in an existing file.

    Raises:
        KeyFileError: The file is missing, may be read by other users, is malformed, or holds a weak secret.
    """
    return parse(read_private(path), path)


def read_private(path: Path) -> bytes:
    """What is in a file of keys.

    Raises:
        KeyFileError: It is missing, or may be read by other users.
    """
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            raw = file.read(_LIMIT_BYTES + 1)
    except OSError as error:
        raise KeyFileError(
            f"The key file {path} cannot be read ({error.strerror}). Check its path and owner."
        ) from None
    if mode & 0o077:
        raise KeyFileError(f"The key file {path} may be read by other users (mode {mode:04o}). Run: chmod 600 {path}")
    return raw


def create(path: Path, ring: KeyRing) -> None:
    """Write a ring to a file with mode 0600, unless there is a file of that name already; that one then stays.

    Raises:
        KeyFileError: The folder or the file cannot be made.
    """
    with contextlib.suppress(FileExistsError):  # another process was first: its keys are the keys
        write_new(path, serialise(ring))


def write_new(path: Path, content: bytes) -> None:
    """Make a file with mode 0600; it appears under its name only when it is whole and on the disk.

    Raises:
        FileExistsError: There is one of that name.
        KeyFileError: The folder or the file cannot be made.
    """
    with _errors_about(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        try:
            _write_through(draft, content)
            os.link(draft, path)
        finally:
            draft.unlink(missing_ok=True)
        _sync_folder(path.parent)


@contextlib.contextmanager
def _errors_about(path: Path) -> Iterator[None]:
    try:
        yield
    except FileExistsError as error:
        if error.filename2 is None:  # a file stands where its folder should be
            raise KeyFileError(_cannot_be_made(path, error)) from None
        raise
    except OSError as error:
        raise KeyFileError(_cannot_be_made(path, error)) from None


def already_there(path: Path) -> KeyFileError:
    """What is told instead of overwriting a file."""
    return KeyFileError(f"There is a file {path} already, and it was left as it is. Name a new one.")


def _cannot_be_made(path: Path, error: OSError) -> str:
    return f"The key file {path} cannot be made ({error.strerror}). Name a folder that can be written to."


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Two who change keys at one moment do it one after the other: none of the new keys is lost."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def change(path: Path, to: Callable[[KeyRing], KeyRing]) -> KeyRing:
    """Give an existing key file new content, in one step: whoever reads it finds the old keys or the new ones.

    Args:
        path: A link to a file stays one; the file behind it is replaced, by one with mode 0600.
        to: Makes the new ring of the old one; meanwhile nobody else changes the file.

    Returns:
        The new ring.

    Raises:
        KeyFileError: The file cannot be read or replaced, or `to` refuses.
    """
    target = path.resolve()
    with _errors_about(path), _locked(target.parent):
        ring = to(load(path))
        draft = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
        try:
            _write_through(draft, serialise(ring))
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
        _sync_folder(target.parent)
    return ring


def export(path: Path, ring: KeyRing) -> None:
    """Write a ring to a new file with mode 0600.

    Raises:
        KeyFileError: There is a file of that name, or it cannot be made.
    """
    try:
        write_new(path, serialise(ring))
    except FileExistsError:
        raise already_there(path) from None


def _is_missing(path: Path) -> bool:
    try:
        path.lstat()
    except FileNotFoundError:
        return True
    except OSError:  # reading will say what is wrong
        return False
    return False


def _write_through(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)


def _sync_folder(path: Path) -> None:
    """Without this a power cut could take the file's name, and with it every sealed address."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def serialise(ring: KeyRing) -> bytes:
    """The content of a key file."""
    content = {
        "format": _FORMAT,
        "signing": [_text(secret) for secret in ring.signing],
        "index": [{"id": key.id.hex(), "secret": _text(key.secret)} for key in ring.index],
        "sealing": [
            {"id": key.id.hex(), "public": _text(key.public), "private": key.private and _text(key.private)}
            for key in ring.sealing
        ],
    }
    return json.dumps(content, indent=2).encode("ascii") + b"\n"


def parse(raw: bytes, path: Path) -> KeyRing:
    """The keys that a file's content spells.

    Args:
        raw: As `serialise` made it.
        path: To name it.

    Raises:
        KeyFileError: It is malformed, or holds a weak secret.
    """
    try:
        return _ring(**json.loads(raw))
    except (ValueError, TypeError, KeyError, RecursionError):  # the cause may quote a secret: it goes no further
        raise KeyFileError(
            f"The key file {path} is damaged or of another version. Restore it from your backup; without it no "
            "stored e-mail address can be opened."
        ) from None


def _ring(*, format: int, signing: list[str], index: list[_Entry], sealing: list[_Entry]) -> KeyRing:  # noqa: A002 - the file's word
    """The ring that the file's fields spell; a missing or unknown field is a `TypeError`."""
    if format != _FORMAT:
        raise ValueError("another format")
    return KeyRing(
        signing=tuple(_bytes(secret) for secret in signing),
        index=tuple(KeyedSecret(bytes.fromhex(key["id"]), _bytes(key["secret"])) for key in index),
        sealing=tuple(
            SealingKey(bytes.fromhex(key["id"]), _bytes(key["public"]), key["private"] and _bytes(key["private"]))
            for key in sealing
        ),
    )


def _text(secret: bytes) -> str:
    return base64.b64encode(secret).decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
