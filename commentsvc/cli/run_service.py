"""``commentsvc serve``: the service."""

import asyncio
import errno
import socket
from typing import Annotated, Any

import typer
import uvicorn
from starlette.types import ASGIApp
from uvicorn.supervisors import Multiprocess

from commentsvc.app import create_app
from commentsvc.cli.keys_of_role import keys_of_role
from commentsvc.cli.session import clear_end, open_session
from commentsvc.cli.warnings_at_start import file_warnings, mail_warnings, tell
from commentsvc.logs import set_up_logs
from commentsvc.settings import Settings, SettingsError, load_settings
from commentsvc.web.answer_at_once import AnswersAtOnce

_APP = "commentsvc.cli.run_service:app_of_process"
_KEEP_ALIVE_SECONDS = 20
_CONNECTIONS = 1_000
_SHUTDOWN_SECONDS = 20


def serve(
    workers: Annotated[
        int, typer.Option(min=1, max=64, help="Processes that answer; as many as the machine has cores, at most.")
    ] = 1,
) -> None:
    """Run the service, until it is told to stop."""
    with clear_end():
        settings = load_settings()
        set_up_logs(level=settings.log_level, is_json=settings.log_format == "json")
        careless = file_warnings(settings)
        asyncio.run(check_installation(settings))
        ring = keys_of_role(settings)
        tell([*careless, *mail_warnings(settings, ring)])
        with listen(settings.host, settings.port) as listening:
            if workers > 1:
                Multiprocess(_config(_APP, workers=workers, factory=True), [listening]).run()
                return
            server = server_for(create_app(settings, ring))
            with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:  # uvloop, if it is there
                runner.run(server.serve(sockets=[listening]))


def app_of_process() -> ASGIApp:
    """The application of one of several processes, from the settings that all of them inherit."""
    settings = load_settings()
    set_up_logs(level=settings.log_level, is_json=settings.log_format == "json")
    return create_app(settings, keys_of_role(settings))


async def check_installation(settings: Settings) -> None:
    """Open everything once, so that what is wrong is told in one sentence before the service starts."""
    async with open_session(settings):
        pass


def listen(host: str, port: int) -> socket.socket:
    """A listening socket.

    Raises:
        SettingsError: The port is taken, or the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named, because only then does the event loop send small answers without waiting (TCP_NODELAY).
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise SettingsError(
                f"Port {port} on {host} is taken. Stop what uses it, or set COMMENTSVC_PORT to another."
            ) from None
        raise SettingsError(f"Cannot listen on {host}:{port}: {error.strerror}.") from None
    return listening


def server_for(app: ASGIApp) -> uvicorn.Server:
    """A server that logs through us alone, believes no proxy header, and lets nobody wait for ever."""
    return uvicorn.Server(_config(app))


def _config(app: ASGIApp | str, **more: Any) -> uvicorn.Config:  # noqa: ANN401 - the library's own settings
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=True,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
        limit_concurrency=_CONNECTIONS,
        http=AnswersAtOnce,
        lifespan="on",
        **more,
    )
