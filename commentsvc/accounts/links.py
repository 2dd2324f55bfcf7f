"""One-time sign-in links: random, short-lived, used up by the first who presses the button."""

import base64
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from commentsvc.accounts.sessions import ID_BYTES, digest_of
from commentsvc.store import sessions

VALID_FOR = timedelta(minutes=10)


def new_link(
    conn: Connection, moderator_id: int, *, now: datetime, token_bytes: Callable[[int], bytes] = secrets.token_bytes
) -> str:
    """A token for ``PUBLIC_URL/moderation/link?token=…``; the database keeps only its digest.

    Args:
        conn: In a transaction that writes.
        moderator_id: Whom it lets in.
        now: It is valid for ten minutes from here (OWASP ASVS 5.0, 6.5.5).
        token_bytes: Source of cryptographic randomness.

    Returns:
        43 characters, safe in URLs.
    """
    token = base64.urlsafe_b64encode(token_bytes(ID_BYTES)).decode("ascii").rstrip("=")
    sessions.add_link(conn, digest_of(token), moderator_id, expires_at=now + VALID_FOR)
    return token
