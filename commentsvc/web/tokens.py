"""Signed, expiring tokens: receipts, forms, links. What is signed for one purpose is worth nothing for another."""

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer
from itsdangerous.encoding import base64_encode, want_bytes

from commentsvc.domain.clock import Clock
from commentsvc.domain.errors import InvalidTokenError

_VERSION = 1
_LONGEST_CHARACTERS = 4_096
_FORM = re.compile(r"[A-Za-z0-9_.-]+")
_CLOCKS_APART = timedelta(seconds=60)
"""Two of our machines may differ by this much; a token from further in the future is refused."""

Claims = dict[str, Any]
"""What a token says, as JSON: action, object's id, site's key, object's version, as far as the purpose has them."""


class Purpose(StrEnum):
    """What a token is for; each has a salt, and so a key, of its own."""

    RECEIPT = "receipt"
    """One wrote this comment."""
    FORM = "form"
    """The form was opened at this time."""
    SIGN_IN = "sign_in"
    """Whoever holds this link is this moderator."""
    SECOND_FACTOR = "second_factor"
    """This browser has passed the first step of signing in; the code is still to come."""
    MAIL_DECISION = "mail_decision"
    """Whoever holds this mail may decide on this comment for this moderator, as long as nothing has happened to it."""
    SUBSCRIPTION = "subscription"
    """Whoever holds this mail may confirm, change and end this subscription."""
    UNSUBSCRIBE = "unsubscribe"
    """Whoever holds this mail may end this subscription, and do nothing else."""
    OWN_DATA = "own_data"
    """Whoever holds this mail may see and erase what is held about its reader."""
    SESSION_CSRF = "session_csrf"
    """A moderator's form came from our own page."""


class Signer:
    """Makes and checks tokens.

    Args:
        secrets: At least one, newest first; the newest signs, all verify.
        clock: Gives the present moment.
    """

    def __init__(self, secrets: Sequence[bytes], clock: Clock) -> None:
        if not secrets:
            raise ValueError("a signer needs a secret")
        self._clock = clock
        oldest_first = list(reversed(secrets))
        self._serializers = {purpose: _serializer(oldest_first, purpose, clock) for purpose in Purpose}

    def sign(self, purpose: Purpose, claims: Mapping[str, Any]) -> str:
        """A token with these claims, made now.

        Returns:
            Letters, digits, ``-``, ``_`` and ``.`` only: safe in URLs, headers and forms. The claims in it can be
            read by whoever holds it.
        """
        return self._serializers[purpose].dumps([_VERSION, purpose, dict(claims)])

    def verify(self, purpose: Purpose, token: str, *, max_age: timedelta) -> Claims:
        """What a token says, if we made it for this purpose and not too long ago.

        Raises:
            InvalidTokenError: It is forged, changed, expired, from the future or for another purpose (403,
                `invalid_token`).
        """
        return self._open(purpose, token, max_age)[0]

    def age(self, purpose: Purpose, token: str, *, max_age: timedelta) -> timedelta:
        """How long ago a token was made, to the millisecond; never negative.

        Raises:
            InvalidTokenError: As `verify`.
        """
        return self._open(purpose, token, max_age)[1]

    def _open(self, purpose: Purpose, token: str, max_age: timedelta) -> tuple[Claims, timedelta]:
        if len(token) > _LONGEST_CHARACTERS or not _FORM.fullmatch(token):
            raise InvalidTokenError("no token by its form")
        try:
            content, made_at = self._serializers[purpose].loads(token, return_timestamp=True)
        except BadData as error:
            raise InvalidTokenError(f"{purpose}: {type(error).__name__}") from None
        age = self._clock() - made_at
        if not -_CLOCKS_APART <= age <= max_age:
            raise InvalidTokenError(f"{purpose}: made {age.total_seconds():.0f} s ago")
        return _claims(content, purpose), max(age, timedelta(0))


class _StrictSigner(TimestampSigner):
    """Takes the time from our clock, to the millisecond, and knows one spelling of each signature only.

    Base 64 leaves two bits of the last character unused and lets foreign characters be skipped, so that several texts
    mean the same 32 bytes; here the text itself is compared.
    """

    def __init__(self, secret_key: list[bytes], salt: bytes, clock: Clock) -> None:
        super().__init__(secret_key, salt=salt, key_derivation="hmac", digest_method=hashlib.sha256)
        self._clock = clock

    def get_timestamp(self) -> int:
        return int(self._clock().timestamp() * 1000)

    def timestamp_to_datetime(self, ts: int) -> datetime:
        return datetime.fromtimestamp(ts / 1000, tz=UTC)

    def verify_signature(self, value: str | bytes, sig: str | bytes) -> bool:
        signatures = [
            base64_encode(self.algorithm.get_signature(self.derive_key(secret), want_bytes(value)))
            for secret in reversed(self.secret_keys)
        ]
        return any(hmac.compare_digest(signature, want_bytes(sig)) for signature in signatures)


def _serializer(oldest_first: list[bytes], purpose: Purpose, clock: Clock) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        oldest_first,
        salt=f"commentsvc.{purpose}.v{_VERSION}",
        signer=_StrictSigner,
        signer_kwargs={"clock": clock},
    )


def _claims(content: object, purpose: Purpose) -> Claims:
    """The claims inside; the salt has vouched for version and purpose, and they are looked at all the same."""
    match content:
        case [int(version), str(written_for), dict(claims)] if version == _VERSION and written_for == purpose:
            return claims
        case _:
            raise InvalidTokenError(f"{purpose}: other content")
