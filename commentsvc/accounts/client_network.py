"""The network that a sign-in comes from, in a form that is worth nothing outside this process."""

import hashlib
import secrets
from ipaddress import IPv6Address, ip_address

from starlette.requests import HTTPConnection

_KEY = secrets.token_bytes(32)
"""Made anew with each start and kept nowhere else."""


def client_network(request: HTTPConnection) -> bytes:
    """A keyed digest of the client's IPv4 address or IPv6 /64; 16 bytes, never written down."""
    host = request.client.host if request.client is not None else ""
    return hashlib.blake2b(_network(host), key=_KEY, digest_size=16).digest()


def _network(host: str) -> bytes:
    try:
        address = ip_address(host)
    except ValueError:
        return b""
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped.packed if address.ipv4_mapped is not None else address.packed[:8]
    return address.packed
