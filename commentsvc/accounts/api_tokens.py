"""Tokens for scripts: random, shown once, each with a name, rights and an end."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from commentsvc.accounts.sessions import digest_of
from commentsvc.domain.errors import InvalidInputError
from commentsvc.domain.text import clean_line, has_visible_text
from commentsvc.store import api_tokens

PREFIX = "commentsvc_"
"""So that a token is recognised where it was left by mistake."""
MOST = 50
"""Tokens of one moderator."""
NAME_CHARACTERS = 60
LONGEST_DAYS = 3_650
_TOKEN_BYTES = 32
_FORM = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}")


@dataclass(frozen=True, slots=True)
class TokenWish:
    """What a new token is to be."""

    name: str
    may_decide: bool
    days: int | None
    """It expires after so many; None: never."""


def checked_wish(name: str, *, may_decide: bool, days: int | None) -> TokenWish:
    """A wish that can be fulfilled.

    Raises:
        InvalidInputError: The name is empty or too long, or the days are none (422).
    """
    faults: dict[str, str] = {}
    clean = clean_line(name)
    if not has_visible_text(clean):
        faults["name"] = "Please name it after what it is for."
    elif len(clean) > NAME_CHARACTERS:
        faults["name"] = f"Please use at most {NAME_CHARACTERS} characters."
    if days is not None and not 1 <= days <= LONGEST_DAYS:
        faults["days"] = f"Choose 1 to {LONGEST_DAYS:,} days."
    if faults:
        raise InvalidInputError(fields=faults)
    return TokenWish(clean, may_decide, days)


def new_api_token(
    conn: Connection,
    moderator_id: int,
    wish: TokenWish,
    *,
    now: datetime,
    token_bytes: Callable[[int], str] = secrets.token_urlsafe,
) -> str:
    """A token with the moderator's rights; the database keeps only its digest.

    Args:
        conn: In a transaction that writes.
        moderator_id: Whose.
        wish: Name, rights, end.
        now: When.
        token_bytes: Source of cryptographic randomness, as text that is safe in headers.

    Raises:
        InvalidInputError: They have as many as one can have (422).
    """
    if len(api_tokens.of_moderator(conn, moderator_id)) >= MOST:
        raise InvalidInputError(fields={"name": f"You have {MOST} tokens. Please remove one that you do not use."})
    token = f"{PREFIX}{token_bytes(_TOKEN_BYTES)}"
    expires_at = None if wish.days is None else now + timedelta(days=wish.days)
    api_tokens.add(
        conn,
        digest_of(token),
        moderator_id,
        name=wish.name,
        may_decide=wish.may_decide,
        expires_at=expires_at,
        now=now,
    )
    return token


def digest_of_token(text: str) -> bytes | None:
    """Digest of what has the form of a token; None if it has not."""
    return digest_of(text) if _FORM.fullmatch(text) else None
