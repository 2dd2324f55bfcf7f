"""The service stops under nginx: readers go on from answers that are stale by then; it starts, and posting resumes."""

import html
import json
import re
from pathlib import Path
from urllib.parse import urlencode

import pytest

from commentsvc.domain.errors import StorageUnavailableError
from tests.deploy.conftest import Client, Response, until
from tests.support import migrated
from tests.support.nginx import running_nginx
from tests.support.process import ARTICLE, KEY, ORIGIN, running_process

_ABOUT = urlencode({"site": KEY, "url": ARTICLE})
_SOON_STALE = (f"/api/v1/thread?{_ABOUT}", f"/api/v1/counts?{_ABOUT}", f"/feed?{_ABOUT}")
_DAY_SECONDS = 86_400


def _post(client: Client) -> Response:
    fields = {"site": KEY, "url": ARTICLE, "name": "Ada", "email": "ada@mail.example", "body": "Once, please."}
    headers = {"Origin": ORIGIN, "Content-Type": "application/json", "Idempotency-Key": "the-same-key"}
    return client.ask("/api/v1/comments", method="POST", headers=headers, body=json.dumps(fields).encode())


def _may_stand_in_seconds(answer: Response) -> int:
    found = re.search(r"stale-if-error=(\d+)", answer.headers["Cache-Control"])
    assert found is not None
    return int(found[1])


@pytest.mark.timeout(300)
def test_readers_read_on_for_a_day_and_posting_resumes(tmp_path: Path) -> None:
    (tmp_path / "nginx").mkdir()
    settings = {"COMMENTSVC_THREAD_SHARED_MAX_AGE_SECONDS": "1"}
    url = migrated.copy_sqlite(tmp_path / "comments.db")
    with (
        running_process(url, tmp_path, settings=settings) as service,
        running_nginx(tmp_path / "nginx", upstream=f"127.0.0.1:{service.port}") as nginx,
    ):
        client = Client(nginx)
        before = {target: client.ask(target) for target in (*_SOON_STALE, "/embed.js")}
        assert {answer.status for answer in before.values()} == {200}
        assert min(map(_may_stand_in_seconds, before.values())) >= _DAY_SECONDS
        service.stop()

        for target in _SOON_STALE:
            until(lambda target=target: client.ask(target).cache in {"STALE", "UPDATING"})  # type: ignore[misc]
            answer = client.ask(target)
            assert (answer.status, answer.text) == (200, before[target].text)
            assert answer.cache in {"STALE", "UPDATING"}
        assert client.ask("/embed.js").text == before["/embed.js"].text
        refused = _post(client)
        assert (refused.status, json.loads(refused.text)["code"]) == (503, StorageUnavailableError.code)
        assert int(refused.headers["Retry-After"]) > 0

        service.start()
        assert {_post(client).status for _ in range(2)} == {202}
        until(lambda: client.ask(_SOON_STALE[0]).cache == "HIT")


_PAGE = f"/read?{_ABOUT}"
_WORDS = "Seen by whoever reads."
_MODERATOR = "moderator@news.example"


def _form_of(page: Response) -> dict[str, str]:
    """What the form sends by itself."""
    assert page.text.count("<form") == 1
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text)
    return {name: html.unescape(value) for name, value in hidden}


def _kept(client: Client) -> str:
    """Everything in the cache."""
    files = [file for file in (client.nginx.output.parent / "answers").rglob("*") if file.is_file()]
    return "\n".join(file.read_bytes().decode(errors="replace") for file in files)


def _send(client: Client, form: dict[str, str], words: str) -> Response:
    sent = urlencode(form | {"name": "Ada", "body": words, "email": "ada@mail.example", "subject": ""})
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    return client.ask("/read", method="POST", headers=headers, body=sent.encode())


@pytest.mark.timeout(300)
def test_the_page_without_javascript_is_read_without_its_form_and_takes_comments_again(tmp_path: Path) -> None:
    (tmp_path / "nginx").mkdir()
    settings = {"COMMENTSVC_THREAD_SHARED_MAX_AGE_SECONDS": "1", "COMMENTSVC_TRUSTED_PROXIES": "127.0.0.1/32"}
    url = migrated.copy_sqlite(tmp_path / "comments.db")
    with (
        running_process(url, tmp_path, settings=settings) as service,
        running_nginx(tmp_path / "nginx", upstream=f"127.0.0.1:{service.port}") as nginx,
    ):
        client = Client(nginx)
        service.run("moderator", "add", _MODERATOR, "--role", "owner")
        assert _send(client, _form_of(client.ask(_PAGE)), _WORDS).status == 200
        (comment,) = re.findall(r"^[a-z2-7]{24}\b", service.run("queue", "list", "--as", _MODERATOR), re.MULTILINE)
        service.run("queue", "decide", comment, "approve", "--as", _MODERATOR)
        until(lambda: _WORDS in client.ask(_PAGE).text and _WORDS in _kept(client))
        form = _form_of(client.ask(_PAGE))
        service.stop()

        for page in (_PAGE, f"{_PAGE}&parent={comment}"):
            answer = client.ask(page)
            assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-store")
            assert _WORDS in answer.text
            assert "Comments cannot be saved just now." in answer.text
            assert "<form" not in answer.text
        assert client.ask(_PAGE, method="HEAD").status == 200
        assert client.ask(f"{_PAGE}&sort=newest").status == 503  # nobody had read it in this order
        assert _send(client, form, "Sent meanwhile.").status == 503
        assert "form_token" not in _kept(client)

        service.start()
        assert {_send(client, form, "Sent meanwhile.").status for _ in range(2)} == {200}
        assert _send(client, _form_of(client.ask(_PAGE)), "Sent afterwards.").status == 200
        waiting = service.run("queue", "list", "--as", _MODERATOR)
        assert [waiting.count(words) for words in ("Sent meanwhile.", "Sent afterwards.")] == [1, 1]
