"""Opening a sealed address: for the process that sends mail, and for export to the person it belongs to."""

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from commentsvc.domain.emails import EmailAddress
from commentsvc.domain.errors import CommentsvcError, NoPrivateKeyError
from commentsvc.vault.keys import KEY_ID_BYTES, KeyRing
from commentsvc.vault.sealing import SEALED_BYTES, VERSION

__all__ = ["NoPrivateKeyError", "Opener", "UnopenableAddressError"]


class UnopenableAddressError(CommentsvcError):
    """A sealed address is damaged, or was not sealed for the key it names."""

    code, status = "unopenable_address", 500


class Opener:
    """Opens what any key of the ring has sealed, if its private half is there."""

    def __init__(self, ring: KeyRing) -> None:
        self._boxes = {key.id: SealedBox(PrivateKey(key.private)) for key in ring.sealing if key.private is not None}

    @property
    def may_open(self) -> bool:
        """Whether there is any private key to open with."""
        return bool(self._boxes)

    def open(self, sealed: bytes) -> EmailAddress:
        """The address that `Sealer.seal` closed.

        Raises:
            NoPrivateKeyError: The private key for it is not here.
            UnopenableAddressError: It is not what was sealed.
        """
        if len(sealed) != SEALED_BYTES or not sealed.startswith(VERSION):
            raise UnopenableAddressError("no sealed address of this version")
        key_id, box = sealed[1 : 1 + KEY_ID_BYTES], sealed[1 + KEY_ID_BYTES :]
        if key_id not in self._boxes:
            raise NoPrivateKeyError(f"no private key {key_id.hex()}")
        try:
            padded = self._boxes[key_id].decrypt(box)
        except CryptoError:
            raise UnopenableAddressError(f"does not open with key {key_id.hex()}") from None
        return EmailAddress(padded[1 : 1 + padded[0]].decode())
