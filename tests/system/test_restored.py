"""A service that moves to the other engine by its backup goes on as if nothing had happened."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import pytest

from commentsvc.domain.history_file import check_file
from tests.support.mail_server import open_postbox
from tests.support.migrated import sqlite_url
from tests.support.process import ARTICLE, KEY, ServiceProcess, running_process, running_worker
from tests.system.canaries import Canary, ipv4
from tests.system.reader_mails import link_in, mail_settings, press
from tests.system.readers import JSON, post, submission
from tests.system.signed_in import PASSWORD, Moderator

READERS = [Canary(number, ipv4(number)) for number in range(283, 286)]
MODERATOR = Canary(286, ipv4(286))
ANSWERED, WAITING = READERS[0], READERS[2]
CONFIRMED = {"do": "confirm", "scope": "replies", "frequency": "each"}
THREAD = f"/api/v1/thread?{urlencode({'site': KEY, 'url': ARTICLE})}"
SEARCH = f"/moderation/search?{urlencode({'site': KEY, 'q': f'reader {WAITING.number} thinks'})}"


@pytest.fixture
def other_url(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> str:
    """The URL of an empty database of the other engine."""
    if not database_url.startswith("sqlite"):
        return sqlite_url(tmp_path / "other" / "comments.db")
    url: str = request.getfixturevalue("new_database")
    return url


def test_the_service_goes_on_where_its_backup_is_restored(database_url: str, other_url: str, tmp_path: Path) -> None:
    with open_postbox() as postbox:
        settings = mail_settings(postbox) | {"COMMENTSVC_TRUSTED_PROXIES": "127.0.0.1/32"}
        with running_process(database_url, tmp_path, settings=settings) as before:
            ids, receipts = _comments(before)
            moderator = Moderator(before, MODERATOR, role="owner")
            moderator.sign_in_by_link()
            words = {"new_password": PASSWORD, "repeated_password": PASSWORD}
            moderator.press("/moderation/account", "/moderation/account/password", **words)
            moderator.decide(ids[0], "approve")
            moderator.decide(ids[1], "reject")
            shown, known = _shown(before), _known(before, receipts)
            before.run("backup", str(tmp_path / "backup"))
            assert before.stop() == -15
        assert postbox.mails == []

        with _restored(before, other_url) as after:
            assert _shown(after) == shown
            assert _known(after, receipts) == known == ["approved", "rejected", "pending"]
            moderator.service = after
            moderator.cookies.clear()
            assert moderator.sign_in_by_password(PASSWORD, email=MODERATOR.email).status == 303
            assert ids[2] in moderator.get(SEARCH).body.decode()
            moderator.decide(ids[2], "approve")
            assert len(_shown(after)) == 2
            with running_worker(after.environment, tmp_path):
                postbox.wait_for({ANSWERED.mailbox: 1})  # sealed before, opened with the same key file
            assert postbox.recipients == [ANSWERED.mailbox]
            confirmed = press(after, ANSWERED, link_in(postbox.mails[0], "/subscription"), CONFIRMED)
            assert "You get mail as chosen below." in confirmed.body.decode()
            assert _known(after, [_post(after, ANSWERED)[1]]) == ["pending"], "numbering goes on"
            history = moderator.press(f"/moderation/history?site={KEY}", "/moderation/history/export", site=KEY)
            checked = check_file(history.body.decode().splitlines())
            assert (checked.fault, checked.head.number) == (None, 4), "three decisions, and the export itself"


@contextmanager
def _restored(before: ServiceProcess, database_url: str) -> Iterator[ServiceProcess]:
    """The same installation, with another database that is filled from the backup."""
    after = replace(before, database_url=database_url, process=None)
    assert f"{KEY}: history unbroken" in after.run("restore", str(after.folder / "backup"))
    after.start()
    try:
        yield after
    finally:
        after.stop()


def _comments(service: ServiceProcess) -> tuple[list[str], list[str]]:
    """Public ids and receipts of three; the writer of the first wants to be told of replies."""
    sent = [_post(service, reader, notify=reader is ANSWERED) for reader in READERS]
    return [public_id for public_id, _ in sent], [receipt for _, receipt in sent]


def _post(service: ServiceProcess, reader: Canary, **changes: object) -> tuple[str, str]:
    answer = post(service, reader, submission(reader, **changes))
    assert answer.status == 202, answer.body
    taken = json.loads(answer.body)
    return taken["comment"]["id"], taken["receipt"]


def _shown(service: ServiceProcess) -> list[object]:
    answer = service.ask("GET", THREAD)
    assert answer.status == 200, answer.body
    comments: list[object] = json.loads(answer.body)["comments"]
    return comments


def _known(service: ServiceProcess, receipts: Sequence[str]) -> list[str]:
    """The statuses of their comments, as their writers see them."""
    body = json.dumps({"receipts": list(receipts)}).encode()
    answer = service.ask("POST", "/api/v1/receipts", headers=JSON, body=body)
    assert answer.status == 200, answer.body
    return [comment["status"] for comment in json.loads(answer.body)["comments"]]
