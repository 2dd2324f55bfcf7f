"""The second factor: a secret that an app on the moderator's phone shares with us."""

from typing import Protocol, runtime_checkable

SECRET_BYTES = 20
"""160 bits, what RFC 4226 section 4 recommends and every app takes."""


@runtime_checkable
class SecretKeeper(Protocol):
    """Closes such secrets for the database and opens them again; the vault has the one that is used."""

    def close(self, secret: bytes, *, moderator_id: int) -> bytes:
        """The secret as it may be stored; worth nothing in another moderator's row."""
        ...

    def open(self, closed: bytes, *, moderator_id: int) -> bytes:
        """What `close` was given.

        Raises:
            CommentsvcError: It is damaged, another moderator's, or its key is gone (500, `unopenable_secret`).
        """
        ...
