"""The split deployment in real processes: whoever has all of the public one's secrets opens not one address."""

import base64
import json
import re
import secrets
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox
from sqlalchemy.engine import Connection

from commentsvc.store.engine import Store
from commentsvc.store.schema import author, comment, moderator
from commentsvc.vault.derive_key import derive_key
from commentsvc.vault.key_file import load
from commentsvc.vault.keys import KeyRing
from commentsvc.vault.opening import Opener
from tests.support.mail_server import Postbox, open_postbox
from tests.support.postgres import Postgres
from tests.support.process import KEY, ORIGIN, ServiceProcess, clean_environment, run_command, running_worker
from tests.support.public_role import ROLE, make_role, public_url
from tests.system.canaries import Canary, ipv4
from tests.system.readers import post, submission

pytestmark = pytest.mark.anyio

READERS = 5
MODERATOR = "mo@desk.example"
WAIT_SECONDS = 60.0
_KEY_BYTES = 32
_LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
_ENCODED = re.compile(rb"[A-Za-z0-9+/_-]{43}=?|[0-9a-fA-F]{64}")
_INFOS = [
    f"commentsvc.{use}.v1".encode() for use in ("author", "moderator", "fingerprint", "totp", "webhook", "sealing")
]


@dataclass
class Split:
    """A public service, and beside it what only the worker and the operator have."""

    service: ServiceProcess
    database_url: str
    whole: Path
    half: Path
    folder: Path

    @property
    def owner(self) -> dict[str, str]:
        """The environment of the worker and of whoever looks after the keys."""
        return clean_environment(self.folder) | {
            "COMMENTSVC_DATABASE_URL": self.database_url,
            "COMMENTSVC_KEY_FILE": str(self.whole),
            "COMMENTSVC_PUBLIC_URL": self.service.public_url,
        }

    def run(self, *args: str) -> str:
        """A command with all keys and rights."""
        done = run_command(*args, environment=self.owner, folder=self.folder)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def refused(self, *args: str) -> str:
        """The same, of one that must fail; what it said."""
        done = run_command(*args, environment=self.owner, folder=self.folder)
        assert done.returncode == 1, done.stdout
        return done.stderr

    def working(self, settings: Mapping[str, str]) -> AbstractContextManager["subprocess.Popen[bytes]"]:
        """While `commentsvc worker` runs."""
        return running_worker({**self.owner, **settings}, self.folder)


@pytest.fixture
def split(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[Split]:
    """Set up as docker-compose.yml does it."""
    half, whole = tmp_path / "public" / "keys.json", tmp_path / "secrets" / "keys.json"
    is_postgres = not database_url.startswith("sqlite")
    settings = {
        "COMMENTSVC_ROLE": "public",
        "COMMENTSVC_KEY_FILE": str(half),
        "COMMENTSVC_MIGRATE_AT_START": "false",
        "COMMENTSVC_DATABASE_URL": public_url(database_url) if is_postgres else database_url,
    }
    made = Split(ServiceProcess(database_url, tmp_path, settings), database_url, whole, half, tmp_path)
    made.run("migrate")
    made.run("key", "make")
    made.run("key", "export", "--public", str(half), "--update")
    if is_postgres:
        server: Postgres = request.getfixturevalue("postgres")
        make_role(server)
        made.run("database", "grant", ROLE)
    made.service.run("site", "add", KEY, "--origin", ORIGIN)
    made.service.run("moderator", "add", MODERATOR)
    made.service.start()
    yield made
    if made.service.process is not None and made.service.process.poll() is None:
        made.service.kill()


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    with open_postbox() as box:
        yield box


async def _sealed(database_url: str) -> list[bytes]:
    """Every sealed address, as the owner of the database reads them."""

    def job(conn: Connection) -> list[bytes]:
        columns = (author.c.sealed_email, moderator.c.sealed_email)
        return [each for column in columns for each in conn.execute(sa.select(column)).scalars() if each]

    store = Store(database_url)
    await store.open()
    found = await store.read(job)
    await store.close()
    return found


async def _write(database_url: str, statement: sa.Update) -> None:
    store = Store(database_url)
    await store.open()
    await store.write(lambda conn: conn.execute(statement))
    await store.close()


def _candidates(content: bytes) -> Iterator[bytes]:
    """Everything in there that could be a key: 32 bytes in base64 or hex, and what is derived from them."""
    for found in _ENCODED.findall(content):
        text = found.decode()
        raw = (
            bytes.fromhex(text)
            if len(text) == 64
            else base64.urlsafe_b64decode(text[:43].translate({43: 45, 47: 95}) + "=")
        )
        yield raw
        for info in _INFOS:
            yield derive_key(raw, info=info)
            yield derive_key(raw, info=info + b"\x00" + KEY.encode())


def _opened(sealed: list[bytes], content: bytes) -> int:
    """How many of these addresses open with any key that is in there."""
    boxes = [SealedBox(PrivateKey(each)) for each in set(_candidates(content)) if len(each) == _KEY_BYTES]
    return sum(any(_opens(box, each) for box in boxes) for each in sealed)


def _opens(box: "SealedBox[PrivateKey]", sealed: bytes) -> bool:
    try:
        box.decrypt(sealed[5:])
    except CryptoError:
        return False
    return True


def _memory(pid: int) -> Iterator[bytes]:
    """What a process has in its memory, part by part."""
    with Path(f"/proc/{pid}/mem").open("rb") as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            place, rights = line.split()[:2]
            start, end = (int(each, 16) for each in place.split("-"))
            if rights.startswith("rw") and "[v" not in line:
                memory.seek(start)
                yield memory.read(end - start)


def _holds(pid: int, secret: bytes) -> bool:
    spelled = (secret, base64.b64encode(secret), secret.hex().encode())
    return any(form in part for part in _memory(pid) for form in spelled)


async def test_with_everything_the_public_process_has_no_address_opens(split: Split) -> None:
    for number in range(READERS):
        _post(split.service, number)
    ring, pid = load(split.whole), split.service.pid
    environment = Path(f"/proc/{pid}/environ").read_bytes()
    assert b"COMMENTSVC_ROLE=public" in environment
    assert str(split.whole).encode() not in environment
    private = [pair.private for pair in ring.sealing]
    assert not any(_holds(pid, each) for each in private if each)
    assert _holds(pid, ring.index[0].secret), "the search would have found a key that is there"
    split.service.stop()

    sealed = await _sealed(split.database_url)
    assert len(sealed) == READERS + 1
    theirs = [split.half, split.service.output, *(split.folder / "no-secrets").iterdir()]
    in_hand = environment + b"\n".join(path.read_bytes() for path in theirs)
    for file in split.folder.glob("comments.db*"):
        in_hand += file.read_bytes()
    assert _opened(sealed, in_hand) == 0
    assert not Opener(load(split.half)).may_open
    assert _opened(sealed, in_hand + split.whole.read_bytes()) == len(sealed), (
        "a key that is there would have opened all"
    )


async def test_keys_are_rotated_while_everything_goes_on(split: Split, postbox: Postbox) -> None:
    """Rotate, restart, let the worker change all over, drop the old keys; receipts hold, and old keys open nothing."""
    first = [_post(split.service, number) for number in range(3)]
    old = load(split.whole)
    split.run("key", "rotate")
    split.run("key", "export", "--public", str(split.half), "--update")
    split.service.stop()
    split.service.start()
    receipts = [*first, _post(split.service, 3)]
    assert _known(split.service, receipts) == 4
    assert "is still needed" in split.refused("key", "drop", old.sealing[0].id.hex())

    mail = {
        "COMMENTSVC_SMTP_HOST": "127.0.0.1",
        "COMMENTSVC_SMTP_PORT": str(postbox.port),
        "COMMENTSVC_SMTP_SECURITY": "none",
        "COMMENTSVC_MAIL_FROM": "comments@desk.example",
    }
    with split.working(mail):
        _wait_for(split.folder / "worker.txt", "addresses_resealed")
    sealed = await _sealed(split.database_url)
    new = load(split.whole)
    assert len(sealed) == 5
    assert {each[1:5] for each in sealed} == {new.sealing[0].id}

    split.run("key", "drop", old.sealing[0].id.hex())
    said = split.refused("key", "drop", old.index[0].id.hex())
    assert "comments of the last day (3)" in said, "a reader who sends the same once more must be recognised"
    await _write(split.database_url, sa.update(comment).values(created_at=_LONG_AGO))
    split.run("key", "drop", old.index[0].id.hex())
    split.run("key", "export", "--public", str(split.half), "--update")
    split.service.stop()
    split.service.start()
    assert _known(split.service, receipts) == 4
    assert len(load(split.half).sealing) == len(load(split.whole).sealing) == 1
    assert _openable(sealed, old) == 0
    assert _openable(sealed, load(split.whole)) == 5
    _post(split.service, 0)
    assert len(await _sealed(split.database_url)) == 5, "the same reader is found again under the new index"


def _post(service: ServiceProcess, number: int) -> str:
    """A comment by a reader; its receipt."""
    canary = Canary(number, ipv4(number))
    answer = post(service, canary, submission(canary), Idempotency_Key=secrets.token_hex(16))
    assert answer.status == 202, answer.body
    return str(json.loads(answer.body)["receipt"])


def _openable(sealed: list[bytes], ring: KeyRing) -> int:
    boxes = [SealedBox(PrivateKey(pair.private)) for pair in ring.sealing if pair.private]
    return sum(any(_opens(box, each) for box in boxes) for each in sealed)


def _known(service: ServiceProcess, receipts: list[str]) -> int:
    body = json.dumps({"receipts": receipts}).encode()
    answer = service.ask("POST", "/api/v1/receipts", headers={"Content-Type": "application/json"}, body=body)
    assert answer.status == 200, answer.body
    return len(json.loads(answer.body)["comments"])


def _wait_for(log: Path, words: str) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while words not in log.read_text():
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.02)
