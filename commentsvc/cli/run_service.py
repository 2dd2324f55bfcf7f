"""``commentsvc serve``: the service."""

import asyncio
import errno
import socket
from collections.abc import Mapping

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp
from typing_extensions import override

from commentsvc.app import create_app
from commentsvc.cli.keys_of_role import keys_of_role
from commentsvc.cli.session import clear_end, open_session
from commentsvc.cli.warnings_at_start import file_warnings, mail_warnings, tell
from commentsvc.logs import set_up_logs
from commentsvc.moderation.live import Live
from commentsvc.settings import Settings, SettingsError, load_settings
from commentsvc.web.answer_at_once import AnswersAtOnce

_KEEP_ALIVE_SECONDS = 20
_CONNECTIONS = 1_000
_SHUTDOWN_SECONDS = 20


def serve() -> None:
    """Run the service, until it is told to stop."""
    with clear_end():
        settings = load_settings()
        set_up_logs(level=settings.log_level, is_json=settings.log_format == "json")
        careless = file_warnings(settings)
        asyncio.run(check_installation(settings))
        ring = keys_of_role(settings)
        tell([*careless, *mail_warnings(settings, ring)])
        listening = listen(settings.host, settings.port)
        app = create_app(settings, ring)
        server = server_for(app)
        with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:  # uvloop, where it is installed
            runner.run(server.serve(sockets=[listening]))


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


class _Server(uvicorn.Server):
    """A server that ends what would last for ever before it waits for what is being answered."""

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await end_streams(self.config.app)
        await super().shutdown(sockets)


async def end_streams(app: object) -> None:
    """Let go of everybody who follows the queue; their pages come back when the service is there again."""
    parts: Mapping[type, object] = getattr(app.state, "parts", {}) if isinstance(app, Starlette) else {}
    live = parts.get(Live)
    if isinstance(live, Live):
        await live.close()


def server_for(app: ASGIApp) -> uvicorn.Server:
    """A server that logs through us alone, believes no proxy header, and lets nobody wait for ever."""
    config = uvicorn.Config(
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
    )
    return _Server(config)
