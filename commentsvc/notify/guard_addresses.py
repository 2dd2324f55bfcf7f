"""Which machines a webhook may reach: those of the public internet, and none of ours."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from commentsvc.notify.deliveries import DeliveryError

IpAddress = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Awaitable[list[IpAddress]]]
"""Host and port → every address that a connection might go to."""

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_REFUSED = tuple(
    ip_network(network)
    for network in (
        "192.0.0.0/24",  # protocol assignments
        "192.88.99.0/24",  # relays of 6to4
        "2001::/23",  # Teredo and other protocol assignments: an IPv4 address may be inside
        "2002::/16",  # 6to4: an IPv4 address is inside
        "3fff::/20",  # documentation
    )
)
"""Beside what Python calls not global. IPv6 outside 2000::/3 is refused as a whole: with it go the loopback, mapped and
translated IPv4 (NAT64), unique local, link local, site local and multicast addresses."""


def is_public(address: IpAddress) -> bool:
    """Whether an address belongs to a machine of the public internet.

    Source:
        IANA IPv4 and IPv6 Special-Purpose Address Registries; RFC 6052, RFC 3056, RFC 4380.
    """
    if isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
        return False
    is_special = address.is_multicast or address.is_reserved or not address.is_global
    return not is_special and not any(address in network for network in _REFUSED)


async def resolve(host: str, port: int) -> list[IpAddress]:
    """Ask the machine's resolver, which also understands every odd spelling of an address."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return [ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]


async def pinned_address(
    host: str, port: int, *, resolver: Resolve = resolve, is_allowed: Callable[[IpAddress], bool] = is_public
) -> IpAddress:
    """The one address to connect to, looked up once, so that a second answer cannot lead elsewhere.

    Raises:
        DeliveryError: The name is unknown, or any of its addresses is not public: a name that leads to both is a trap.
    """
    try:
        found = await resolver(host, port)
    except (OSError, ValueError):
        raise DeliveryError("the host name cannot be resolved") from None
    if not found or not all(is_allowed(address) for address in found):
        raise DeliveryError("the host is not on the public internet")
    return found[0]
