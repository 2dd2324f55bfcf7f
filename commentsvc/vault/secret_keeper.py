"""Secrets of second factors at rest: the service itself must read them, so a key of its own closes and opens them."""

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from commentsvc.domain.errors import CommentsvcError
from commentsvc.domain.second_factor import SECRET_BYTES
from commentsvc.vault.derive_key import derive_key
from commentsvc.vault.keys import KEY_ID_BYTES, KeyRing

_VERSION = b"\x01"
_USE = b"commentsvc.totp.v1"
CLOSED_BYTES = len(_VERSION) + KEY_ID_BYTES + SecretBox.NONCE_SIZE + SecretBox.MACBYTES + SECRET_BYTES
"""Every closed secret has this length, 65 bytes."""


class UnopenableSecretError(CommentsvcError):
    """A second factor's secret is damaged, was closed for somebody else, or its key has left the key file."""

    code, status = "unopenable_secret", 500


class BoxedSecrets:
    """Closes with the newest index secret of the ring, opens with any.

    Each moderator has a key of their own, derived from it, so that a secret copied into another row does not open.
    """

    def __init__(self, ring: KeyRing) -> None:
        self._newest = ring.index[0].id
        self._secrets = {key.id: key.secret for key in ring.index}

    def close(self, secret: bytes, *, moderator_id: int) -> bytes:
        """Close a secret of 20 bytes.

        Returns:
            65 bytes: version (1), key id (4), nonce (24), and the box (36).

        Source:
            libsodium's secret box (XSalsa20-Poly1305) with a random nonce.
        """
        if len(secret) != SECRET_BYTES:
            raise ValueError("a secret of another length")
        return _VERSION + self._newest + bytes(self._box(self._newest, moderator_id).encrypt(secret))

    def open(self, closed: bytes, *, moderator_id: int) -> bytes:
        """The 20 bytes that `close` was given.

        Raises:
            UnopenableSecretError: They cannot be had.
        """
        key_id, box = closed[1 : 1 + KEY_ID_BYTES], closed[1 + KEY_ID_BYTES :]
        if len(closed) != CLOSED_BYTES or not closed.startswith(_VERSION) or key_id not in self._secrets:
            raise UnopenableSecretError("no secret of this version, or of a key that is here")
        try:
            return self._box(key_id, moderator_id).decrypt(box)
        except CryptoError:
            raise UnopenableSecretError(f"does not open with key {key_id.hex()}") from None

    def _box(self, key_id: bytes, moderator_id: int) -> SecretBox:
        return SecretBox(derive_key(self._secrets[key_id], info=b"%s\x00%d" % (_USE, moderator_id)))
