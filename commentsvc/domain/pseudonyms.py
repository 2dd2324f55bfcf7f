"""What the public sees instead of an identity: a key that means something inside one thread only."""

import hashlib
import secrets

PSEUDONYM_BYTES = 16
_KEY_BYTES = 9


def new_pseudonym() -> bytes:
    """A fresh one: random, derived from nothing.

    An author who proves an earlier comment by its receipt keeps that comment's pseudonym. A typed e-mail address never
    leads to one: otherwise anybody could post under a guessed address and read off the key whose comments it wrote.
    """
    return secrets.token_bytes(PSEUDONYM_BYTES)


def thread_key(pseudonym: bytes, *, salt: bytes) -> str:
    """The author's key in one thread: 18 hexadecimal digits, unlinkable to the same author's key elsewhere.

    Args:
        pseudonym: Of the comment.
        salt: Random, secret, one for each thread; at most 64 bytes.
    """
    return hashlib.blake2b(pseudonym, key=salt, digest_size=_KEY_BYTES).hexdigest()
