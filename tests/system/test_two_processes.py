"""Two services on one database: what a third process publishes is soon read from both, although they keep answers."""

import time
from pathlib import Path
from urllib.parse import urlencode

from bench.installation import publish_everything
from tests.support.process import ARTICLE, KEY, ORIGIN, ServiceProcess, running_process

THREAD = f"/api/v1/thread?{urlencode({'site': KEY, 'url': ARTICLE})}"
_PATIENCE_SECONDS = 60


def test_what_one_publishes_the_other_soon_shows(database_url: str, tmp_path: Path) -> None:
    with running_process(database_url, tmp_path) as one:
        second = tmp_path / "second"
        second.mkdir()
        two = ServiceProcess(database_url, second, {"COMMENTSVC_KEY_FILE": str(one.key_file)})
        two.start()
        try:
            for number in range(2):
                for service in (one, two):  # each keeps what it has now
                    assert service.ask("GET", THREAD).body.count(b'"parent"') == number
                posted = one.ask(
                    "POST",
                    "/api/v1/comments",
                    headers={"Content-Type": "application/json", "Origin": ORIGIN},
                    body=b'{"site":"news","url":"%s","name":"Ada","email":"ada@mail.example","body":"%d"}'
                    % (ARTICLE.encode(), number),
                )
                assert posted.status == 202
                assert publish_everything(database_url) == 1
                deadline = time.monotonic() + _PATIENCE_SECONDS
                for service in (one, two):
                    while service.ask("GET", THREAD).body.count(b'"parent"') != number + 1:
                        assert time.monotonic() < deadline
        finally:
            two.kill()
