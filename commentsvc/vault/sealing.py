"""Closing an address into a sealed box: what the public process does, with the public key alone."""

from nacl.public import PublicKey, SealedBox

from commentsvc.domain.emails import EmailAddress
from commentsvc.domain.errors import InvalidInputError
from commentsvc.vault.keys import KEY_ID_BYTES, KeyRing

VERSION = b"\x01"
ADDRESS_BYTES = 254
"""Longest address that mail can carry (RFC 5321 section 4.5.3.1.3, less the angle brackets)."""
_BOX_OVERHEAD_BYTES = 48
SEALED_BYTES = len(VERSION) + KEY_ID_BYTES + 1 + ADDRESS_BYTES + _BOX_OVERHEAD_BYTES
"""Every sealed address has this length, 308 bytes, whatever is in it."""


class Sealer:
    """Seals addresses; holds no key that could open one."""

    def __init__(self, ring: KeyRing) -> None:
        newest = ring.sealing[0]
        self._prefix = VERSION + newest.id
        self._box = SealedBox(PublicKey(newest.public))

    def seal(self, email: EmailAddress) -> bytes:
        """Close an address for whoever holds the private key; two sealings of one address differ.

        Returns:
            308 bytes: version (1), key id (4), and a sealed box around the address's length (1) and the address,
            filled up with zeros (254).

        Raises:
            InvalidInputError: The address is longer than 254 octets (422, `invalid_input`).

        Source:
            libsodium's sealed boxes (X25519, XSalsa20-Poly1305, ephemeral sender key).
        """
        octets = email.reveal().encode()
        if len(octets) > ADDRESS_BYTES:
            raise InvalidInputError("address over 254 octets", fields={"email": "This address is too long."})
        padded = bytes([len(octets)]) + octets.ljust(ADDRESS_BYTES, b"\x00")
        return self._prefix + self._box.encrypt(padded)
