"""What a reader without an account says of somebody else's comment."""

import re

_READER_TOKEN = re.compile(r"[A-Za-z0-9_-]{22,64}")


def is_reader_token(text: str) -> bool:
    """Whether a text can be what a reader's device keeps to be known again: random, 22 to 64 URL-safe characters."""
    return _READER_TOKEN.fullmatch(text) is not None
