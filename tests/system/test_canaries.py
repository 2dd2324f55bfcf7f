"""200 readers and their moderator use the whole service; afterwards nothing on the machine tells who they were.

`TESTS_MORE_READERS=800` in the environment makes them a thousand, in two minutes instead of one.
"""

import gzip
import html
import json
import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from commentsvc.transfer.read_backup import lines_of
from commentsvc.vault.backup_keys import create_backup_key, load_backup_key
from tests.support.mail_server import Postbox, open_postbox
from tests.support.process import (
    ARTICLE,
    KEY,
    Answer,
    ServiceProcess,
    run_command,
    running_process,
    running_worker,
)
from tests.system.canaries import Canary, Search, ipv4, ipv6
from tests.system.files import Files
from tests.system.reader_mails import has_link, link_in, mail_settings, press
from tests.system.readers import (
    FORM,
    JSON,
    REFUSED_HEADERS,
    hidden_field,
    post,
    post_form,
    read_path,
    refused_bodies,
    refused_forms,
    submission,
    tells,
)
from tests.system.signed_in import PASSWORD, Moderator

MORE = [Canary(number, ipv6(number)) for number in range(1_000, 1_000 + int(os.environ.get("TESTS_MORE_READERS", "0")))]
BY_PROXY = [*(Canary(number, ipv4(number) if number % 2 else ipv6(number)) for number in range(180)), *MORE]
BY_THEMSELVES = [Canary(number, f"127.213.117.{number}") for number in range(180, 200)]
REFUSED = Canary(250, ipv4(250))
MODERATOR = Canary(260, ipv6(260))
READER = Canary(270, ipv4(270))
ANSWERING = Canary(271, ipv6(271))
EVERYBODY = [*BY_PROXY, *BY_THEMSELVES, REFUSED, MODERATOR, READER, ANSWERING]
SEARCH = Search.of(EVERYBODY)
THREAD = urlencode({"site": KEY, "url": ARTICLE})
APPROVED = 30
TOLD, NOT_APPROVED, ASKING, UNREACHABLE = (BY_PROXY[number] for number in (1, 41, 3, 179))
"""Four of those who want mail: the first one's comment is approved and answered, the second one's rejected."""
SETTINGS = {"COMMENTSVC_TRUSTED_PROXIES": "127.0.0.1/32"}

pytestmark = pytest.mark.timeout(300)


def test_no_canary_is_found_in_database_files_logs_and_answers(files: Files, tmp_path: Path) -> None:
    with open_postbox() as postbox:
        postbox.refused.add(UNREACHABLE.mailbox)  # with an answer that names the address
        with running_process(files.url, tmp_path, settings=SETTINGS | mail_settings(postbox)) as service:
            with running_worker(service.environment, tmp_path):
                answers = _everybody_writes(service)
                ids = _ids(answers)
                answers += _somebody_is_refused(service)
                answers += _some_want_mail(service, postbox)
                moderator = Moderator(service, MODERATOR, role="owner")
                _moderator_works(moderator, ids)
                answers += _somebody_is_answered(service, moderator, ids[0])
                reactions = _somebody_reacts(service, answers, ids[0])
                answers += [*_everybody_reads(service, answers), *reactions]
                backup, said = _everything_is_carried_away(service, moderator)
                postbox.wait_for({TOLD.mailbox: 3, NOT_APPROVED.mailbox: 2, ASKING.mailbox: 2, MODERATOR.mailbox: 1})
                answers += moderator.answers + _the_asking_one_looks(service, postbox)
            assert _count_of_comments(files) == 200 + len(MORE)
            _nothing_in(files.places(tmp_path))  # while the service runs: the journal is not yet merged
            assert service.stop() == -15
    places = dict(files.places(tmp_path)) | {"lines of the backup": backup, "what commands said": said.encode()}
    _nothing_in(places.items())
    _nothing_in((f"answer {number}", answer.wire) for number, answer in enumerate(answers))
    _each_mail_names_its_recipient_alone(postbox)
    output = service.output.read_text() + (tmp_path / "worker.txt").read_text()
    assert output.count('"comment_submitted"') == 202 + len(MORE)
    assert output.count('"notice_given_up"') == 1
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


def _some_want_mail(service: ServiceProcess, postbox: Postbox) -> list[Answer]:
    """Two confirm that they want it, and one asks what is held."""
    asked = [canary for canary in BY_PROXY if canary.number % 2]
    postbox.wait_for({canary.mailbox: 1 for canary in asked if canary is not UNREACHABLE})
    answers = []
    for canary, scope in ((TOLD, "replies"), (NOT_APPROVED, "none")):
        (mail,) = postbox.mails_to(canary.mailbox)
        link = link_in(mail, "/subscription")
        fields = {"do": "confirm", "scope": scope, "frequency": "each", "decision": "1"}
        answers += [service.ask("GET", link, headers=tells(canary)), press(service, canary, link, fields)]
    form = urlencode({"site": KEY, "email": ASKING.email}).encode()
    answers.append(service.ask("POST", "/own/data", headers=tells(ASKING) | FORM, body=form))
    assert {answer.status for answer in answers} == {200}
    return answers


def _moderator_works(moderator: Moderator, ids: Sequence[str]) -> None:
    moderator.sign_in_by_link()
    words = {"new_password": PASSWORD, "repeated_password": PASSWORD}
    moderator.press("/moderation/account", "/moderation/account/password", **words)
    moderator.cookies.clear()
    assert moderator.sign_in_by_password("wrong password of kanari", email=MODERATOR.email).status == 401
    assert moderator.sign_in_by_password(PASSWORD, email=MODERATOR.email).status == 303
    for number, public_id in enumerate(ids[: APPROVED + 10]):
        moderator.decide(public_id, "approve" if number < APPROVED else ("reject", "mark_spam", "delete")[number % 3])
    for path in ("", "/approved", "/rejected", "/spam", "/deleted", "/account"):
        assert moderator.get(f"/moderation{path}").status == 200
    assert moderator.get(f"/moderation/comments/{ids[0]}").status == 200


def _somebody_is_answered(service: ServiceProcess, moderator: Moderator, parent: str) -> list[Answer]:
    """A reply is approved, of which its parent's writer is told; another one waits, of which the moderator is told."""
    moderator.press(f"/moderation/sites/{KEY}/notices", f"/moderation/sites/{KEY}/notices", notices="each")
    answers = [post(service, ANSWERING, submission(ANSWERING, body=f"Reply {n}.", parent=parent)) for n in range(2)]
    moderator.decide(_ids(answers)[0], "approve")
    return answers


def _somebody_reacts(service: ServiceProcess, taken: Sequence[Answer], public_id: str) -> list[Answer]:
    """Likes and reports a comment, and changes their own; what is wrong with it is refused."""
    own = [json.loads(answer.body) for answer in taken if answer.status == 202 and _is_json(answer)][60]
    reader, mail = "r" * 22, READER.email
    proof = {"Authorization": f"Bearer {own['receipt']}"}
    sent: list[tuple[str, str, object, dict[str, str], int]] = [
        ("POST", f"{public_id}/likes", {"reader": reader, "liked": True}, {}, 200),
        ("POST", f"{public_id}/likes", {"reader": mail, "liked": True}, {}, 422),
        ("POST", f"{public_id}/reports", {"reader": reader, "reason": "spam", "text": "Look."}, {}, 202),
        ("POST", f"{public_id}/reports", {"reader": reader, "reason": mail, "text": mail * 30}, {}, 422),
        ("PATCH", own["comment"]["id"], {"body": "Other words."}, proof, 200),
        ("PATCH", own["comment"]["id"], {"body": mail, "mail": mail}, proof, 400),
        ("PATCH", own["comment"]["id"], {"body": mail}, {"Authorization": f"Bearer {mail}"}, 403),
        ("DELETE", own["comment"]["id"], {}, {"Authorization": f"Bearer {mail}"}, 403),
    ]
    answers = []
    for method, path, body, more, expected in sent:
        headers, content = tells(READER) | JSON | more, json.dumps(body).encode()
        answers.append(service.ask(method, f"/api/v1/comments/{path}", headers=headers, body=content))
        assert answers[-1].status == expected, (path, answers[-1].body)
    page = service.ask("GET", f"/report?comment={public_id}", headers=tells(READER))
    fields = {name: hidden_field(page.body, name) for name in ("comment", "reader", "form_token")} | {"reason": "abuse"}
    done = service.ask("POST", "/report", headers=tells(READER) | FORM, body=urlencode(fields).encode())
    assert (page.status, done.status) == (200, 200)
    return [*answers, page, done]


def _everything_is_carried_away(service: ServiceProcess, moderator: Moderator) -> tuple[bytes, str]:
    """The history as its owner takes it along, and backups of both kinds: the plain one's lines, and what was said."""
    for form in ("jsonl", "csv"):
        moderator.press(f"/moderation/history?site={KEY}", "/moderation/history/export", site=KEY, format=form)
    folder = service.folder / "backups"
    said = service.run("backup", str(folder / "plain"))
    key = create_backup_key(service.folder / "backup.key")
    sealing = service.environment | {"COMMENTSVC_BACKUP_PUBLIC_KEY": key}
    done = run_command("backup", str(folder / "sealed"), environment=sealing, folder=service.folder)
    assert done.returncode == 0, done.stderr
    lines = gzip.decompress((folder / "plain").read_bytes())
    assert b"What reader 5 thinks of it" in lines
    assert b"What reader 5 thinks of it" in _opened(folder / "sealed", load_backup_key(service.folder / "backup.key"))
    return lines, said + done.stdout


def _opened(backup: Path, private_key: bytes) -> bytes:
    with backup.open("rb") as file:
        return b"\n".join(lines_of(file, private_key=private_key))


def _the_asking_one_looks(service: ServiceProcess, postbox: Postbox) -> list[Answer]:
    """What is held: on the page and in both files."""
    (mail,) = (mail for mail in postbox.mails_to(ASKING.mailbox) if has_link(mail, "/own/data"))
    link = link_in(mail, "/own/data")
    files = [press(service, ASKING, link, {"format": form}, action="/own/data/export") for form in ("json", "html")]
    answers = [service.ask("GET", link, headers=tells(ASKING)), *files]
    assert [f"What reader {ASKING.number} thinks" in answer.body.decode() for answer in answers] == [True] * 3
    return answers


def _each_mail_names_its_recipient_alone(postbox: Postbox) -> None:
    """In the one field where it has to."""
    assert len(postbox.raw) == len(postbox.recipients) == len(postbox.mails)
    for raw, mail, recipient in zip(postbox.raw, postbox.mails, postbox.recipients, strict=True):
        assert str(mail["To"]) == recipient
        field = f"To: {recipient}\r\n".encode()
        assert raw.count(field) == 1
        _nothing_in([(f"a mail, {mail['Subject']}", raw.replace(field, b""))])


def _everybody_reads(service: ServiceProcess, taken: Sequence[Answer]) -> list[Answer]:
    shown = json.loads(service.ask("GET", f"/api/v1/thread?{THREAD}").body)["comments"]
    first = [comment for comment in shown if comment["parent"] is None]
    assert len(first) == 20
    paths = [
        f"/api/v1/thread?{THREAD}&sort={sort}&body={body}" for sort in ("oldest", "newest") for body in ("html", "tree")
    ]
    paths += [f"/api/v1/thread?{THREAD}&after={first[-1]['id']}", f"/api/v1/counts?{THREAD}", f"/feed?site={KEY}"]
    paths += [
        f"/api/v1/replies?comment={first[0]['id']}",
        f"/feed?{THREAD}",
        f"/api/v1/recent?site={KEY}&limit=20",
        f"/fragment?{THREAD}",
        f"/fragment?{THREAD}&format=json-ld",
        read_path(),
        read_path(parent=first[0]["id"]),
    ]
    paths += [
        f"/api/v1/form?site={KEY}",
        "/api/openapi.json",
        "/healthz",
        "/readyz",
        "/embed.js",
        "/counts.js",
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
    return sum(f"What reader {each.number} thinks of it" in dumped for each in [*BY_PROXY, *BY_THEMSELVES])
