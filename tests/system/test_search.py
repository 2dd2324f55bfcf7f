"""The search for canaries finds what it is meant to find: otherwise its silence would mean nothing."""

import base64
import gzip
import hashlib
import secrets
from collections.abc import Callable
from ipaddress import ip_address

import pytest

from tests.system.canaries import Canary, Search, ipv4, ipv6

CANARIES = [Canary(number, ipv4(number) if number % 2 else ipv6(number)) for number in range(50)]
SEARCH = Search.of(CANARIES)


def _gravatar(kind: str) -> Callable[[str], bytes]:
    return lambda secret: hashlib.new(kind, secret.strip().lower().encode()).hexdigest().encode()


ENCODERS: dict[str, Callable[[str], bytes]] = {
    "plain": str.encode,
    "upper case": lambda secret: secret.upper().encode(),
    "lower case": lambda secret: secret.lower().encode(),
    "title case": lambda secret: secret.title().encode(),
    "reversed": lambda secret: secret[::-1].encode(),
    "utf-16": lambda secret: secret.encode("utf-16-le"),
    "hex": lambda secret: secret.encode().hex().encode(),
    "upper-case hex": lambda secret: secret.encode().hex().upper().encode(),
    "base64": lambda secret: base64.b64encode(secret.encode()),
    "base64 of a longer text": lambda secret: base64.b64encode(f"x{secret}!!".encode()),
    "base64 of a still longer text": lambda secret: base64.b64encode(f"xy{secret}".encode()),
    "base64url": lambda secret: base64.urlsafe_b64encode(f"to={secret};".encode()),
    "md5": _gravatar("md5"),
    "sha1": _gravatar("sha1"),
    "sha256": _gravatar("sha256"),
    "upper-case sha256": lambda secret: hashlib.sha256(secret.upper().encode()).hexdigest().encode(),
    "md5, raw": lambda secret: hashlib.new("md5", secret.lower().encode(), usedforsecurity=False).digest(),
    "sha1, raw": lambda secret: hashlib.new("sha1", secret.lower().encode(), usedforsecurity=False).digest(),
    "sha256, raw": lambda secret: hashlib.sha256(secret.encode()).digest(),
    "sha256, raw, shortened": lambda secret: hashlib.sha256(secret.encode()).digest()[:16],
    "sha256, base64": lambda secret: base64.b64encode(hashlib.sha256(secret.encode()).digest()),
}


@pytest.mark.parametrize("form", ENCODERS)
def test_each_secret_is_found_in_each_form(form: str) -> None:
    canary = CANARIES[7]
    for secret in canary.secrets:
        noise = secrets.token_bytes(1_000)
        hits = SEARCH.hits(noise + ENCODERS[form](secret) + noise, "planted")
        assert secret in {hit.secret for hit in hits}, secret


def test_a_packed_ipv6_address_and_its_network_are_found() -> None:
    canary = CANARIES[8]
    packed = ip_address(canary.ip).packed
    assert {hit.form for hit in SEARCH.hits(b"\0" * 500 + packed, "planted")} >= {"packed", "network"}
    assert {hit.form for hit in SEARCH.hits(packed[:8] + b"\0" * 500, "planted")} == {"network"}


def test_a_secret_between_empty_pages_is_found() -> None:
    planted = bytes(4_096) + CANARIES[3].local.encode() + bytes(4_096)
    assert {hit.secret for hit in SEARCH.hits(planted, "planted")} == {CANARIES[3].local}


def test_nothing_is_found_where_nothing_is() -> None:
    other = Canary(999, ipv4(299))
    content = b"".join(encode(secret) for secret in other.secrets for encode in ENCODERS.values())
    assert SEARCH.hits(content + secrets.token_bytes(100_000), "nothing") == []


def test_a_compressed_secret_is_found_only_after_unpacking() -> None:
    """So whoever asks for answers to be searched asks for them uncompressed."""
    packed = gzip.compress(CANARIES[1].email.encode() * 2)
    assert SEARCH.hits(packed, "planted") == []
    assert SEARCH.hits(gzip.decompress(packed), "planted")
