"""What a writer may not have meant to tell everybody: their own address, a phone number.

The embed looks for both on the reader's device (``embed/src/giveaways.js``); this is the same rule for the form that
has no script. One table of cases (``tests/domain/giveaways.json``) holds both.
"""

import re
import unicodedata
from enum import StrEnum
from typing import Final

from commentsvc.domain.emails import EmailAddress

_PHONE: Final = re.compile(
    r"""
    (?<![\w#=/.,-])
    (?: (?: \+ | \( | 0(?!\D|\d?\D\d\d?\D\d{2,4}(?!\D?\d)) )   # international, or a trunk 0; no decimal, ISBN or date
        (?:[ ./()\u2013-]{0,3}\d){7,15}
      | (?!\d+0{5})(?:1\W?)?\d{3}\W?\d{3}\W?\d{4}              # as numbers without one are spelled, and not round
      | \d{3}[ ]\d{3}[ ](?!000)\d{3}
    )
    (?![\w:]|\W\d)
    """,
    re.ASCII | re.VERBOSE,
)
_BETWEEN: Final = re.compile("[^a-z0-9@.\u0080-\U0010ffff]+")
_AT_OR_DOT: Final = re.compile(r" ?(?:(@|(?:comm)?at|x?40|64)|\.|dot|period|x?2e|46) ?")


class Giveaway(StrEnum):
    """What words may tell everybody without their writer's meaning to."""

    ADDRESS = "address"
    PHONE = "phone"


def giveaways(*, name: str, source: str, email: EmailAddress | None) -> dict[str, Giveaway]:
    """Field of a submission → what its writer may not have meant to tell everybody there."""
    return {
        field: found
        for field, words in (("body", source), ("name", name))
        if (found := _giveaway(words, email)) is not None
    }


def _giveaway(words: str, email: EmailAddress | None) -> Giveaway | None:
    if email is not None and has_address(words, email):
        return Giveaway.ADDRESS
    return Giveaway.PHONE if has_phone(words) else None


def has_address(words: str, email: EmailAddress) -> bool:
    """Whether the address stands there in full, however it is spelled."""
    typed = email.reveal().strip()
    if re.search(".@.", typed) is None:
        return False
    return re.search(f"(?<![a-z0-9]){re.escape(_spelled(typed))}(?![a-z0-9])", _spelled(words)) is not None


def has_phone(words: str) -> bool:
    """Whether something looks like a phone number, of 7 to 15 digits; not dates, amounts, IPs, ISBNs and the like."""
    return _PHONE.search(_plain(words)) is not None


def _spelled(words: str) -> str:
    """With every spelling of "@" and of a dot as one, and one space for all else between letters and digits."""
    return _AT_OR_DOT.sub(lambda found: "@" if found[1] else ".", _BETWEEN.sub(" ", _plain(words)))


def _plain(words: str) -> str:
    """As a reader takes them: no disguise by width or invisible characters."""
    text = unicodedata.normalize("NFKC", words)
    return "".join(char for char in text if unicodedata.category(char) != "Cf").lower()
