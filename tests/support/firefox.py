"""Firefox without a window, driven by Marionette: WebDriver's commands over a socket of Firefox's own."""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.process import HOST, free_port
from tests.support.webdriver import EnginePage

_NAMES = ("firefox-esr", "firefox")
_START_SECONDS = 60.0
_END_SECONDS = 30.0
_POLL_SECONDS = 0.05
_FLAGS = ("--headless", "--no-remote", "--marionette", "--profile")
# Its windows are else at least 500 px wide.
_NARROW = "#main-window { min-width: 0 !important; }"


class Marionette:
    """One connection. A message is its length in bytes, a colon, and JSON: ``[0, number, command, parameters]``.

    Source:
        Firefox source documentation, "Marionette: Protocol".
    """

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection((HOST, port), timeout=60)
        self._stream = self._socket.makefile("rb")
        self._receive()  # it introduces itself

    def send(self, name: str, parameters: dict[str, object]) -> Any:
        """A command of WebDriver, and its answer."""
        return self.command(f"WebDriver:{name}", parameters)

    def command(self, name: str, parameters: dict[str, object]) -> Any:
        """Any command of Marionette's."""
        message = json.dumps([0, 1, name, parameters]).encode()
        self._socket.sendall(b"%d:%b" % (len(message), message))
        _kind, _number, error, answer = self._receive()
        assert error is None, f"{name}: {error}"
        return answer["value"] if answer.keys() == {"value"} else answer

    def close(self) -> None:
        """End the connection."""
        self._stream.close()
        self._socket.close()

    def _receive(self) -> Any:
        digits = b""
        while not digits.endswith(b":"):
            read = self._stream.read(1)
            assert read, "Firefox closed the connection"
            digits += read
        return json.loads(self._stream.read(int(digits[:-1])))


@contextmanager
def open_firefox(folder: Path, *, width: int, height: int, dark: bool = False) -> Iterator[EnginePage]:
    """Somebody with a Firefox and a profile of their own.

    Args:
        folder: Empty; becomes the profile.
        width: Of what the page gets, in CSS pixels.
        height: The same.
        dark: Whether the system is set to dark.
    """
    executable = next(filter(None, map(shutil.which, _NAMES)), None)
    assert executable is not None, "Firefox is missing: .ci/prepare engines"
    port = free_port()
    _write_profile(folder, port=port, dark=dark)
    with (folder / "output.txt").open("wb") as output:
        process = subprocess.Popen(
            [executable, *_FLAGS, str(folder)],
            env=os.environ | {"HOME": str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        wire = _connect(port, process)
        wire.send("NewSession", {})
        page = EnginePage(wire.send)
        frame = page.evaluate("outerHeight - innerHeight")
        wire.send("SetWindowRect", {"width": width, "height": height + frame})
        page.wait(lambda: bool(page.evaluate("innerWidth") == width), f"a window of {width} px")
        yield page
        wire.command("Marionette:Quit", {"flags": ["eForceQuit"]})
        wire.close()
        process.wait(_END_SECONDS)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def _connect(port: int, process: "subprocess.Popen[bytes]") -> Marionette:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        assert process.poll() is None, "Firefox ended at its start"
        try:
            return Marionette(port)
        except OSError:
            assert time.monotonic() < deadline, "Firefox did not start"
            time.sleep(_POLL_SECONDS)


def _write_profile(folder: Path, *, port: int, dark: bool) -> None:
    preferences = {
        "marionette.port": port,
        "toolkit.legacyUserProfileCustomizations.stylesheets": True,
        "ui.systemUsesDarkTheme": int(dark),
        "layout.css.prefers-color-scheme.content-override": 2,  # as the system
    }
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in preferences.items()]
    (folder / "user.js").write_text("\n".join(lines))
    (folder / "chrome").mkdir()
    (folder / "chrome" / "userChrome.css").write_text(_NARROW)
