"""Finding an author again by an address that nobody can read."""

import hmac

from commentsvc.domain.emails import EmailAddress
from commentsvc.vault.derive_key import derive_key
from commentsvc.vault.keys import KeyedSecret, KeyRing

_AUTHOR = b"commentsvc.author.v1"
_MODERATOR = b"commentsvc.moderator.v1"
_FINGERPRINT = b"commentsvc.fingerprint.v1"


class BlindIndex:
    """Keyed HMACs of addresses and submissions, each use and each site under its own key.

    All methods return 36 bytes: id of the key (4) and HMAC-SHA-256 (32). The plural ones return one such value for
    each key of the ring, newest first: look up by all of them, store the first.
    """

    def __init__(self, ring: KeyRing) -> None:
        self._secrets = ring.index

    def of(self, email: EmailAddress, *, site_key: str) -> bytes:
        """The value to file an author under on this site; on another site the same address gives another value."""
        return self.candidates(email, site_key=site_key)[0]

    def candidates(self, email: EmailAddress, *, site_key: str) -> list[bytes]:
        """Every value that an author may be filed under on this site, newest key first."""
        return self._each(_AUTHOR, site_key, email.normal_form().encode())

    def of_moderator(self, email: EmailAddress) -> bytes:
        """The value to file a moderator under; moderators belong to no single site."""
        return self.moderator_candidates(email)[0]

    def moderator_candidates(self, email: EmailAddress) -> list[bytes]:
        """Every value that a moderator may be filed under, newest key first."""
        return self._each(_MODERATOR, "", email.normal_form().encode())

    def fingerprint(self, content: bytes, *, site_key: str) -> bytes:
        """The value by which a repeated submission is known; keyed, because a submission holds an address."""
        return self.fingerprint_candidates(content, site_key=site_key)[0]

    def fingerprint_candidates(self, content: bytes, *, site_key: str) -> list[bytes]:
        """Every value that a submission may have been stored with, newest key first."""
        return self._each(_FINGERPRINT, site_key, content)

    def _each(self, use: bytes, site_key: str, message: bytes) -> list[bytes]:
        return [_keyed(secret, use + b"\x00" + site_key.encode(), message) for secret in self._secrets]


def _keyed(secret: KeyedSecret, info: bytes, message: bytes) -> bytes:
    return secret.id + hmac.digest(derive_key(secret.secret, info=info), message, "sha256")
