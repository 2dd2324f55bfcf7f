"""Backups by themselves: made when they are due, and older ones removed once a newer one is there."""

import asyncio
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import structlog

from commentsvc.domain.backups import BackupError, Rotation
from commentsvc.domain.clock import Clock
from commentsvc.domain.errors import CommentsvcError
from commentsvc.store import backups
from commentsvc.store.engine import Store
from commentsvc.transfer.new_file import DRAFT_PREFIX
from commentsvc.transfer.write_backup import PLAIN, SEALED, Written, file_name, write_backup

log = structlog.get_logger()

_NAME = re.compile(rf"commentsvc-(\d{{8}}T\d{{6}}Z)(?:{re.escape(SEALED)}|{re.escape(PLAIN)})")


@dataclass(frozen=True, slots=True)
class BackupPlan:
    """What is to be kept, and where."""

    folder: Path
    rotation: Rotation
    keep: int
    """So many, the newest ones."""
    keep_for: timedelta | None
    """None: whatever their age."""
    public_key: bytes | None


class KeepBackups:
    """A chore of the worker.

    A backup has connections of its own in a thread of its own, so that neither readers nor mails wait for it.

    Args:
        store: Where it is written down when one was made.
        new_store: Makes another one of the same database.
        plan: What is to be done.
        clock: Gives the present moment.
    """

    def __init__(self, store: Store, new_store: Callable[[], Store], plan: BackupPlan, clock: Clock) -> None:
        self._store, self._new_store, self._plan, self._clock = store, new_store, plan, clock

    async def do(self) -> int:
        """Make a backup if one is due; how many were made."""
        now, rotation = self._clock(), self._plan.rotation
        known = await self._store.read(backups.last)
        if not known.is_due(rotation, now):
            return 0
        if not await self._store.write(partial(backups.begin, rotation=rotation, now=now)):
            return 0
        try:
            written = await self._written(now)
        except (CommentsvcError, OSError) as error:
            why = str(error) if isinstance(error, BackupError) else type(error).__name__
            log.error("backup_failed", error=type(error).__name__, reason=why)  # noqa: TRY400 - the reason says it all
            await self._store.write(partial(backups.note_failed, why=why, now=now))
            return 0
        await self._store.write(partial(backups.note_done, at=now))
        log.info("backup_written", count=written.head.rows)
        await self._remove_old(now)
        return 1

    async def _remove_old(self, now: datetime) -> None:
        """The new one counts, whatever becomes of the older ones; what stays is tried again with the next one."""
        fault = await asyncio.to_thread(remove_old, self._plan, now=now)
        why = None if fault is None else fault.strerror or type(fault).__name__
        if fault is not None:
            log.warning("old_backups_stay", error=type(fault).__name__, reason=why)
        await self._store.write(partial(backups.note_removal, why=why))

    async def _written(self, now: datetime) -> Written:
        stop = threading.Event()
        try:
            return await asyncio.to_thread(lambda: asyncio.run(self._write(now, stop)))
        finally:
            stop.set()  # if we are cancelled, the thread ends as well

    async def _write(self, now: datetime, stop: threading.Event) -> Written:
        store, key = self._new_store(), self._plan.public_key
        path = self._plan.folder / file_name(now, is_sealed=key is not None)
        await store.open(migrate=False)
        try:
            return await write_backup(store, path, public_key=key, now=now, stop=stop)
        finally:
            await store.close()


def kept(folder: Path) -> list[tuple[datetime, Path]]:
    """The backups in a folder with the moments in their names, newest first; each was checked before it was named."""
    found = [(_NAME.fullmatch(path.name), path) for path in folder.iterdir() if path.is_file()]
    return sorted(((_moment(match[1]), path) for match, path in found if match is not None), reverse=True)


def remove_old(plan: BackupPlan, *, now: datetime) -> OSError | None:
    """Remove what is too old or too much, but never the newest one; and drafts whose writers have died.

    Returns:
        The first fault, if something could not be removed; it hinders none of the others.
    """
    try:
        old = [*_too_many(plan, now), *_dead_drafts(plan, now)]
    except OSError as error:
        return error
    faults = [fault for path in old if (fault := _fault_of_removing(path)) is not None]
    return faults[0] if faults else None


def _too_many(plan: BackupPlan, now: datetime) -> Iterator[Path]:
    for number, (made_at, path) in enumerate(kept(plan.folder)):
        is_old = plan.keep_for is not None and made_at < now - plan.keep_for
        if number > 0 and (number >= plan.keep or is_old):
            yield path


def _dead_drafts(plan: BackupPlan, now: datetime) -> Iterator[Path]:
    for path in plan.folder.glob(f"{DRAFT_PREFIX}*"):
        begun_at = _NAME.fullmatch(path.name[len(DRAFT_PREFIX) + 9 :])
        if begun_at is not None and _moment(begun_at[1]) < now - plan.rotation.gives_up_after:
            yield path


def _fault_of_removing(path: Path) -> OSError | None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        return error
    return None


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
