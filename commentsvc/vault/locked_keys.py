"""Keys for safe keeping, under a passphrase: what lies in a drawer or with a friend opens nothing by itself."""

import base64
import json

from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id
from nacl.secret import SecretBox
from nacl.utils import random

from commentsvc.vault.keys import KeyFileError

FEWEST_CHARACTERS = 12
_FORMAT = "commentsvc.locked-keys.v1"


def lock(content: bytes, passphrase: str) -> bytes:
    """The content of a key file, closed with a passphrase.

    Args:
        content: What `key_file.serialise` made.
        passphrase: At least 12 characters; trying one costs 256 MiB and most of a second.

    Source:
        libsodium's argon2id with its moderate costs, and its secret box with a random nonce.
    """
    salt = random(argon2id.SALTBYTES)
    box = bytes(_box(passphrase, salt).encrypt(content))
    locked = {"format": _FORMAT, "salt": base64.b64encode(salt).decode(), "box": base64.b64encode(box).decode()}
    return json.dumps(locked, indent=2).encode("ascii") + b"\n"


def is_locked(raw: bytes) -> bool:
    """Whether this is what `lock` made, and not a plain key file."""
    return _FORMAT.encode() in raw[:64]


def unlock(raw: bytes, passphrase: str) -> bytes:
    """What `lock` was given.

    Raises:
        KeyFileError: The passphrase is another one, or the file is damaged.
    """
    try:
        locked = json.loads(raw)
        salt, box = (base64.b64decode(locked[name], validate=True) for name in ("salt", "box"))
        return _box(passphrase, salt).decrypt(box)
    except (ValueError, TypeError, KeyError, CryptoError):  # the library's ValueError: a salt of another length
        raise KeyFileError("The file does not open with this passphrase. It may also be damaged.") from None


def _box(passphrase: str, salt: bytes) -> SecretBox:
    time, space = argon2id.OPSLIMIT_MODERATE, argon2id.MEMLIMIT_MODERATE
    return SecretBox(argon2id.kdf(SecretBox.KEY_SIZE, passphrase.encode(), salt, opslimit=time, memlimit=space))
