"""Strangers' words for a terminal: whatever could steer it stands there as a sign that does nothing."""

import unicodedata

_SIGNS_OF_CONTROLS = 0x2400
_DELETE, _SIGN_OF_DELETE = 0x7F, "\u2421"
_FIRST_BEYOND_CONTROLS = 0x20
_HARMLESS = frozenset("\u200c\u200d")
"""Joiners that Persian, Indic scripts and emoji need."""
_STEERING = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def plain_text(text: str) -> str:
    """Text of several lines without control characters, escape sequences or bidirectional overrides.

    ``ESC`` becomes ``␛``, a tabulator four spaces; line ends stay.
    """
    return "".join(char if char == "\n" else _shown(char) for char in text.replace("\t", "    "))


def plain_line(text: str) -> str:
    """The same on one line."""
    return plain_text(text).replace("\n", " ")


def _shown(char: str) -> str:
    code = ord(char)
    if code < _FIRST_BEYOND_CONTROLS:
        return chr(_SIGNS_OF_CONTROLS + code)
    if code == _DELETE:
        return _SIGN_OF_DELETE
    return "\ufffd" if char not in _HARMLESS and unicodedata.category(char) in _STEERING else char
