"""200 people who guess passwords at once cost readers next to nothing: two are hashed at a time, ten wait."""

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from urllib.parse import urlencode

import psutil
import pytest

from tests.support import migrated
from tests.support.process import ARTICLE, KEY, ServiceProcess, running_process
from tests.system.readers import hidden_field

_GUESSES = 200
_AT_ONCE = 40
"""Threads of this test; the service has all their requests before it has hashed the first two passwords."""
_THREAD = f"/api/v1/thread?{urlencode({'site': KEY, 'url': ARTICLE})}"
_SIGN_IN = "/moderation/sign-in"
_MOST_MEMORY = 200 * 1024 * 1024
_PATIENCE_SECONDS = 1.0
"""Of a reader: what a hash takes on a slow machine, and far below what 200 of them take one after the other."""


@pytest.fixture
def service(tmp_path: Path) -> Iterator[ServiceProcess]:
    settings = {"COMMENTSVC_TRUSTED_PROXIES": "127.0.0.1/32"}
    with running_process(migrated.copy_sqlite(tmp_path / "comments.db"), tmp_path, settings=settings) as running:
        yield running


def _form(service: ServiceProcess, number: int) -> tuple[dict[str, str], dict[str, str]]:
    """Headers and fields of one guess, each from a network of its own."""
    page = service.ask("GET", _SIGN_IN)
    cookie = (page.header("Set-Cookie") or "").partition(";")[0]
    headers = {
        "Cookie": cookie,
        "Content-Type": "application/x-www-form-urlencoded",
        "Origin": service.public_url,
        "Sec-Fetch-Site": "same-origin",
        "X-Forwarded-For": f"10.0.{number}.1",
    }
    token = hidden_field(page.body, "csrf_token")
    return headers, {"csrf_token": token, "email": f"m{number}@desk.example", "password": "a wrong guess", "next": ""}


def _read_until(service: ServiceProcess, is_over: Event) -> list[float]:
    took = []
    while not is_over.is_set():
        began = time.monotonic()
        assert service.ask("GET", _THREAD).status == 200
        took.append(time.monotonic() - began)
    return sorted(took)


def test_guesses_wait_or_are_refused_and_readers_read_on(service: ServiceProcess) -> None:
    process = psutil.Process(service.pid)
    forms = [_form(service, number) for number in range(_GUESSES)]
    before = process.memory_info().rss

    def guess(form: tuple[dict[str, str], dict[str, str]]) -> int:
        headers, fields = form
        return service.ask("POST", _SIGN_IN, headers=headers, body=urlencode(fields).encode()).status

    is_over = Event()
    with ThreadPoolExecutor(_AT_ONCE + 1) as people:
        reading = people.submit(_read_until, service, is_over)
        answers = Counter(people.map(guess, forms))
        peak = process.memory_info().rss
        is_over.set()
        took = reading.result()
    assert answers.keys() == {401, 503}
    assert answers[503] > 0
    assert peak - before < _MOST_MEMORY
    assert took[int(len(took) * 0.99)] < _PATIENCE_SECONDS
