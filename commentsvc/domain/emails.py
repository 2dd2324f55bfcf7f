"""An e-mail address in memory: it does not print itself, and it has one normal form."""

import unicodedata
from typing import Protocol, Self, runtime_checkable

from commentsvc.domain.errors import NoPrivateKeyError


class EmailAddress:
    """A checked address, on its short way from the request to the sealed box.

    `str` and `repr` show ``***``, so that a log line, a traceback or an f-string cannot leak it. It is no dataclass,
    because `dataclasses.asdict` over a submission would lay its inside open. Equal and hashed by the exact address.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The address itself. Only the vault, and the one page that reveals it, have a reason to ask."""
        return self._text

    def normal_form(self) -> str:
        """The one spelling under which its author is found again: NFKC, case-folded, no surrounding space."""
        return unicodedata.normalize("NFKC", self._text).strip().casefold()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, EmailAddress) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __deepcopy__(self, _memo: object) -> Self:
        return self

    def __reduce_ex__(self, _protocol: object) -> str:
        raise TypeError("an e-mail address is sealed, not pickled")

    def __repr__(self) -> str:
        return "EmailAddress(***)"

    def __str__(self) -> str:
        return "***"


@runtime_checkable
class ModeratorIndex(Protocol):
    """Finds a moderator by address without keeping the address; the vault has the one that is used."""

    def moderator_candidates(self, email: EmailAddress) -> list[bytes]:
        """Blind indexes under which this address may be filed, newest key first."""
        ...


@runtime_checkable
class AddressOpener(Protocol):
    """Opens sealed addresses, where whoever runs the service allows it; the vault has the one that can."""

    @property
    def may_open(self) -> bool:
        """Whether there is any use in asking."""
        ...

    def open(self, sealed: bytes) -> EmailAddress:
        """The address in a sealed box.

        Raises:
            NoPrivateKeyError: The key for it is not here (409, `no_private_key`).
        """
        ...


class ClosedAddresses:
    """The opener of a process that opens nothing: the default."""

    may_open = False

    def open(self, sealed: bytes) -> EmailAddress:
        """Refuse.

        Raises:
            NoPrivateKeyError: Always.
        """
        raise NoPrivateKeyError(f"a box of {len(sealed)} bytes stays closed")


@runtime_checkable
class AddressSealer(Protocol):
    """Closes an address for whoever holds the private key; the vault has the one that is used."""

    def seal(self, email: EmailAddress) -> bytes:
        """The sealed address.

        Raises:
            InvalidInputError: It is too long to be one (422, `invalid_input`).
        """
        ...
