"""The power goes while the real storage code writes: is everything there afterwards that was promised?

A process writes comments under `strace`, which tells of every write, sync and change of a name. For any moment in that
story a disk may hold all that was synced by then, and any part of what was not: nothing, all, the beginning, some of
the writes, or single sectors of them. From one such state the real store is opened again. The file that SQLite shares
in memory (``-shm``) does not survive a power cut and is left away.
"""

import os
import random  # noqa: TID251 - a state of a disk, no secret
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.store.engine import Store
from commentsvc.store.schema import comment
from tests.store.make_comments import new_make
from tests.support import migrated

_ROOT = Path(__file__).parents[2]
_SECTOR = 512
_JUST_AFTER = 20
"""Events."""
_LONGEST_WRITE = 1_000_000
_TRACED = "openat,write,pwrite64,ftruncate,fsync,fdatasync,unlink,rename"
_CALL = re.compile(r"(?P<pid>\d+) +(?P<name>\w+)\((?P<rest>.*)")
_RESUMED = re.compile(r"(?P<pid>\d+) +<\.\.\. (?P<name>\w+) resumed>(?P<rest>.*)")
_UNFINISHED = " <unfinished ...>"
_FILE = re.compile(r"\d+<(?P<path>[^>]*)>")
_TEXT = re.compile(r'"(?P<text>[^"]*)"')
_RESULT = re.compile(r"\) += (?P<result>-?\d+)")


@dataclass(frozen=True, slots=True)
class Work:
    """What the process does until the power goes."""

    writers: int
    comments: int
    letters: int = 300
    """Of one comment: long ones fill the journal, so that it is moved into the database (a checkpoint)."""
    scrubs: int = 0
    """So often the journal is emptied meanwhile, as after an erasure."""
    synchronous: str = "FULL"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that reached the kernel."""

    kind: str
    """``write``, ``truncate``, ``sync``, ``create`` or ``unlink``."""
    path: str
    offset: int = 0
    """Of a write; the new size of a truncation; of a sync, how many events had happened when it began."""
    data: bytes = b""


@dataclass
class Story:
    """What one process did to its files, and what it was told in between."""

    file: Path
    """The database, as its process left it."""
    start: bytes
    """The database as it was before."""
    events: list[Event]

    @property
    def told_path(self) -> str:
        """Where the process wrote what had been acknowledged."""
        return str(told_file(self.file))

    def acknowledged(self, moment: int) -> set[str]:
        """Public ids of all comments whose writers had been told before this moment."""
        written = b"".join(each.data for each in self.events[:moment] if each.path == self.told_path)
        return set(written.decode().split())

    def moments(self, *, in_checkpoints: bool = False) -> Sequence[int]:
        """When the power may go: after any event, or while the journal is moved into the database and just after."""
        moments = range(1, len(self.events) + 1)
        if not in_checkpoints:
            return moments
        moved = [number for number, each in enumerate(self.events) if each.path == str(self.file) and each.data]
        return sorted({moment for number in moved for moment in range(number + 1, number + _JUST_AFTER)} & set(moments))

    @property
    def checkpoints(self) -> int:
        """How often the database's own file was synced."""
        return sum(each.kind == "sync" and each.path == str(self.file) for each in self.events)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the store found itself after a cut."""

    promised: int
    lost: int
    """Of those that were promised."""
    faults: tuple[str, ...]
    """What SQLite's own check found."""


def told_file(file: Path) -> Path:
    """Beside the database."""
    return file.with_name("told")


def record(work: Work, folder: Path) -> Story:
    """Let a process do its work on a new database in an empty folder.

    Raises:
        RuntimeError: It failed, or strace is missing.
    """
    strace = shutil.which("strace")
    if strace is None:
        raise RuntimeError("strace is not installed: make test does it")
    file = (folder / "comments.db").resolve()
    migrated.copy_sqlite(file)
    start = file.read_bytes()
    trace = folder / "trace"
    counts = map(str, (work.writers, work.comments, work.letters, work.scrubs))
    command = [sys.executable, "-m", "tests.support.write_and_tell", str(file), str(told_file(file)), work.synchronous]
    options = ["-f", "-y", "-xx", "-s", str(_LONGEST_WRITE), "-e", f"trace={_TRACED}", "-e", "signal=none"]
    done = subprocess.run(
        [strace, *options, "-o", str(trace), *command, *counts],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"the work failed: {done.stderr}")
    with trace.open(encoding="ascii") as lines:
        return Story(file, start, list(_events(lines, str(file.parent))))


async def cut(story: Story, moment: int, dice: random.Random, folder: Path) -> Outcome:
    """Take the power at this moment, open what the disk may hold then, and look for what had been promised.

    Args:
        story: What happened.
        moment: So many events have happened.
        dice: What else than the synced bytes is there.
        folder: Where the files are laid; emptied first.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for path, content in surviving(story, moment, dice).items():
        (folder / Path(path).name).write_bytes(content)
    promised = story.acknowledged(moment)
    store = Store(migrated.sqlite_url(folder / story.file.name))
    await store.open(migrate=False)
    try:
        there, faults = await store.read(_look)
        await new_make(store, key="afterwards")  # and writing goes on
    finally:
        await store.close()
    return Outcome(len(promised), len(promised - there), faults)


def surviving(story: Story, moment: int, dice: random.Random) -> Mapping[str, bytes]:
    """One of the states in which a disk may be after so many events: path → content."""
    disk = _Disk()
    disk.lay(str(story.file), story.start)
    for number, event in enumerate(story.events[:moment]):
        if event.path != story.told_path:
            disk.take(number, event)
    return disk.after_a_cut(dice)


def _look(conn: Connection) -> tuple[set[str], tuple[str, ...]]:
    there = set(conn.execute(sa.select(comment.c.public_id)).scalars())
    found = [str(row[0]) for row in conn.exec_driver_sql("PRAGMA integrity_check")]
    broken = [f"foreign key in {row[0]}" for row in conn.exec_driver_sql("PRAGMA foreign_key_check")]
    return there, tuple(line for line in found + broken if line != "ok")


@dataclass
class _Content:
    """The bytes of one file, whatever its name is."""

    synced: bytearray = field(default_factory=bytearray)
    waiting: list[tuple[int, Event]] = field(default_factory=list)
    """Writes and truncations that no sync has covered yet, with their numbers."""

    def sync(self, before: int) -> None:
        for number, event in self.waiting:
            if number < before:
                _apply(self.synced, event)
        self.waiting = [(number, event) for number, event in self.waiting if number >= before]

    def after_a_cut(self, dice: random.Random) -> bytes:
        content = bytearray(self.synced)
        for event in _kept([event for _, event in self.waiting], dice):
            _apply(content, event)
        return bytes(content)


class _Disk:
    """Files and the names they have; a name is safe once its folder is synced."""

    def __init__(self) -> None:
        self._now: dict[str, _Content | None] = {}
        self._safe: dict[str, _Content | None] = {}
        self._waiting: list[tuple[int, str, _Content | None]] = []

    def lay(self, path: str, content: bytes) -> None:
        """A file that was there long before."""
        self._now[path] = self._safe[path] = _Content(bytearray(content))

    def take(self, number: int, event: Event) -> None:
        """The next thing that happened."""
        content = self._now.get(event.path)
        if event.kind == "create":
            if content is None:
                self._name(number, event.path, _Content())
        elif event.kind == "unlink":
            self._name(number, event.path, None)
        elif content is None:  # a folder
            assert event.kind == "sync", f"{event.kind} of {event.path}, which nobody made"
            self._sync_names(event.path, before=event.offset)
        elif event.kind == "sync":
            content.sync(event.offset)
        else:
            content.waiting.append((number, event))

    def after_a_cut(self, dice: random.Random) -> Mapping[str, bytes]:
        """What may be left."""
        reached = self._waiting[: dice.randint(0, len(self._waiting))]
        named = self._safe | {path: content for _, path, content in reached}
        return {path: content.after_a_cut(dice) for path, content in named.items() if content is not None}

    def _name(self, number: int, path: str, content: _Content | None) -> None:
        self._now[path] = content
        self._waiting.append((number, path, content))

    def _sync_names(self, folder: str, *, before: int) -> None:
        for number, path, content in self._waiting:
            if number < before and str(Path(path).parent) == folder:
                self._safe[path] = content
        self._waiting = [each for each in self._waiting if each[0] >= before or str(Path(each[1]).parent) != folder]


def _apply(content: bytearray, event: Event) -> None:
    if event.kind == "truncate":
        del content[event.offset :]
    missing = event.offset - len(content)
    if missing > 0:
        content.extend(bytes(missing))
    content[event.offset : event.offset + len(event.data)] = event.data


def _kept(events: Sequence[Event], dice: random.Random) -> Sequence[Event]:
    """What of the unsynced reached the disk, in one of five ways."""
    way = dice.choice(["nothing", "all", "beginning", "some", "sectors"])
    share = dice.random()
    if way == "nothing":
        return []
    if way == "beginning":
        return events[: dice.randint(0, len(events))]
    if way == "some":
        return [event for event in events if dice.random() < share]
    if way == "sectors":
        return [part for event in events for part in _sectors(event) if dice.random() < share]
    return events


def _sectors(event: Event) -> Iterator[Event]:
    """A write as the disk does it, sector for sector; what is no write stays whole."""
    if not event.data:
        yield event
    done = 0
    while done < len(event.data):
        place = event.offset + done
        size = _SECTOR - place % _SECTOR
        yield Event(event.kind, event.path, place, event.data[done : done + size])
        done += size


def _events(lines: Iterator[str], folder: str) -> Iterator[Event]:
    """What strace wrote, as far as it concerns the database and what was told.

    A write counts from its beginning, a sync from its end, and then only for what was written before it began.
    """
    count = 0
    begun: dict[str, tuple[str, int]] = {}
    for line in lines:
        text, at = line.rstrip("\n"), count
        if resumed := _RESUMED.match(text):
            start, at = begun.pop(resumed["pid"])
            if _counts_from_its_beginning(start):
                continue
            text = start + resumed["rest"]
        elif text.endswith(_UNFINISHED):
            text = text.removesuffix(_UNFINISHED)
            begun[text.split(" ", 1)[0]] = text, count
            if not _counts_from_its_beginning(text):
                continue
        event = _event(text, folder, at)
        if event is not None:
            count += 1
            yield event


def _counts_from_its_beginning(text: str) -> bool:
    call = _CALL.match(text)
    return call is not None and call["name"] in {"write", "pwrite64", "ftruncate"}


def _event(text: str, folder: str, began: int) -> Event | None:
    call = _CALL.match(text)
    result = _RESULT.search(text)
    if call is None or (result is not None and int(result["result"]) < 0):
        return None
    name, rest = call["name"], call["rest"]
    words = [_plain(word).decode() for word in _TEXT.findall(rest)] if name in {"openat", "unlink", "rename"} else []
    at = _FILE.match(rest)
    path = words[0] if words else _plain(at["path"]).decode() if at is not None else ""
    if not (path == folder or path.startswith(f"{folder}/")) or path.endswith("-shm"):
        return None
    assert name != "rename", "SQLite renames nothing; a disk that does is not simulated"
    match name:
        case "openat":
            return Event("create", path) if "O_CREAT" in rest else None
        case "unlink":
            event = Event("unlink", path)
        case "fsync" | "fdatasync":
            event = Event("sync", path, began)
        case "ftruncate":
            event = Event("truncate", path, _numbers(rest)[0])
        case _:
            event = _write(name, path, rest)
    return event


def _write(name: str, path: str, rest: str) -> Event:
    written = _TEXT.search(rest)
    assert written is not None, rest[:200]
    data = _plain(written["text"])
    numbers = _numbers(rest[written.end() :])
    assert numbers[0] == len(data), "strace cut a write short"
    return Event("write", path, numbers[1] if name == "pwrite64" else 0, data)


def _numbers(rest: str) -> Sequence[int]:
    """The arguments that are numbers."""
    return [int(each) for each in re.findall(r", (\d+)", rest)]


def _plain(escaped: str) -> bytes:
    return bytes.fromhex(escaped.replace("\\x", ""))
