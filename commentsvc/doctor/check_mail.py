"""The mail server: reached, its certificate, signing in, and whether it takes our sender."""

import ssl
from collections.abc import AsyncIterator
from contextlib import suppress
from email.message import EmailMessage

import aiosmtplib

from commentsvc.doctor.findings import Finding, State, ok
from commentsvc.settings import Settings

_SECONDS = 15.0


async def check_mail(
    settings: Settings, *, to: str | None = None, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Finding]:
    """Talk to the mail server as the worker does.

    Args:
        settings: Checked.
        to: Send a test mail there; None: nothing is sent.
        tls: Whom to trust; None: the authorities that this machine trusts.
    """
    if not settings.smtp_host:
        fix = "Set COMMENTSVC_SMTP_HOST and COMMENTSVC_MAIL_FROM."
        yield Finding("mail", State.WARNING, "No mail server is set: no notice is mailed.", fix)
        return
    security = settings.smtp_security
    smtp = aiosmtplib.SMTP(
        hostname=settings.smtp_host,
        port=settings.smtp_port,
        username=settings.smtp_user or None,
        password=settings.smtp_password.get_secret_value() or None,
        use_tls=security == "tls",
        start_tls=security == "starttls",
        tls_context=tls if security != "none" else None,
        timeout=_SECONDS,
    )
    try:
        await smtp.connect()
        await smtp.mail(settings.mail_from)
        await smtp.rset()
        if to is not None:
            await smtp.send_message(_test_mail(settings, to))
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        yield _fault(error)
    else:
        did = "and took a test mail" if to is not None else "and takes our sender; nothing was sent"
        yield ok("mail", f"The server answers ({security}), lets us in {did}.")
    finally:
        with suppress(aiosmtplib.SMTPException, OSError):
            await smtp.quit()


def _fault(error: Exception) -> Finding:
    """What went wrong, without what the server said: that may name somebody."""
    code = f" ({error.code})" if isinstance(error, aiosmtplib.SMTPResponseException) else ""
    cause = error.__cause__ or error
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        seen, fix = f"The server does not let us in{code}.", "Check COMMENTSVC_SMTP_USER and the file smtp_password."
    elif isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        seen, fix = "The server refused the test mail's recipient.", "Try another address with --mail-to."
    elif isinstance(error, aiosmtplib.SMTPSenderRefused):
        seen, fix = f"The server refuses our sender{code}.", "Set COMMENTSVC_MAIL_FROM to an address that it allows."
    elif isinstance(cause, ssl.SSLError) or "certificate" in str(error).casefold():
        seen, fix = "Its certificate or TLS is not in order.", "Check the certificate for COMMENTSVC_SMTP_HOST's name."
    elif isinstance(error, aiosmtplib.SMTPResponseException):
        seen, fix = f"The server refuses us{code}.", "Ask whoever runs the mail server what this code means there."
    else:
        seen, fix = "The server cannot be reached.", "Check COMMENTSVC_SMTP_HOST, COMMENTSVC_SMTP_PORT and SECURITY."
    return Finding("mail", State.PROBLEM, seen, fix)


def _test_mail(settings: Settings, to: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = settings.mail_from, to, "Test of commentsvc"
    mail.set_content(f"This is a test mail that the operator of {settings.public_url} asked for.\n")
    return mail
