"""One secret, many keys: each use and each site gets its own."""

import hmac

_ZERO_SALT = bytes(32)


def derive_key(secret: bytes, *, info: bytes, salt: bytes = _ZERO_SALT) -> bytes:
    """A 32-byte key that tells nothing about the secret or about keys derived with other `info`.

    Args:
        secret: At least 32 bytes that cannot be guessed.
        info: What the key is for; no two uses share it.
        salt: Not secret; the default is what the source names where there is none.

    Source:
        RFC 5869 (HKDF) with SHA-256, sections 2.2 and 2.3 for one block of output.
    """
    pseudorandom_key = hmac.digest(salt, secret, "sha256")
    return hmac.digest(pseudorandom_key, info + b"\x01", "sha256")
