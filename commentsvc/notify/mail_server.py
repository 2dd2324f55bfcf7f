"""The mail server that takes our mails: one connection for as many as wait, TLS as it is set."""

import asyncio
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from enum import StrEnum

import aiosmtplib

from commentsvc.domain.emails import EmailAddress
from commentsvc.notify.deliveries import AwayError, DeliveryError, RefusedForGoodError

_SECONDS = 30.0
"""For connecting, and again for each mail."""


_FINAL = 500
"""RFC 5321 section 4.2.1: from here on, the same command must not be tried again."""


class MailSecurity(StrEnum):
    """How the way to the mail server is protected."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


@dataclass(frozen=True, slots=True)
class MailAccount:
    """Where mails are handed in, and as whom."""

    host: str
    port: int
    security: MailSecurity
    user: str | None
    password: str | None = field(repr=False)


class MailServer:
    """Hands mails in.

    Args:
        account: Where.
        tls: Whom to trust; None: the authorities that this machine trusts.
    """

    def __init__(self, account: MailAccount, *, tls: ssl.SSLContext | None = None) -> None:
        self._account, self._tls = account, tls
        self._smtp: aiosmtplib.SMTP | None = None

    async def send(self, mail: EmailMessage, *, sender: str, to: EmailAddress) -> None:
        """Hand one mail in.

        Raises:
            RefusedForGoodError: There is no such recipient, says the server (5xx).
            AwayError: The server cannot be reached, or lets nobody in.
            DeliveryError: It was not taken.
        """
        try:
            async with asyncio.timeout(_SECONDS):
                smtp = await self._connected()
                # In our own lines: the library would fold the headers anew, and a folded link is none any more.
                options = [] if to.reveal().isascii() else ["SMTPUTF8"]
                await smtp.sendmail(sender, [to.reveal()], mail.as_bytes(), mail_options=options)
        except aiosmtplib.SMTPRecipientsRefused as error:
            is_final = all(refused.code >= _FINAL for refused in error.recipients)
            raise (RefusedForGoodError if is_final else DeliveryError)(_why(error)) from None
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            raise DeliveryError(_why(error)) from None

    async def close(self) -> None:
        """Say good-bye, if a connection is open."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None and smtp.is_connected:
            with suppress(aiosmtplib.SMTPException, OSError):
                await smtp.quit()

    async def _connected(self) -> aiosmtplib.SMTP:
        if self._smtp is None or not self._smtp.is_connected:
            self._smtp = self._new()
            try:
                await self._smtp.connect()
            except (aiosmtplib.SMTPException, OSError, ValueError) as error:
                raise AwayError(_why(error)) from None
        return self._smtp

    def _new(self) -> aiosmtplib.SMTP:
        account = self._account
        return aiosmtplib.SMTP(
            hostname=account.host,
            port=account.port,
            username=account.user,
            password=account.password,
            use_tls=account.security is MailSecurity.TLS,
            start_tls=account.security is MailSecurity.STARTTLS,  # demanded, not only taken if it is offered
            tls_context=self._tls if account.security is not MailSecurity.NONE else None,
            timeout=_SECONDS,
        )


def _why(error: Exception) -> str:
    """What went wrong without what the server said of whom: its code, or the kind of error."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        codes = sorted({refused.code for refused in error.recipients})
        return f"the mail server refused the recipient ({', '.join(map(str, codes))})"
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return f"the mail server answered {error.code}"
    if isinstance(error, TimeoutError):
        return "the mail server did not answer in time"
    return f"the mail server cannot be reached ({type(error).__name__})"
