"""Backups by themselves: due or not, one at a time, and what a failure leaves behind."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from commentsvc.doctor.check_database import judge_backups
from commentsvc.doctor.findings import State
from commentsvc.domain.backups import Rotation
from commentsvc.store import backups
from commentsvc.store.engine import Store
from commentsvc.transfer.keep_backups import BackupPlan, KeepBackups, kept
from commentsvc.transfer.new_file import DRAFT_PREFIX
from tests.store.make_comments import NOW
from tests.transfer.test_backup import files_no_larger_than

pytestmark = pytest.mark.anyio
HOUR = timedelta(hours=1)


class MovedClock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


NewChore = Callable[..., KeepBackups]


@pytest.fixture
def chore(filled: Store, database_url: str, folder: Path, clock: MovedClock) -> NewChore:
    """A worker's chore that makes a backup a day."""

    def new(*, keep: int = 14, keep_for: timedelta | None = None, at: Path = folder) -> KeepBackups:
        plan = BackupPlan(at, Rotation(24 * HOUR), keep, keep_for, public_key=None)
        return KeepBackups(filled, lambda: Store(database_url), plan, clock)

    return new


async def test_one_is_made_when_it_is_due_and_never_before(chore: NewChore, folder: Path, clock: MovedClock) -> None:
    keeper = chore()
    made = []
    for after in (0 * HOUR, HOUR, 24 * HOUR - timedelta(seconds=1), 24 * HOUR, 47 * HOUR, 48 * HOUR):
        clock.now = NOW + after
        made.append(await keeper.do())
    assert made == [1, 0, 0, 1, 0, 1]
    assert [made_at for made_at, _ in kept(folder)] == [NOW + 48 * HOUR, NOW + 24 * HOUR, NOW]


async def test_two_workers_at_once_make_one(chore: NewChore, folder: Path) -> None:
    assert sorted(await asyncio.gather(chore().do(), chore().do())) == [0, 1]
    assert len(kept(folder)) == 1


async def test_one_whose_worker_died_is_made_again_after_a_while(
    chore: NewChore, filled: Store, folder: Path, clock: MovedClock
) -> None:
    rotation = Rotation(24 * HOUR)
    assert await filled.write(lambda conn: backups.begin(conn, rotation, now=NOW))
    folder.mkdir()
    draft = folder / f"{DRAFT_PREFIX}01234567-commentsvc-{NOW:%Y%m%dT%H%M%SZ}.jsonl.gz"
    draft.touch()
    clock.now = NOW + 5 * HOUR
    assert await chore().do() == 0
    assert draft.exists()
    clock.now = NOW + 7 * HOUR
    assert await chore().do() == 1
    assert [path for _, path in kept(folder)] == list(folder.iterdir())


async def test_the_newest_are_kept_up_to_a_number(chore: NewChore, folder: Path, clock: MovedClock) -> None:
    other = folder / "notes.txt"
    for day in range(4):
        clock.now = NOW + day * 24 * HOUR
        assert await chore(keep=2).do() == 1
        other.touch()
    assert [made_at for made_at, _ in kept(folder)] == [NOW + 72 * HOUR, NOW + 48 * HOUR]
    assert other.exists()


async def test_too_old_ones_go_once_a_newer_one_is_there(chore: NewChore, folder: Path, clock: MovedClock) -> None:
    keeper = chore(keep_for=30 * 24 * HOUR)
    assert await keeper.do() == 1
    clock.now = NOW + 24 * HOUR
    assert await keeper.do() == 1
    clock.now = NOW + 30 * 24 * HOUR + HOUR
    assert await keeper.do() == 1
    assert [made_at for made_at, _ in kept(folder)] == [clock.now, NOW + 24 * HOUR]
    clock.now += 365 * 24 * HOUR
    assert await keeper.do() == 1
    assert [made_at for made_at, _ in kept(folder)] == [clock.now]


async def test_a_folder_that_cannot_be_written_to_is_told_and_tried_again(
    chore: NewChore, filled: Store, folder: Path, clock: MovedClock
) -> None:
    folder.write_text("no folder")
    with capture_logs() as logs:
        assert await chore().do() == 0
    assert [(line["event"], line["log_level"]) for line in logs] == [("backup_failed", "error")]
    assert str(folder) in logs[0]["reason"]
    last = await filled.read(backups.last)
    assert (last.begun_at, last.finished_at, last.failed_at) == (None, None, NOW)
    assert [finding.state for finding in judge_backups(last, 24, NOW)] == [State.PROBLEM]
    folder.unlink()
    clock.now = NOW + HOUR / 2
    assert await chore().do() == 0
    clock.now = NOW + HOUR
    assert await chore().do() == 1
    healed = await filled.read(backups.last)
    assert [finding.state for finding in judge_backups(healed, 24, clock.now)] == [State.OK]


async def test_a_new_one_counts_even_if_an_older_one_cannot_be_removed(
    chore: NewChore, filled: Store, folder: Path, clock: MovedClock
) -> None:
    keeper = chore(keep=1)
    assert await keeper.do() == 1
    stuck = folder / f"{DRAFT_PREFIX}01234567-commentsvc-{NOW - 9 * HOUR:%Y%m%dT%H%M%SZ}.jsonl.gz"
    stuck.mkdir()  # no file, so it cannot be removed as one
    clock.now = NOW + 24 * HOUR
    with capture_logs() as logs:
        assert await keeper.do() == 1
    told = [(line["event"], line["log_level"]) for line in logs]
    assert told == [("backup_written", "info"), ("old_backups_stay", "warning")]
    assert [made_at for made_at, _ in kept(folder)] == [clock.now]
    last = await filled.read(backups.last)
    assert (last.finished_at, last.failed_at) == (clock.now, None)
    (finding,) = judge_backups(last, 24, clock.now)
    assert (finding.state, logs[1]["reason"] in finding.seen) == (State.WARNING, True)
    await filled.write(lambda conn: backups.note_done(conn, at=clock.now))  # one by hand removes nothing
    assert (await filled.read(backups.last)).unremoved == last.unremoved
    stuck.rmdir()
    stuck.touch()
    clock.now += 24 * HOUR
    assert await keeper.do() == 1
    assert [path for _, path in kept(folder)] == list(folder.iterdir())
    assert [finding.state for finding in judge_backups(await filled.read(backups.last), 24, clock.now)] == [State.OK]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite's journal would find no room either
async def test_a_full_disk_leaves_the_older_ones(
    chore: NewChore, filled: Store, folder: Path, clock: MovedClock
) -> None:
    keeper = chore(keep=1)
    assert await keeper.do() == 1
    before = list(folder.iterdir())
    clock.now = NOW + 24 * HOUR
    with files_no_larger_than(100), capture_logs() as logs:
        assert await keeper.do() == 0
    assert [line["event"] for line in logs] == ["backup_failed"]
    assert list(folder.iterdir()) == before
    last = await filled.read(backups.last)
    assert (last.finished_at, last.failed_at) == (NOW, clock.now)
    assert "Older ones stay" in (last.why or "")
    assert [finding.state for finding in judge_backups(last, 24, clock.now)] == [State.PROBLEM]
