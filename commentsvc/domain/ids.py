"""Public ids: random, so that they say nothing about how many comments exist."""

import base64
import re
import secrets

ID_BYTES = 15
_PUBLIC_ID = re.compile(r"[a-z2-7]{24}")


def new_public_id() -> str:
    """A fresh id: 120 random bits as 24 lower-case base-32 characters, safe in URLs and as an HTML id."""
    return base64.b32encode(secrets.token_bytes(ID_BYTES)).decode("ascii").lower()


def is_public_id(text: str) -> bool:
    """Whether the text has the form of a public id; it need not exist."""
    return _PUBLIC_ID.fullmatch(text) is not None
