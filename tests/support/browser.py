"""A real Chromium for a test session, and the peace between it and asynchronous tests.

Playwright's synchronous interface keeps an event loop marked as running in its thread for as long as it lives, so no
other loop may run there. It is set aside while a test runs that has no browser.
"""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from playwright.sync_api import Browser, Playwright, expect, sync_playwright

_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
"""Best first: the one that is made without windows opens a page for a sixth of the processor time."""
_PATIENCE_MS = 30_000
"""What is expected may take so long on a busy machine; what is there at once is not waited for."""
_FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",  # containers have little of it
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",
)


class BrowserLoop:
    """The event loop of this process's Playwright, while there is one."""

    _loop: ClassVar[asyncio.AbstractEventLoop | None] = None

    @classmethod
    @contextmanager
    def of_playwright(cls) -> Iterator[Playwright]:
        """Run Playwright, and remember its loop so that it can be set aside."""
        playwright = sync_playwright().start()
        cls._loop = asyncio.get_running_loop()
        try:
            yield playwright
        finally:
            asyncio._set_running_loop(cls._loop)
            playwright.stop()
            cls._loop = None

    @classmethod
    @contextmanager
    def set_aside(cls) -> Iterator[None]:
        """Let other event loops run in this thread."""
        if cls._loop is not None:
            asyncio._set_running_loop(None)
        try:
            yield
        finally:
            if cls._loop is not None:
                asyncio._set_running_loop(cls._loop)


@contextmanager
def open_chromium() -> Iterator[Browser]:
    """Start the machine's Chromium, or Playwright's own if there is none, without a window."""
    expect.set_options(timeout=_PATIENCE_MS)
    executable = next(filter(None, map(shutil.which, _NAMES)), None)
    with BrowserLoop.of_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(_FLAGS), headless=True)
        yield browser
        browser.close()
