"""Knowing that one device reacts to one comment again, and nothing else about it."""

import hmac

from commentsvc.vault.derive_key import derive_key
from commentsvc.vault.keys import KeyRing

MARK_BYTES = 16
_LIKE = b"commentsvc.like.v1"
_REPORT = b"commentsvc.report.v1"


class ReaderMarks:
    """Keyed digests of the token that a reader's device keeps, another one for each comment and each kind of reaction.

    So the marks of one device cannot be joined across comments, nor a like with anything else. All methods return one
    value of 16 bytes for each index key of the ring, newest first: look up by all of them, store the first.
    """

    def __init__(self, ring: KeyRing) -> None:
        self._secrets = ring.index

    def of_like(self, token: str, *, comment: str) -> list[bytes]:
        """What a like of this comment (public id) by the holder of the token may be stored under."""
        return self._each(_LIKE, comment, token)

    def of_report(self, token: str, *, comment: str) -> list[bytes]:
        """What a report about this comment (public id) by the holder of the token may be stored under."""
        return self._each(_REPORT, comment, token)

    def _each(self, use: bytes, comment: str, token: str) -> list[bytes]:
        message = f"{comment} {token}".encode()
        keys = (derive_key(secret.secret, info=use) for secret in self._secrets)
        return [hmac.digest(key, message, "sha256")[:MARK_BYTES] for key in keys]
