"""Backups: consistent while others write, the same from and into both engines, and nothing that is damaged gets in."""

import asyncio
import base64
import gzip
import json
import os
import resource
import stat
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from nacl.public import PrivateKey
from sqlalchemy.engine import Connection

from commentsvc.domain.backups import BackupError
from commentsvc.domain.emails import EmailAddress
from commentsvc.domain.roles import Role
from commentsvc.domain.site import SitePolicy
from commentsvc.domain.subscriptions import Scope, Wish
from commentsvc.store import authors, migrating, moderators, remembered, search_index, sites
from commentsvc.store.engine import Store
from commentsvc.store.schema import comment, setting
from commentsvc.store.schema import site as site_table
from commentsvc.transfer.backup_lines import LineWriter
from commentsvc.transfer.new_file import DRAFT_PREFIX
from commentsvc.transfer.read_backup import check_backup, check_frames
from commentsvc.transfer.restore_backup import Restored, restore_backup
from commentsvc.transfer.write_backup import Written, write_backup
from commentsvc.vault.blind_index import BlindIndex
from commentsvc.vault.keys import KeyRing, new_key_ring
from commentsvc.vault.opening import Opener
from commentsvc.vault.sealed_stream import MAGIC
from commentsvc.vault.sealing import SEALED_BYTES, Sealer
from tests.store.make_comments import NOW, Make, add_pending, open_thread
from tests.system.canaries import Canary, Search, ipv4

pytestmark = pytest.mark.anyio
CANARY = "the quick canary sings at midnight"
READERS = [Canary(number, ipv4(number)) for number in range(30)]
MODERATOR, TELLS_THEIR_OWN = Canary(30, ipv4(30)), Canary(31, ipv4(31))
PEOPLE = [*READERS, MODERATOR]
ADDRESSES, WORDS = Search.of(PEOPLE), Search()
WORDS.add(CANARY)
WORDS.add(TELLS_THEIR_OWN.email)
Everything = Callable[[Store], Any]


async def back_up(store: Store, folder: Path, public_key: bytes | None = None, name: str = "one.backup") -> Path:
    written: Written = await write_backup(store, folder / name, public_key=public_key, now=NOW)
    return written.path


async def restore(
    path: Path, url: str, *, private_key: bytes | None = None, ring: KeyRing | None = None
) -> tuple[Store, Restored]:
    store = Store(url)
    keys = None if ring is None else [pair.public for pair in ring.sealing]
    with path.open("rb") as file:
        try:
            return store, await restore_backup(store, file, private_key=private_key, sealing_keys=keys)
        except BaseException:
            await store.close()
            raise


async def refusal(path: Path, url: str, **given: Any) -> str:
    """Why a restoring was refused; the database must be as empty as before."""
    with pytest.raises(BackupError) as refused:
        await restore(path, url, **given)
    store = Store(url)

    def tables(conn: Connection) -> None:
        assert sa.inspect(conn).get_table_names() == []

    await store.open(first=tables)
    await store.close()
    return str(refused.value)


async def test_everything_comes_back_into_either_engine(
    filled: Store, everything: Everything, tmp_path: Path, other_url: str, ring: KeyRing
) -> None:
    path = await back_up(filled, tmp_path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    other, restored = await restore(path, other_url, ring=ring)
    try:
        before, after = await everything(filled), await everything(other)
        assert len(before["comment"]) == 6
        assert before["decision"]
        assert {name: rows for name, rows in after.items() if rows != before[name]} == {}
        assert restored.faults == {"news": None}
        assert restored.head.counts == {name: len(rows) for name, rows in before.items()}
        ids = [row[0] for row in before["comment"]]
        assert await other.read(lambda conn: search_index.out_of_step(conn, ids)) == []
        make = Make(other, await other.read(lambda conn: sites.all_sites(conn)[0]))
        assert await make.comment()  # numbering goes on where it was
        with pytest.raises(Exception, match=r"append-only|history"):
            await other.write(lambda conn: conn.execute(sa.text("DELETE FROM decision")))
    finally:
        await other.close()


async def test_an_encrypted_one_comes_back_with_its_key_only(
    filled: Store, everything: Everything, tmp_path: Path, other_url: str, private_key: bytes
) -> None:
    public = bytes(PrivateKey(private_key).public_key)
    path = await back_up(filled, tmp_path, public)
    assert path.read_bytes().startswith(MAGIC)
    assert "--key PRIVATE_KEY_FILE" in await refusal(path, other_url)
    assert "not encrypted for this key" in await refusal(path, other_url, private_key=bytes(PrivateKey.generate()))
    other, _ = await restore(path, other_url, private_key=private_key)
    try:
        assert await everything(other) == await everything(filled)
    finally:
        await other.close()


async def test_words_are_nowhere_in_an_encrypted_one_and_addresses_in_none(
    filled: Store, make: Make, ring: KeyRing, tmp_path: Path, private_key: bytes
) -> None:
    await filled.write(lambda conn: _with_addresses(conn, make, ring))
    plain = (await back_up(filled, tmp_path, name="plain")).read_bytes()
    sealed = (await back_up(filled, tmp_path, bytes(PrivateKey(private_key).public_key), name="sealed")).read_bytes()
    lines = gzip.decompress(plain)
    for content in (lines, plain, sealed):
        assert ADDRESSES.hits(content, "a backup") == []
    assert {Opener(ring).open(each).reveal() for each in _sealed_addresses(lines)} == {each.email for each in PEOPLE}
    assert {hit.secret for hit in WORDS.hits(lines, "plain")} == {CANARY, TELLS_THEIR_OWN.email}, "they would be found"
    assert WORDS.hits(sealed, "sealed") == []
    assert b"commentsvc backup" not in sealed
    assert b"\x1f\x8b\x08\x00" not in sealed


def _with_addresses(conn: Connection, make: Make, ring: KeyRing) -> None:
    """Readers and a moderator with their addresses, stored as the service does it; one reader tells it everybody."""
    index, sealer, key = BlindIndex(ring), Sealer(ring), make.site.key
    thread = open_thread(conn, make.site.id)
    for person in READERS:
        email = EmailAddress(person.email)
        indexes, seal = index.candidates(email, site_key=key), sealer.seal(email)
        author_id = authors.find_or_add(conn, site_id=make.site.id, blind_indexes=indexes, sealed_email=seal, now=NOW)
        source, wish = f"{CANARY} {person.number}", Wish(Scope.THREAD, wants_decision=True)
        add_pending(conn, thread, author_id=author_id, source=source, name=f"Reader {person.number}", wish=wish)
    add_pending(conn, thread, source=f"Write to {TELLS_THEIR_OWN.email}!")
    own = EmailAddress(MODERATOR.email)
    seals = {"blind_index": index.of_moderator(own), "sealed_email": sealer.seal(own)}
    moderator = moderators.add(conn, name="Mo", now=NOW, **seals)
    moderators.join_sites(conn, moderator, [make.site.id], Role.MODERATOR, now=NOW)


def _sealed_addresses(lines: bytes) -> Iterator[bytes]:
    """All that a plain backup has in columns of that name, but those that no key has sealed."""
    at = None
    for line in map(json.loads, lines.splitlines()):
        if isinstance(line, dict):
            columns = list(line.get("columns", {}))
            at = columns.index("sealed_email") if "sealed_email" in columns else None
        elif at is not None and len(octets := base64.b64decode(line[at])) == SEALED_BYTES:
            yield octets


async def test_a_backup_is_of_one_moment_while_others_write(
    store: Store, make: Make, tmp_path: Path, other_url: str
) -> None:
    thread = await make.thread()
    await make.comments(200)
    stop = asyncio.Event()
    written = 0

    async def write_on() -> None:
        nonlocal written
        while not stop.is_set():
            await store.write(lambda conn: _pair(conn, thread.site_id))
            written += 1
            await asyncio.sleep(0.005)  # a moment between two, as between people; else nobody else gets the file's lock

    writers = [asyncio.create_task(write_on()) for _ in range(2)]
    while written < 8:
        await asyncio.sleep(0)
    path = await asyncio.to_thread(lambda: asyncio.run(_back_up_apart(store, tmp_path)))
    stop.set()
    await asyncio.gather(*writers)
    other, _ = await restore(path, other_url)
    try:
        number = await other.read(lambda conn: conn.execute(sa.select(sa.func.count(comment.c.id))).scalar_one())
        noted = await other.read(lambda conn: remembered.recall(conn, "pairs"))
    finally:
        await other.close()
    assert isinstance(noted, int)
    assert noted >= 8
    assert number == 200 + 2 * noted


async def _back_up_apart(store: Store, folder: Path) -> Path:
    apart = Store(store._url.render_as_string(hide_password=False))
    await apart.open(migrate=False)
    try:
        return await back_up(apart, folder)
    finally:
        await apart.close()


def _pair(conn: Connection, site_id: int) -> None:
    """Two comments and their number: whoever sees one of them sees all."""
    remembered.remember_first(conn, "pairs", 0)
    row = sa.select(setting.c.value).where(setting.c.name == "pairs").with_for_update()
    remembered.remember(conn, "pairs", conn.execute(row).scalar_one() + 1)
    for _ in range(2):
        add_pending(conn, open_thread(conn, site_id))


async def test_a_database_that_holds_something_is_left_alone(
    filled: Store, tmp_path: Path, database_url: str, everything: Everything
) -> None:
    path = await back_up(filled, tmp_path)
    before = await everything(filled)
    with pytest.raises(BackupError, match="The database is not empty: there are rows in author, canned_reason"):
        await restore(path, database_url)
    assert await everything(filled) == before


async def test_a_service_that_has_started_once_has_an_empty_database(
    filled: Store, tmp_path: Path, other_url: str, everything: Everything
) -> None:
    fresh = Store(other_url)
    await fresh.open()
    await fresh.write(lambda conn: remembered.remember_first(conn, "sealing_key", "00"))
    await fresh.close()
    other, _ = await restore(await back_up(filled, tmp_path), other_url)
    try:
        assert await everything(other) == await everything(filled)
    finally:
        await other.close()


async def test_a_key_file_of_another_installation_is_refused(filled: Store, tmp_path: Path, other_url: str) -> None:
    path = await back_up(filled, tmp_path)
    assert "key file does not belong to this backup" in await refusal(path, other_url, ring=new_key_ring())


@pytest.fixture(params=["plain", "sealed"])
async def good(request: pytest.FixtureRequest, filled: Store, tmp_path: Path, private_key: bytes) -> Path:
    """A backup of each kind."""
    public = bytes(PrivateKey(private_key).public_key) if request.param == "sealed" else None
    return await back_up(filled, tmp_path, public)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("other_url", ["sqlite"], indirect=True)
async def test_a_backup_that_was_cut_anywhere_is_refused(
    good: Path, tmp_path: Path, other_url: str, private_key: bytes
) -> None:
    whole = good.read_bytes()
    bad = tmp_path / "bad"
    for length in {0, 1, 31, 40, 130, 140, len(whole) // 2, len(whole) - 9, len(whole) - 1}:
        bad.write_bytes(whole[:length])
        with pytest.raises(BackupError):
            check_backup(BytesIO(whole[:length]), private_key=private_key)
    bad.write_bytes(whole[:-1])
    assert "cut off" in await refusal(bad, other_url, private_key=private_key)
    bad.write_bytes(whole + b"x")
    assert "goes on after its end" in await refusal(bad, other_url, private_key=private_key)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_flipped_bit_anywhere_is_found(good: Path, private_key: bytes) -> None:
    whole = good.read_bytes()
    assert check_backup(BytesIO(whole), private_key=private_key).rows
    refused = 0
    for place in range(0, len(whole), max(1, len(whole) // 200)):
        flipped = bytearray(whole)
        flipped[place] ^= 0x10
        if _says_the_same(bytes(flipped), whole):
            continue
        with pytest.raises(BackupError):
            check_backup(BytesIO(bytes(flipped)), private_key=private_key)
        refused += 1
    assert refused > 190


def _says_the_same(one: bytes, other: bytes) -> bool:
    """Of two in gzip: its time and system mean nothing, and neither do the bits that fill up the last byte."""
    if other.startswith(MAGIC):
        return False
    try:
        return gzip.decompress(one) == gzip.decompress(other)
    except (OSError, EOFError, zlib.error):
        return False


def site_in(lines: list[Any]) -> int:
    """Where the table of sites begins; it has one row."""
    return next(at for at, line in enumerate(lines) if isinstance(line, dict) and line.get("table") == "site")


def _changed(path: Path, change: Callable[[list[Any]], None]) -> Path:
    """The same backup with other lines, and a checksum that agrees with them."""
    lines = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
    change(lines)
    out = BytesIO()
    digest = LineWriter(out.write)
    for line in lines[:-1]:
        digest._line(line)
    digest.end()
    bad = path.with_name("changed")
    bad.write_bytes(gzip.compress(out.getvalue()))
    return bad


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda lines: lines[0].update(format=2), "has format 2, this program reads 1"),
        (lambda lines: lines[0].update(revision="9999"), "made by a newer version of commentsvc (revision 9999)"),
        (lambda lines: lines[0].update(file="x"), "no backup of commentsvc"),
        (lambda lines: lines[0]["counts"].update(site=2), "not hold as many rows"),
        (lambda lines: lines.pop(site_in(lines) + 1), "not hold as many rows"),
        (lambda lines: lines[site_in(lines) + 1].append(1), "does not fit its table"),
        (lambda lines: lines[site_in(lines) + 1].__setitem__(0, "one"), "a row of site cannot be read"),
        (lambda lines: lines[site_in(lines)]["columns"].update(more="text"), "does not fit its table"),
        (lambda lines: lines[1].update(table="a; DROP TABLE site"), "a table's line cannot be read"),
        (lambda lines: lines.insert(1, {"x": 1}), "a line of an unknown kind"),
        (lambda lines: lines.insert(1, 5), "a line is no JSON"),
        (lambda lines: [line.update(table="nowhere") for line in lines[:2] if "table" in line], "not hold as many"),
    ],
)
async def test_a_backup_that_somebody_wrote_otherwise_is_refused(
    filled: Store, tmp_path: Path, other_url: str, change: Callable[[list[Any]], None], told: str
) -> None:
    bad = _changed(await back_up(filled, tmp_path), change)
    assert told in await refusal(bad, other_url)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_table_that_the_schema_does_not_have_is_refused(filled: Store, tmp_path: Path, other_url: str) -> None:
    def rename(lines: list[Any]) -> None:
        lines[0]["counts"] = {"elsewhere" if name == "site" else name: n for name, n in lines[0]["counts"].items()}
        for line in lines:
            if isinstance(line, dict) and line.get("table") == "site":
                line["table"] = "elsewhere"

    bad = _changed(await back_up(filled, tmp_path), rename)
    assert "table elsewhere is not like the one of its revision" in await refusal(bad, other_url)


async def test_an_older_backup_is_brought_up_to_date(tmp_path: Path, other_url: str) -> None:
    """A backup of a schema before the present one, as an older program wrote it."""

    def lines_of_old() -> Iterator[Any]:
        yield {
            "file": "commentsvc backup",
            "format": 1,
            "revision": "0003",
            "created_at": NOW.isoformat(),
            "engine": "sqlite",
            "counts": {"site": 1},
        }
        columns = {"id": "integer", "key": "text", "name": "text", "policy": "json", "revision": "integer"}
        yield {"table": "site", "columns": columns | {"created_at": "moment"}}
        yield [7, "old", "Old", asdict(SitePolicy()), 3, NOW.isoformat()]

    out = BytesIO()
    lines = LineWriter(out.write)
    for line in lines_of_old():
        lines._line(line)
    lines.end()
    path = tmp_path / "old"
    path.write_bytes(gzip.compress(out.getvalue()))
    other, restored = await restore(path, other_url)
    try:
        assert restored.faults == {"old": None}
        head = await other.read(migrating.revision_of)
        assert head is not None
        assert head > "0003"
        make = Make(other, await other.read(lambda conn: sites.all_sites(conn)[0]))
        await make.comment()
        await make.other_site()
        rows = await make.rows(site_table)
        assert [row.id for row in rows] == [7, 8]
    finally:
        await other.close()


@contextmanager
def files_no_larger_than(limit_bytes: int) -> Iterator[None]:
    """A disk that is full soon."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("is_sealed", [False, True])
async def test_a_full_disk_leaves_no_half_file(
    filled: Store, make: Make, tmp_path: Path, private_key: bytes, *, is_sealed: bool
) -> None:
    for number in range(20):
        await make.comment(source=os.urandom(2_000).hex() + str(number))
    folder = tmp_path / "backups"
    older = await back_up(filled, folder, name="older")
    key = bytes(PrivateKey(private_key).public_key) if is_sealed else None
    with files_no_larger_than(20_000), pytest.raises(BackupError, match=r"cannot be written to .*Older ones stay"):
        await back_up(filled, folder, key, name="newer")
    assert list(folder.iterdir()) == [older]


async def test_a_backup_replaces_no_file(filled: Store, tmp_path: Path) -> None:
    path = await back_up(filled, tmp_path)
    with pytest.raises(BackupError, match="There is a file"):
        await back_up(filled, tmp_path)
    assert path.exists()
    assert not list(tmp_path.glob(f"{DRAFT_PREFIX}*"))


async def test_a_backup_can_be_given_up(filled: Store, tmp_path: Path) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(BackupError, match="given up"):
        await write_backup(filled, tmp_path / "x", public_key=None, now=NOW, stop=stop)
    assert not (tmp_path / "x").exists()


async def test_frames_are_counted_and_compared_with_what_was_written(
    filled: Store, tmp_path: Path, private_key: bytes
) -> None:
    path = await back_up(filled, tmp_path, bytes(PrivateKey(private_key).public_key))
    assert check_frames(BytesIO(path.read_bytes())) == 1
    with pytest.raises(BackupError, match="other bytes were read back"):
        check_frames(BytesIO(path.read_bytes()), b"\x00" * 32)
