"""The panic switch, turned by a command beside a running service, which obeys within seconds."""

import json
import time
from typing import Any
from urllib.parse import urlencode

from tests.support.process import ARTICLE, KEY, ORIGIN, Answer, ServiceProcess

THREAD = f"/api/v1/thread?{urlencode({'site': KEY, 'url': ARTICLE})}"
_JSON = {"Content-Type": "application/json", "Origin": ORIGIN}
_PATIENCE_SECONDS = 30


def _post(service: ServiceProcess, words: str) -> Answer:
    fields = {"site": KEY, "url": ARTICLE, "name": "Ada", "email": "ada@mail.example", "body": words}
    return service.ask("POST", "/api/v1/comments", headers=_JSON, body=json.dumps(fields).encode())


def _turn(service: ServiceProcess, to: str, *, answers: int) -> Answer:
    """Turn the switch, and post until the service knows of it; the first answer that is as it should be."""
    service.run("panic", to)
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while (answer := _post(service, f"Words of {time.monotonic()}.")).status != answers:
        assert time.monotonic() < deadline, (answer.status, answer.body)
        time.sleep(0.2)
    return answer


def _read(service: ServiceProcess) -> dict[str, Any]:
    answer = service.ask("GET", THREAD)
    assert answer.status == 200
    found: dict[str, Any] = json.loads(answer.body)
    return found


def test_it_holds_freezes_and_writes_nothing_and_then_all_is_as_before(running: ServiceProcess) -> None:
    running.run("site", "edit", KEY, "--hold", "nothing")
    public = json.loads(_turn(running, "off", answers=201).body)["comment"]["id"]

    _turn(running, "hold", answers=202)
    assert _read(running)["thread"]["policy"]["hold"] == "everything"

    frozen = _turn(running, "freeze", answers=409)
    assert json.loads(frozen.body)["code"] == "thread_closed"
    assert _read(running)["thread"]["open"] is False
    likes = f"/api/v1/comments/{public}/likes"
    liked = json.dumps({"reader": "a" * 32, "liked": True}).encode()
    assert running.ask("POST", likes, headers=_JSON, body=liked).status == 200

    refused = _turn(running, "read-only", answers=503)
    assert json.loads(refused.body)["code"] == "storage_unavailable"
    assert refused.header("Retry-After") == "60"
    assert running.ask("POST", likes, headers=_JSON, body=liked.replace(b"true", b"false")).status == 503
    before = _read(running)["comments"]
    assert public in {each["id"] for each in before}

    _turn(running, "off", answers=201)
    shown = _read(running)
    assert shown["thread"]["open"] is True
    assert [each["likes"] for each in shown["comments"] if each["id"] == public] == [1]
