"""``commentsvc worker``: the outbox alone, without an open port."""

import asyncio
import signal
from collections.abc import Sequence

import structlog
import typer

from commentsvc.app import SYSTEM_CLOCKS, new_worker
from commentsvc.cli.session import Session, clear_end, open_session
from commentsvc.cli.warnings_at_start import file_warnings, mail_warnings, tell
from commentsvc.logs import set_up_logs
from commentsvc.notify.worker import working
from commentsvc.settings import Settings, SettingsError, load_settings
from commentsvc.store.read_only import ReadOnlySwitch

log = structlog.get_logger()


def worker() -> None:
    """Send notices until told to stop; for installations whose service sends none itself."""
    with clear_end():
        settings = load_settings()
        _check_role(settings)
        set_up_logs(level=settings.log_level, is_json=settings.log_format == "json")
        asyncio.run(_run(settings, file_warnings(settings)))


async def _run(settings: Settings, careless: Sequence[str]) -> None:
    async with open_session(settings) as session:
        _check(session)
        tell([*careless, *mail_warnings(settings, session.ring)])
        if not settings.smtp_host:
            typer.echo("No mail server is set (COMMENTSVC_SMTP_HOST): only webhooks are called.", err=True)
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        session.store.obey(ReadOnlySwitch(SYSTEM_CLOCKS.monotonic))
        async with working(new_worker(settings, session.ring, session.store)):
            log.info("worker_started")
            await stop.wait()
        log.info("worker_stopped")


def _check_role(settings: Settings) -> None:
    if settings.is_public:
        raise SettingsError(
            "COMMENTSVC_ROLE=public is for the service: the worker is the process that holds the private key. Give it "
            "the whole key file, and leave COMMENTSVC_ROLE out."
        )


def _check(session: Session) -> None:
    """Refuse to take the place of a worker that can send; without mail nothing has to be opened."""
    if session.settings.smtp_host and not session.ring.may_open:
        raise SettingsError(
            f"The key file {session.settings.key_file} has no private key, so no address can be opened to send mail "
            "to. Give the worker the whole key file, or leave COMMENTSVC_SMTP_HOST out."
        )
