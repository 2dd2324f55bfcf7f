"""200 readers and their moderator use the whole service; afterwards nothing on the machine tells who they were."""

import html
import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from tests.support.process import ARTICLE, KEY, Answer, ServiceProcess, running_process
from tests.system.canaries import Canary, Search, ipv4, ipv6
from tests.system.files import Files
from tests.system.readers import (
    FORM,
    JSON,
    REFUSED_HEADERS,
    post,
    post_form,
    read_path,
    refused_bodies,
    refused_forms,
    submission,
    tells,
)
from tests.system.signed_in import PASSWORD, Moderator

BY_PROXY = [Canary(number, ipv4(number) if number % 2 else ipv6(number)) for number in range(180)]
BY_THEMSELVES = [Canary(number, f"127.213.117.{number}") for number in range(180, 200)]
REFUSED = Canary(250, ipv4(250))
MODERATOR = Canary(260, ipv6(260))
READER = Canary(270, ipv4(270))
EVERYBODY = [*BY_PROXY, *BY_THEMSELVES, REFUSED, MODERATOR, READER]
SEARCH = Search.of(EVERYBODY)
THREAD = urlencode({"site": KEY, "url": ARTICLE})
APPROVED = 30
SETTINGS = {
    "COMMENTSVC_TRUSTED_PROXIES": "127.0.0.1/32",
    "COMMENTSVC_SMTP_HOST": "127.0.0.1",
    "COMMENTSVC_SMTP_PORT": "9",  # nobody takes them; what is said of that in the log is looked through as well
    "COMMENTSVC_SMTP_SECURITY": "none",
    "COMMENTSVC_MAIL_FROM": "comments@news.example",
}

pytestmark = pytest.mark.timeout(300)


def test_no_canary_is_found_in_database_files_logs_and_answers(files: Files, tmp_path: Path) -> None:
    with running_process(files.url, tmp_path, settings=SETTINGS) as service:
        answers = _everybody_writes(service)
        answers += _somebody_is_refused(service)
        moderator = Moderator(service, MODERATOR)
        _moderator_works(moderator, _ids(answers))
        answers += moderator.answers + _everybody_reads(service, answers)
        assert _count_of_comments(files) == 200
        _nothing_in(files.places(tmp_path))  # while the service runs: the journal is not yet merged
        assert service.stop() == -15
    places = dict(files.places(tmp_path))
    _nothing_in(places.items())
    _nothing_in((f"answer {number}", answer.wire) for number, answer in enumerate(answers))
    output = service.output.read_text()
    assert output.count('"comment_submitted"') == 200
    assert [secret for secret in moderator.secrets if secret in output] == []
    assert [place for place, content in places.items() for each in moderator.secrets if each.encode() in content] == []


def _everybody_writes(service: ServiceProcess) -> list[Answer]:
    answers = []
    for canary in BY_PROXY:
        by_form = canary.number % 4 == 0
        answers.append(
            post_form(service, canary)
            if by_form
            else post(
                service,
                canary,
                submission(canary, notify=canary.number % 2 == 1),
                Idempotency_Key=f"key-of-{canary.number:08d}",
            )
        )
    for canary in BY_THEMSELVES:
        claimed = {"X_Forwarded_For": canary.ip}
        answers.append(post(service, canary, submission(canary), source=canary.ip, **claimed))
    assert {answer.status for answer in answers} <= {200, 202}, [
        answer.body for answer in answers if answer.status > 202
    ]
    return answers


def _somebody_is_refused(service: ServiceProcess) -> list[Answer]:
    answers = []
    for name, (status, body) in refused_bodies(REFUSED).items():
        answers.append(post(service, REFUSED, body))
        assert answers[-1].status == status, (name, answers[-1].body)
    for name, (status, headers) in REFUSED_HEADERS.items():
        given = {header.replace("-", "_"): value for header, value in headers.items()}
        answers.append(post(service, REFUSED, submission(REFUSED), **given))
        assert answers[-1].status == status, (name, answers[-1].body)
    reused = submission(REFUSED, body="Other content under a key that was used.")
    answers.append(post(service, REFUSED, reused, Idempotency_Key="key-of-00000001"))
    assert answers[-1].status == 422
    for name, (status, changes, headers) in refused_forms(REFUSED).items():
        answer = post_form(
            service, REFUSED, changes, **{key.replace("-", "_"): value for key, value in headers.items()}
        )
        assert answer.status == status, (name, answer.body)
        answers.append(_without_own_words(answer, changes))
    return answers


def _without_own_words(answer: Answer, changes: dict[str, str]) -> Answer:
    """A refused form shows its sender once more what they typed, in the fields where they typed it, and nobody else."""
    body = answer.body.decode()
    for name, value in ({"email": REFUSED.email} | changes).items():
        pattern = rf'name="{name}"( type="[a-z]+")? value="{re.escape(html.escape(value))}"'
        body = re.sub(pattern, "", body, count=1)
    assert answer.header("Cache-Control") == "no-store"
    return Answer(answer.status, answer.headers, body.encode())


def _moderator_works(moderator: Moderator, ids: Sequence[str]) -> None:
    moderator.sign_in_by_link()
    page = moderator.get("/moderation/account").body.decode()
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    fields = {"csrf_token": token, "new_password": PASSWORD, "repeated_password": PASSWORD}
    changed = moderator.post("/moderation/account/password", fields)
    assert changed.status in {200, 303}, changed.body.decode()
    moderator.cookies.clear()
    assert moderator.sign_in_by_password("wrong password of kanari", email=MODERATOR.email).status == 401
    assert moderator.sign_in_by_password(PASSWORD, email=MODERATOR.email).status == 303
    for number, public_id in enumerate(ids[: APPROVED + 10]):
        moderator.decide(public_id, "approve" if number < APPROVED else ("reject", "mark_spam", "delete")[number % 3])
    for path in ("", "/approved", "/rejected", "/spam", "/deleted", "/account"):
        assert moderator.get(f"/moderation{path}").status == 200
    assert moderator.get(f"/moderation/comments/{ids[0]}").status == 200


def _everybody_reads(service: ServiceProcess, taken: Sequence[Answer]) -> list[Answer]:
    first = json.loads(service.ask("GET", f"/api/v1/thread?{THREAD}").body)["comments"]
    assert len(first) == 20
    paths = [
        f"/api/v1/thread?{THREAD}&sort={sort}&body={body}" for sort in ("oldest", "newest") for body in ("html", "tree")
    ]
    paths += [f"/api/v1/thread?{THREAD}&after={first[-1]['id']}", f"/api/v1/counts?{THREAD}", f"/feed?site={KEY}"]
    paths += [
        f"/api/v1/replies?comment={first[0]['id']}",
        f"/feed?{THREAD}",
        read_path(),
        read_path(parent=first[0]["id"]),
    ]
    paths += [
        f"/api/v1/form?site={KEY}",
        "/api/openapi.json",
        "/healthz",
        "/readyz",
        "/embed.js",
        "/moderation/sign-in",
    ]
    good = [service.ask("GET", path, headers=tells(READER)) for path in paths]
    assert {answer.status for answer in good} == {200}
    mail = quote(READER.email)
    paths = [f"/{mail}", f"/api/v1/thread?{THREAD}&mail={mail}", f"/read?site={mail}&url={mail}", f"/moderation/{mail}"]
    paths += [f"/api/v1/thread?site={mail}&url={mail}", f"/api/v1/counts?site={mail}&url={mail}", f"/static/{mail}"]
    paths += [f"/moderation/link?token={mail}", f"/moderation/sign-in?next={mail}", f"/feed?site={KEY}&url={mail}"]
    odd = [service.ask("GET", path, headers=tells(READER)) for path in paths]
    odd += [
        service.ask(method, f"/api/v1/comments?{mail}", headers=tells(READER)) for method in ("PUT", "DELETE", "GET")
    ]
    own = [json.loads(answer.body)["receipt"] for answer in taken if answer.status == 202 and _is_json(answer)][:50]
    posted: list[tuple[str, object]] = [("receipts", {"receipts": own}), ("receipts", {"receipts": [READER.email]})]
    posted += [("preview", {"site": KEY, "body": "*Hello*"}), ("preview", {"site": READER.email, "body": READER.email})]
    sent = [
        service.ask("POST", f"/api/v1/{name}", headers=tells(READER) | JSON, body=json.dumps(body).encode())
        for name, body in posted
    ]
    assert [answer.status for answer in sent] == [200, 200, 200, 404]
    forged = service.ask("POST", "/moderation/sign-in", headers=tells(READER) | FORM, body=f"email={mail}".encode())
    assert forged.status == 403
    return [*good, *odd, *sent, forged]


def _ids(answers: Sequence[Answer]) -> list[str]:
    return [json.loads(answer.body)["comment"]["id"] for answer in answers if _is_json(answer)]


def _is_json(answer: Answer) -> bool:
    return answer.header("Content-Type") == "application/json"


def _nothing_in(places: Iterable[tuple[str, bytes]]) -> None:
    hits = [hit for place, content in places for hit in SEARCH.hits(content, place)]
    assert hits[:5] == []


def _count_of_comments(files: Files) -> int:
    dumped = files.dump().decode()
    return sum(f"What reader {number} thinks of it" in dumped for number in range(200))
