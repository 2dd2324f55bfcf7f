"""What a writer may not have meant to tell everybody: their own address, a phone number.

The embed looks for both on the reader's device (``embed/src/giveaways.js``); this is the same rule for the form that
has no script. One table of cases (``tests/domain/giveaways.json``) holds both.
"""

import re
import unicodedata
from typing import Final

from commentsvc.domain.emails import EmailAddress

_NUMBER: Final = re.compile(
    r"(?<![\w#=/-])(?<!\d[.,])\+?\(?\d(?:(?: / |[ ./()-]{0,2})\d){6,14}(?![\w:%]|[.,]\d)", re.ASCII
)
"""Digits with separators between."""
_PHONE: Final = re.compile(
    r"""
      [+(] | 00                                        # international
    | 0(?! \D | \d?\D\d\d?\D\d{2,4}$ )                 # with a trunk 0; no decimal, ISBN or date
    | (?: (?!\d+0{5}) (?:1\W?)?\d{3}\W?\d{3}\W?\d{4}   # as numbers without one are spelled, and not round
        | \d{3}\W\d{4}(?:\W\d{4})?
        | \d{3}[ ]\d{3}[ ](?!000)\d{3}
        | \d{4}[ ]\d{4}
      )$
    """,
    re.ASCII | re.VERBOSE,
)
_ENCODED: Final = re.compile(r"%([0-9a-f]{2})|&#(?:x([0-9a-f]{1,4})|(\d{1,5}));", re.ASCII | re.IGNORECASE)
_DASHES: Final = re.compile("[\u2010-\u2015]")
_DIGITS: Final = re.compile("[\u0660-\u0669\u06f0-\u06f9]")
_BETWEEN: Final = re.compile("[^a-z0-9@.\u0080-\U0010ffff]+")
_AT_OR_DOT: Final = re.compile(r" ?(?:(@|(?:comm)?at)|\.|dot|period) ?")


def giveaways(*, name: str, source: str, email: EmailAddress | None) -> dict[str, str]:
    """Field of a submission → what its writer may not have meant to tell everybody there."""
    return {
        field: f"{told} Everyone will be able to read it."
        for field, words in (("body", source), ("name", name))
        if (told := _told(words, email)) is not None
    }


def _told(words: str, email: EmailAddress | None) -> str | None:
    if email is not None and has_address(words, email):
        return "This contains your email address."
    return "This seems to contain a phone number." if has_phone(words) else None


def has_address(words: str, email: EmailAddress) -> bool:
    """Whether the address stands there in full, however it is spelled."""
    typed = email.reveal().strip()
    if re.search(".@.", typed) is None:
        return False
    return re.search(f"(?<![a-z0-9]){re.escape(_spelled(typed))}(?![a-z0-9])", _spelled(words)) is not None


def has_phone(words: str) -> bool:
    """Whether something looks like a phone number, of 7 to 15 digits; not dates, amounts, IPs, ISBNs and the like."""
    return any(_PHONE.match(found) for found in _NUMBER.findall(_plain(words)))


def _spelled(words: str) -> str:
    """With every spelling of "@" and of a dot as one, and one space for all else between letters and digits."""
    return _AT_OR_DOT.sub(lambda found: "@" if found[1] else ".", _BETWEEN.sub(" ", _plain(words)))


def _plain(words: str) -> str:
    """As a reader takes them: no disguise by encoding, width, invisible characters or digits of another script."""
    text = unicodedata.normalize("NFKC", _ENCODED.sub(_decoded, words))
    text = "".join(char for char in text if unicodedata.category(char) != "Cf")
    text = _DIGITS.sub(lambda digit: str(ord(digit.group()) & 15), _DASHES.sub("-", text))
    return text.lower()


def _decoded(found: re.Match[str]) -> str:
    percent, hexadecimal, decimal = found.groups()
    return chr(int(decimal) & 0xFFFF if decimal else int(percent or hexadecimal, 16))
