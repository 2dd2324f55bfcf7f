"""A real mail server on this machine, that keeps what it is handed."""

import asyncio
import ssl
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

_PATIENCE_SECONDS = 60.0
_LOOK_SECONDS = 0.02


@dataclass
class Postbox:
    """What came in."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    connections: int = 0
    answer: str = "250 OK"
    """To each mail; anything but 250 keeps nothing."""
    is_silent: bool = False
    """Mails are taken, and whoever handed them in never hears of it."""
    refused: set[str] = field(default_factory=set)
    """Recipients that are not taken."""

    def wait_for(self, expected: Mapping[str, int]) -> None:
        """Until at least so many mails have come for each of these recipients."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not Counter(self.recipients) >= Counter(expected):
            assert time.monotonic() < deadline, Counter(expected) - Counter(self.recipients)
            time.sleep(_LOOK_SECONDS)

    def mails_to(self, recipient: str) -> list[EmailMessage]:
        """What came for one of them, oldest first; each mail has one recipient."""
        return [mail for mail, address in zip(self.mails, self.recipients, strict=True) if address == recipient]

    async def handle_EHLO(self, _server: Any, session: Any, _envelope: Any, hostname: str, responses: Any) -> Any:  # noqa: N802 - aiosmtpd's name
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if address in self.refused:
            return f"550 no {address} here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if not self.answer.startswith("250"):
            return self.answer
        self.raw.append(envelope.content)
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        self.recipients += envelope.rcpt_tos
        self.senders.append(envelope.mail_from)
        if self.is_silent:
            await asyncio.Event().wait()  # until the connection ends
        return self.answer


class _OnFreePort(Controller):
    """Listens on a port that the system chooses."""

    def _trigger_server(self) -> None:
        server: Any = self.server
        self.port = server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # aiosmtpd names no types here


@contextmanager
def open_postbox(*, tls: ssl.SSLContext | None = None, is_starttls: bool = False, **options: Any) -> Iterator[Postbox]:
    """Let it listen on 127.0.0.1.

    Args:
        tls: With a certificate for ``localhost``; None: in the clear.
        is_starttls: TLS begins in the middle, and is demanded.
        options: For aiosmtpd's SMTP.
    """
    box = Postbox()
    more = {"tls_context": tls, "require_starttls": True} if is_starttls else {}
    implicit = tls if tls is not None and not is_starttls else None
    controller = _OnFreePort(box, hostname="127.0.0.1", port=0, ssl_context=implicit, **(more | options))
    controller.start()
    box.port = controller.port
    try:
        yield box
    finally:
        controller.stop()


def only(user: str, password: str) -> Any:
    """An authenticator that knows one account."""

    def check(_server: SMTP, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        is_known = (data.login, data.password) == (user.encode(), password.encode())
        return AuthResult(success=is_known, handled=False)

    return check
