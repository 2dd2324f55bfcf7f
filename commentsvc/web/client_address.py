"""Whose address a request really comes from, when proxies stand in between."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from starlette.requests import HTTPConnection

from commentsvc.web.parts import part

Network = IPv4Network | IPv6Network
_Address = IPv4Address | IPv6Address
_HIGHEST_PORT = 65_535
_PORT_DIGITS = 5


def client_address(
    scope_client: tuple[str, int] | None, forwarded_for: Sequence[str], trusted: Sequence[Network]
) -> str | None:
    """The address nearest to the reader that somebody we trust has seen with their own eyes.

    Each proxy adds the address it was asked from at the right end. So the way goes from the right to the left, from
    one trusted proxy to the next, and ends at the first address that is none; whatever is left of it anybody could
    have written. An entry that is no address ends the way, too, at the proxy that let it through.

    Args:
        scope_client: Host and port of the connection itself, as ASGI has them. The server must not have put
            anything of `X-Forwarded-For` into it.
        forwarded_for: Every `X-Forwarded-For` header, in the order in which they came.
        trusted: The proxies' networks; empty if there are none.

    Returns:
        An IP address in its normal form, IPv4 even if it was mapped into IPv6; None if the connection has none (a
        Unix socket).
    """
    nearest = None if scope_client is None else _parse(scope_client[0])
    if nearest is None:
        return None
    for entry in reversed(",".join(forwarded_for).split(",")):
        if not _is_among(nearest, trusted):
            break
        if not entry.strip(" \t"):
            continue  # RFC 9110 section 5.6.1.2: empty elements of a list do not count
        farther = _parse_entry(entry.strip(" \t"))
        if farther is None:
            break
        nearest = farther
    return str(nearest)


def _is_among(address: _Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)


def _parse_entry(entry: str) -> _Address | None:
    """One hop: an address, with a port or without, IPv6 in brackets or without; None if it is anything else."""
    if entry.startswith("["):
        host, closing, rest = entry[1:].partition("]")
        address = _parse(host) if closing and _is_port_or_nothing(rest) else None
        return address if ":" in host else None
    if entry.count(":") == 1:
        host, _, _ = entry.partition(":")
        return _parse(host) if _is_port_or_nothing(entry[len(host) :]) else None
    return _parse(entry)


def _is_port_or_nothing(text: str) -> bool:
    digits = text.removeprefix(":")
    is_port = digits.isascii() and digits.isdigit() and len(digits) <= _PORT_DIGITS and int(digits) <= _HIGHEST_PORT
    return not text or (text.startswith(":") and is_port)


def _parse(host: str) -> _Address | None:
    """An address without its zone, IPv4 instead of IPv4 in IPv6; None if it is none."""
    try:
        address = ip_address(host)
    except ValueError:
        return None
    if isinstance(address, IPv4Address):
        return address
    return address.ipv4_mapped or IPv6Address(address.packed)


@dataclass(frozen=True, slots=True)
class TrustedProxies:
    """The networks of proxies whose word is believed."""

    networks: tuple[Network, ...] = ()


def client_of(request: HTTPConnection) -> str | None:
    """The address that a request really comes from, as `client_address` gives it."""
    return client_address(
        None if request.client is None else (request.client.host, request.client.port),
        request.headers.getlist("x-forwarded-for"),
        part(request, TrustedProxies).networks,
    )
