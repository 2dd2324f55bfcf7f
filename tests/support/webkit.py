"""WebKit in its GTK port's small browser on a screen in memory, driven by WebDriver over HTTP."""

import http.client
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.process import HOST, free_port
from tests.support.webdriver import EnginePage

_START_SECONDS = 60.0
_END_SECONDS = 30.0
_POLL_SECONDS = 0.05
_BROWSERS = "usr/lib/*/webkit2gtk-4.*/MiniBrowser"
_MOST_DIGITS = 20
_PATHS = {
    "Navigate": "url",
    "Refresh": "refresh",
    "ExecuteScript": "execute/sync",
    "PerformActions": "actions",
    "SetWindowRect": "window/rect",
    "FullscreenWindow": "window/fullscreen",
    "TakeScreenshot": "screenshot",
}
_READING = {"TakeScreenshot"}


class WebKitDriver:
    """A driver's session.

    Source:
        W3C WebDriver, section 6.1 (commands and their addresses).
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._session = ""

    def is_ready(self) -> bool:
        """Whether the driver listens."""
        try:
            return bool(self._ask("GET", "/status", None)["ready"])
        except OSError:
            return False

    def start(self, binary: Path) -> None:
        """Start the browser."""
        options = {"binary": str(binary), "args": ["--automation", "--full-screen"]}
        wanted = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}}
        self._session = self._ask("POST", "/session", wanted)["sessionId"]

    def send(self, name: str, parameters: dict[str, object]) -> Any:
        """A command, and its answer."""
        reads = name in _READING
        path = f"/session/{self._session}/{_PATHS[name]}"
        return self._ask("GET" if reads else "POST", path, None if reads else parameters)

    def end(self) -> None:
        """Close the browser."""
        self._ask("DELETE", f"/session/{self._session}", None)

    def _ask(self, method: str, path: str, body: dict[str, Any] | None) -> Any:
        connection = http.client.HTTPConnection(HOST, self._port, timeout=60)
        try:
            connection.request(method, path, None if body is None else json.dumps(body).encode())
            answer = connection.getresponse()
            value = json.loads(answer.read())["value"]
        finally:
            connection.close()
        assert answer.status == http.HTTPStatus.OK, f"{method} {path}: {value}"
        return value


@contextmanager
def open_webkit(folder: Path, *, width: int, height: int, dark: bool = False) -> Iterator[EnginePage]:
    """Somebody with a WebKit that keeps nothing when it ends.

    Args:
        folder: Takes what the processes write.
        width: Of what the page gets, in CSS pixels.
        height: The same.
        dark: Whether the desktop is set to dark.
    """
    driver = shutil.which("WebKitWebDriver")
    binary = next(Path("/").glob(_BROWSERS), None)
    assert driver is not None, "WebKitWebDriver is missing: .ci/prepare engines"
    assert binary is not None, "WebKit's MiniBrowser is missing: .ci/prepare engines"
    port = free_port()
    with _screen(width, height) as display, (folder / "output.txt").open("wb") as output:
        environment = os.environ | {"DISPLAY": display, "HOME": str(folder)}
        environment["GTK_THEME"] = "Adwaita:dark" if dark else "Adwaita"
        command = [driver, f"--host={HOST}", f"--port={port}"]
        with _running(command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output):
            wire = WebKitDriver(port)
            _wait_for(wire)
            wire.start(binary)
            try:
                wire.send("FullscreenWindow", {})  # with its bars, a window is at least 447 px wide
                wire.send("SetWindowRect", {"width": width, "height": height})
                page = EnginePage(wire.send)
                page.wait(lambda: bool(page.evaluate("innerWidth") == width), f"a window of {width} px")
                yield page
            finally:
                wire.end()


def _wait_for(wire: WebKitDriver) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not wire.is_ready():
        assert time.monotonic() < deadline, "WebKitWebDriver did not start"
        time.sleep(_POLL_SECONDS)


@contextmanager
def _screen(width: int, height: int) -> Iterator[str]:
    """A screen in memory; its name for ``DISPLAY``."""
    server = shutil.which("Xvfb")
    assert server is not None, "Xvfb is missing: .ci/prepare engines"
    reading, writing = os.pipe()
    size = f"{max(width, 1280)}x{max(height, 1024)}x24"
    command = [server, "-displayfd", str(writing), "-screen", "0", size, "-nolisten", "tcp"]
    try:
        with _running(command, pass_fds=(writing,), stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL):
            os.close(writing)
            yield f":{os.read(reading, _MOST_DIGITS).decode().strip()}"
    finally:
        os.close(reading)


@contextmanager
def _running(command: list[str], **options: Any) -> Iterator[None]:
    """A process that is asked to end at the end."""
    process = subprocess.Popen(command, **options)
    try:
        yield
    finally:
        process.terminate()
        process.wait(_END_SECONDS)
