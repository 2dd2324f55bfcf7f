"""The service stops under nginx: readers go on from answers that are stale by then; it starts, and posting resumes."""

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
        page = client.ask(f"/read?{_ABOUT}")  # its form is each reader's own, so nobody keeps it
        assert (page.status, page.headers["Cache-Control"]) == (503, "no-store")

        service.start()
        assert {_post(client).status for _ in range(2)} == {202}
        assert client.ask(f"/read?{_ABOUT}").status == 200
        until(lambda: client.ask(_SOON_STALE[0]).cache == "HIT")
