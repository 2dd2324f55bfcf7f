"""Settings that contradict each other, or are fit for trying out only."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from commentsvc.doctor.findings import Finding, State, ok
from commentsvc.settings import Settings

_LOCAL = {"localhost", "127.0.0.1", "::1"}
_WIDEST = {4: 8, 6: 16}
"""Prefix lengths; a network wider than this is not one of proxies."""


def check_settings(settings: Settings) -> Iterator[Finding]:
    """All that can be told from the settings alone; unknown names stop every command before this."""
    faults = [*_public_url(settings), *_proxies(settings), *_mail(settings), *_backups(settings)]
    if settings.reveal_addresses:
        fix = "Unset COMMENTSVC_REVEAL_ADDRESSES unless owners really need it."
        faults.append(Finding("settings", State.WARNING, "Owners may open readers' addresses.", fix))
    yield from faults or [ok("settings", "Known, and none contradicts another.")]


def _public_url(settings: Settings) -> Iterator[Finding]:
    url = urlsplit(settings.public_url)
    if url.scheme == "http" and url.hostname not in _LOCAL:
        fix = "Put a proxy with TLS in front and set COMMENTSVC_PUBLIC_URL to its https address."
        yield Finding("settings", State.PROBLEM, "The public address is http: words and sessions travel open.", fix)


def _proxies(settings: Settings) -> Iterator[Finding]:
    if any(network.prefixlen < _WIDEST[network.version] for network in settings.trusted_proxies):
        fix = "Name only the proxy's own network in COMMENTSVC_TRUSTED_PROXIES."
        yield Finding("settings", State.PROBLEM, "Nearly everybody is believed to be a proxy of ours.", fix)
    elif not settings.trusted_proxies and urlsplit(settings.public_url).hostname not in _LOCAL:
        fix = "Name the proxy's network in COMMENTSVC_TRUSTED_PROXIES if there is a proxy in front."
        yield Finding("settings", State.WARNING, "No proxy is trusted: behind one, readers share one rate limit.", fix)


def _mail(settings: Settings) -> Iterator[Finding]:
    if settings.smtp_host and settings.smtp_security == "none" and settings.smtp_host not in _LOCAL:
        fix = "Set COMMENTSVC_SMTP_SECURITY to starttls or tls."
        yield Finding("settings", State.PROBLEM, "Mails travel open to another machine.", fix)
    if settings.smtp_user and not settings.smtp_password.get_secret_value():
        fix = "Put the password into a file named smtp_password in COMMENTSVC_SECRETS_DIR."
        yield Finding("settings", State.PROBLEM, "There is a user for the mail server, but no password.", fix)


def _backups(settings: Settings) -> Iterator[Finding]:
    if settings.backup_every_hours and not settings.backup_public_key:
        fix = "Run `commentsvc backup key FILE`, keep FILE elsewhere and set COMMENTSVC_BACKUP_PUBLIC_KEY."
        yield Finding("settings", State.WARNING, "Backups are not encrypted.", fix)
