"""The peer: Isso, installed into an environment of its own, on the server's core, with a thread like ours."""

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.installation import COMMENTS, SERVER_CORE, words
from bench.measure_writes import Posting
from tests.support.process import HOST, free_port

VERSION = "0.14.0"
_PACKAGES = (f"isso=={VERSION}", "gunicorn==27.0.1")
_WORKERS = 4
"""As its own documentation starts it; one of them alone is slower on the same core."""
_URI = "/?uri=%2Fan-article"
FIRST_PAGE, WHOLE = f"{_URI}&limit=20", _URI
"""Twenty roots, as our page has them; all comments, as its own script asks for them."""
_CONFIG = """
[general]
dbpath = {folder}/comments.db
host = http://127.0.0.1/
[guard]
enabled = false
[moderation]
enabled = false
"""
_WAIT_SECONDS = 20.0


def install_isso(folder: Path) -> str | None:
    """Install it below this folder; None if that went well, else why it did not."""
    for command in (
        [sys.executable, "-m", "venv", str(folder)],
        [str(folder / "bin" / "pip"), "install", "-q", "--disable-pip-version-check", *_PACKAGES],
    ):
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if done.returncode:
            return done.stderr.strip().rpartition("\n")[2] or f"exit code {done.returncode}"
    return None


@contextmanager
def running_isso(folder: Path) -> Iterator[int]:
    """It serves an article with as many public comments as ours; its port."""
    port = free_port()
    (folder / "isso.cfg").write_text(_CONFIG.format(folder=folder))
    with (folder / "output.txt").open("ab") as output:
        process = subprocess.Popen(
            [
                str(folder / "bin" / "gunicorn"),
                *("-w", str(_WORKERS), "--preload", "-b", f"{HOST}:{port}", "isso.run"),
            ],
            cwd=folder,
            env=os.environ | {"ISSO_SETTINGS": str(folder / "isso.cfg")},
            preexec_fn=lambda: os.sched_setaffinity(0, {SERVER_CORE}),  # noqa: PLW1509 - nothing else runs here
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        _wait(port)
        for number in range(COMMENTS):
            _post(port, number)
        yield port
    finally:
        process.terminate()
        process.wait(_WAIT_SECONDS)


def isso_posting(port: int) -> Posting:
    """Comments for it, in the form that it takes."""
    return Posting(port, request, b"201")


def request(number: int) -> bytes:
    """A post as its script sends it; published at once."""
    body = _body(number)
    head = (
        f"POST /new?uri=%2Fanother HTTP/1.1\r\nHost: {HOST}\r\nOrigin: http://{HOST}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _body(number: int) -> bytes:
    fields = {"author": f"Reader {number}", "email": f"reader{number}@mail.example", "text": words(number)}
    return json.dumps(fields | {"website": None, "parent": None, "title": "An article"}).encode()


def _wait(port: int) -> None:
    deadline = time.monotonic() + _WAIT_SECONDS
    while True:
        try:
            _ask(port, "GET", "/info")
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


def _post(port: int, number: int) -> None:
    status = _ask(port, "POST", f"/new{_URI[1:]}", _body(number))
    assert status == 201, status  # noqa: PLR2004 - 201 Created


def _ask(port: int, method: str, path: str, body: bytes | None = None) -> int:
    connection = http.client.HTTPConnection(HOST, port, timeout=10)
    try:
        connection.request(method, path, body, {"Content-Type": "application/json", "Origin": f"http://{HOST}"})
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()
