"""An e-mail address in memory: it does not print itself, and it has one normal form."""

import unicodedata
from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True, repr=False)
class EmailAddress:
    """A checked address, on its short way from the request to the sealed box.

    `str` and `repr` show ``***``, so that a log line, a traceback or an f-string cannot leak it.
    """

    _text: str

    def reveal(self) -> str:
        """The address itself. Only the vault has a reason to ask."""
        return self._text

    def normal_form(self) -> str:
        """The one spelling under which its author is found again: NFKC, case-folded, no surrounding space."""
        return unicodedata.normalize("NFKC", self._text).strip().casefold()

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
