"""One POST over TLS to an address that was checked: no redirect, no proxy, a bounded wait, a bounded answer.

asyncio and h11 instead of a client library: the address to connect to, the name that the certificate must carry and the
end of reading are then three plain arguments here, and nothing reads the environment.
"""

import asyncio
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

import h11

from commentsvc.notify.deliveries import DeliveryError
from commentsvc.notify.guard_addresses import IpAddress, Resolve, is_public, pinned_address, resolve

SECONDS = 5.0
"""For everything together, the name's resolution included."""
ANSWER_BYTES = 64 * 1024
"""Of an answer's head; its body is not read."""
_HTTPS = 443


class PinnedPost:
    """Posts to public hosts by https.

    Args:
        resolver: Finds the addresses of a host; called once for each post.
        is_allowed: Which of them may be connected to.
        tls: Whom to trust; None: the authorities that this machine trusts.
    """

    def __init__(
        self,
        *,
        resolver: Resolve = resolve,
        is_allowed: Callable[[IpAddress], bool] = is_public,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._resolver, self._is_allowed = resolver, is_allowed
        self._tls = tls

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Send the body; the answer's status, whatever it is.

        Raises:
            DeliveryError: It could not be sent, or no answer came; the message holds no part of the URL.
        """
        parts = _split(url)
        try:
            async with asyncio.timeout(SECONDS):
                return await self._post(parts, body, headers)
        except TimeoutError:
            raise DeliveryError("no answer within 5 seconds") from None
        except ssl.SSLError:
            raise DeliveryError("the connection is not secure: certificate or TLS") from None
        except (h11.ProtocolError, ValueError):
            raise DeliveryError("the answer is no HTTP") from None
        except OSError as error:
            raise DeliveryError(f"no connection ({type(error).__name__})") from None

    async def _post(self, parts: SplitResult, body: bytes, headers: Mapping[str, str]) -> int:
        host, port = parts.hostname or "", parts.port or _HTTPS
        if parts.scheme != "https" or not host:
            raise DeliveryError("a webhook is called by https only")
        address = await pinned_address(host, port, resolver=self._resolver, is_allowed=self._is_allowed)
        reader, writer = await asyncio.open_connection(
            str(address), port, ssl=self._tls or _authorities(), server_hostname=host
        )
        try:
            writer.write(_request(parts, body, headers))
            await writer.drain()
            return await _status(reader)
        finally:
            writer.close()
            with suppress(OSError, TimeoutError):
                await writer.wait_closed()


@cache
def _authorities() -> ssl.SSLContext:
    """Read when the first webhook is called: it takes longer than the rest of a start, and most call none."""
    return ssl.create_default_context()


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise DeliveryError("the address is malformed") from None
    return parts


def _request(parts: SplitResult, body: bytes, headers: Mapping[str, str]) -> bytes:
    wire = h11.Connection(h11.CLIENT)
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    always = {"Host": _host(parts), "Content-Length": str(len(body)), "Connection": "close"}
    request = h11.Request(method="POST", target=target, headers=list((always | dict(headers)).items()))
    return b"".join(wire.send(part) or b"" for part in (request, h11.Data(body), h11.EndOfMessage()))


def _host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    with suppress(ValueError):
        host = f"[{host}]" if ip_address(host).version == 6 else host  # noqa: PLR2004 - IPv6
    return host if parts.port in {None, _HTTPS} else f"{host}:{parts.port}"


async def _status(reader: asyncio.StreamReader) -> int:
    """The final status; what comes after the head is left unread."""
    wire = h11.Connection(h11.CLIENT, max_incomplete_event_size=ANSWER_BYTES)
    wire.send(h11.Request(method="POST", target="/", headers=[("Host", "x"), ("Content-Length", "0")]))
    wire.send(h11.EndOfMessage())
    received = 0
    while received <= ANSWER_BYTES:
        event = wire.next_event()
        if isinstance(event, h11.Response):
            return event.status_code
        if event is h11.NEED_DATA:
            chunk = await reader.read(4_096)
            received += len(chunk)
            wire.receive_data(chunk)
    raise DeliveryError("the answer is too long")
