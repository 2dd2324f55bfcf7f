"""Key rings for the vault's tests, real ones, and a search for what must not show through."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import replace

import pytest

from commentsvc.vault.keys import KeyRing, new_key_ring


@pytest.fixture(scope="session")
def ring() -> KeyRing:
    return new_key_ring()


@pytest.fixture(scope="session")
def rotated(ring: KeyRing) -> KeyRing:
    """The same ring after a rotation: a new key of each kind stands in front of the old one."""
    newer = new_key_ring()
    return replace(
        ring,
        signing=newer.signing + ring.signing,
        index=newer.index + ring.index,
        sealing=newer.sealing + ring.sealing,
    )


def _traces_of(text: str) -> list[bytes]:
    forms: list[bytes] = []
    for octets in {text.encode(), text.lower().encode(), text.strip().casefold().encode()}:
        digests = [hashlib.new(name, octets, usedforsecurity=False) for name in ("md5", "sha1", "sha256")]
        forms += [octets, octets[::-1], octets.hex().encode(), base64.b64encode(octets).rstrip(b"=")]
        forms += [digest.digest() for digest in digests] + [digest.hexdigest().encode() for digest in digests]
    return forms


def _shows(haystack: bytes, text: str) -> bool:
    spellings = (haystack, haystack.hex().encode(), base64.b64encode(haystack))
    return any(trace in spelling for trace in _traces_of(text) for spelling in spellings)


@pytest.fixture(scope="session")
def traces_of() -> Callable[[str], list[bytes]]:
    """Every form in which a text could show: plain, reversed, encoded, and hashed without a key."""
    return _traces_of


@pytest.fixture(scope="session")
def shows() -> Callable[[bytes, str], bool]:
    """Whether any trace of a text is in these bytes, or in their hexadecimal or base 64 spelling."""
    return _shows
