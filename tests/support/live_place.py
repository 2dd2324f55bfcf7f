"""The service where a real browser reaches it, with the test's own hands on what stands behind it."""

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Self, TypeVar

import uvicorn
from playwright.sync_api import Page

from tests.support import migrated
from tests.support.moderation import PASSWORD, Place, open_place

T = TypeVar("T")

LISTEN = """
addEventListener("securitypolicyviolation", (event) => {
  console.error(`violation: ${event.violatedDirective} ${event.blockedURI}`);
});
"""
"""A script that reports on the console what a page's own policy forbade."""


class LivePlace:
    """The service on a port of this machine, in a thread of its own, because this one belongs to the browser."""

    def __init__(self, folder: Path) -> None:
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self._socket.listen()
        self.origin = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._url = migrated.copy_sqlite(folder / "comments.db")
        self._loop = asyncio.new_event_loop()
        self._is_up = threading.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),))

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._is_up.wait(30)
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._loop.close()

    def do(self, work: Callable[[Place], Coroutine[Any, Any, T]]) -> T:
        """Run something in the service's own loop."""
        return asyncio.run_coroutine_threadsafe(work(self._place), self._loop).result(30)

    async def _serve(self) -> None:
        async with open_place(self._url, origin=self.origin) as self._place:
            config = uvicorn.Config(self._place.app, lifespan="off", log_config=None, access_log=False)
            self._server = uvicorn.Server(config)
            serving = asyncio.create_task(self._server.serve(sockets=[self._socket]))
            self._is_up.set()  # the socket is bound: what comes before the server listens has to wait a moment
            await serving


def sign_in(page: Page, origin: str, email: str = "mo@desk.example") -> None:
    """Come to the queue by address and password."""
    page.goto(f"{origin}/moderation")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Moderation queue").wait_for()
