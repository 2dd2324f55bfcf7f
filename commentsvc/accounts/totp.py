"""Codes that change every half minute, from a secret that an app on a phone shares with us."""

import base64
import hmac
from datetime import datetime
from urllib.parse import urlsplit

import pyotp
import segno

STEP_SECONDS = 30
_APART = 1
"""A phone's clock may be this many steps off."""


def in_letters(secret: bytes) -> str:
    """The secret as apps take it when it is typed: base 32, 32 characters."""
    return base64.b32encode(secret).decode("ascii")


def address_for_apps(secret: bytes, *, name: str, public_url: str) -> str:
    """What the picture holds: ``otpauth://totp/…``, with the service's host as the issuer."""
    issuer = urlsplit(public_url).hostname or "comments"
    return pyotp.TOTP(in_letters(secret)).provisioning_uri(name=name, issuer_name=issuer)


def picture_of(address: str) -> str:
    """A QR code as the address of an image: ``data:image/svg+xml,…``, black on white with its quiet zone."""
    return segno.make(address, error="m", micro=False).svg_data_uri(scale=4, border=4, dark="#000", light="#fff")


def step_of(code: str, secret: bytes, *, now: datetime) -> int | None:
    """The time step whose code this is, if it is the present one or one beside it; None otherwise.

    Source:
        RFC 6238 with SHA-1, 6 digits and steps of 30 seconds, which every app knows; section 5.2 for the step beside.
    """
    present = int(now.timestamp()) // STEP_SECONDS
    codes = pyotp.HOTP(in_letters(secret))
    steps = range(present - _APART, present + _APART + 1)
    right = [step for step in steps if hmac.compare_digest(codes.at(step).encode(), code.encode())]
    return right[-1] if right else None
