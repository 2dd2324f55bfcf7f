"""Varnish keeps what readers see for an hour, is told what to forget, and serves on while the service is down."""

import json
from urllib.parse import urlencode

import brotli
import pytest

from tests.caches.conftest import Front, Response, until
from tests.support.process import KEY, ORIGIN

_ONE, _OTHER = f"{ORIGIN}/one", f"{ORIGIN}/another"
AN_HOUR, A_SECOND = 3_600, 1


def _thread(article: str) -> str:
    return f"/api/v1/thread?{urlencode({'site': KEY, 'url': article})}"


def _post(front: Front, article: str, words: str, **headers: str) -> Response:
    fields = {"site": KEY, "url": article, "name": "Ada", "email": "ada@mail.example", "body": words}
    given = {"Content-Type": "application/json", "Origin": ORIGIN, **headers}
    return front.ask("/api/v1/comments", method="POST", headers=given, body=json.dumps(fields).encode())


def _state(front: Front, article: str) -> tuple[str, int]:
    """Whether it came from the cache, and how many comments it has."""
    answer = front.ask(_thread(article))
    assert answer.status == 200
    return answer.headers["x-cache"], len(json.loads(answer.body)["comments"])


@pytest.mark.parametrize("front", [AN_HOUR], indirect=True)
def test_a_comment_purges_its_thread_and_no_other(front: Front) -> None:
    for article in (_ONE, _OTHER):
        assert _post(front, article, "First words.").status == 201
    until(lambda: [_state(front, article) for article in (_ONE, _OTHER)] == [("HIT", 1)] * 2)
    assert _post(front, _ONE, "Second words.").status == 201
    until(lambda: _state(front, _ONE) == ("HIT", 2))
    assert _state(front, _OTHER) == ("HIT", 1)
    for counted in (f"/api/v1/counts?{urlencode({'site': KEY, 'url': _ONE})}", f"/feed?{urlencode({'site': KEY})}"):
        assert front.ask(counted).status == 200
        assert front.ask(counted).headers["x-cache"] == "HIT"


@pytest.mark.parametrize("front", [AN_HOUR], indirect=True)
def test_each_encoding_is_kept_apart_and_nothing_personal_is_kept(front: Front) -> None:
    assert _post(front, _ONE, "Words. " * 200).status == 201
    plain = front.ask(_thread(_ONE)).body
    as_browsers = {"Accept-Encoding": "gzip, deflate, br, zstd"}
    front.ask(_thread(_ONE), headers=as_browsers)
    packed = front.ask(_thread(_ONE), headers=as_browsers)
    assert packed.headers["content-encoding"] == "br"
    assert brotli.decompress(packed.body) == plain
    assert packed.headers["x-cache"] == "HIT"
    assert "surrogate-key" not in packed.headers
    for personal in ({"Cookie": "a=b"}, {"Authorization": "Bearer x"}):
        assert [front.ask(_thread(_ONE), headers=personal).headers["x-cache"] for _ in range(2)] == ["MISS"] * 2
    page = f"/read?{urlencode({'site': KEY, 'url': _ONE})}"
    assert [front.ask(page).headers["x-cache"] for _ in range(2)] == ["MISS"] * 2


@pytest.mark.parametrize("front", [AN_HOUR], indirect=True)
def test_only_the_service_purges_and_only_by_key(front: Front) -> None:
    assert front.ask("/", method="PURGE").status == 403
    assert front.ask("/", method="PURGE", headers={"xkey-purge": "nothing-of-ours"}).status == 200
    assert {front.ask(path).status for path in ("/metrics", "/readyz")} == {404}
    reached = _post(front, _ONE, "From nowhere.", **{"X-Forwarded-For": "not an address", "Forwarded": "for=evil"})
    assert reached.status == 201


@pytest.mark.parametrize("front", [A_SECOND], indirect=True)
def test_while_the_service_is_down_readers_read_on(front: Front) -> None:
    assert _post(front, _ONE, "Words that stay.").status == 201
    until(lambda: _state(front, _ONE)[1] == 1)
    front.service.stop()
    until(lambda: int(front.ask(_thread(_ONE)).headers["age"]) > A_SECOND + 1)
    assert _state(front, _ONE) == ("HIT", 1)
    assert _post(front, _ONE, "Too soon.").status == 503
    front.service.start()
    until(lambda: _post(front, _ONE, "And again.").status == 201)
    until(lambda: _state(front, _ONE)[1] == 2)
