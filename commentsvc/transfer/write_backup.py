"""Writing a backup: every table as it was at one moment, while everybody goes on writing, and checking it."""

import hashlib
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.engine import Connection

from commentsvc.domain.backups import BackupError, Head
from commentsvc.store import copying
from commentsvc.store.engine import Store
from commentsvc.store.migrating import revision_of
from commentsvc.transfer.backup_lines import LineReader, LineWriter
from commentsvc.transfer.new_file import new_file
from commentsvc.transfer.packing import Packer, Unpacker
from commentsvc.transfer.read_backup import check_backup, check_frames
from commentsvc.vault.sealed_stream import SealingStream

PLAIN, SEALED = ".jsonl.gz", ".jsonl.gz.sealed"


@dataclass(frozen=True, slots=True)
class Written:
    """A backup that was written and checked."""

    path: Path
    head: Head
    size_bytes: int


def file_name(now: datetime, *, is_sealed: bool) -> str:
    """``commentsvc-20261125T093000Z.jsonl.gz``, with ``.sealed`` behind it if it is encrypted."""
    return f"commentsvc-{now:%Y%m%dT%H%M%SZ}{SEALED if is_sealed else PLAIN}"


async def write_backup(
    store: Store, path: Path, *, public_key: bytes | None, now: datetime, stop: threading.Event | None = None
) -> Written:
    """Write and check a backup.

    What is checked: each line is read again as it leaves the compression, before anything is encrypted. Then the file
    is read again from the disk: wholly, or, since the private key is elsewhere, the frames of an encrypted one and that
    their bytes are those which were written.

    Args:
        store: Open, of the present schema, and nobody else's: it is busy all the while.
        path: Of a new file.
        public_key: Whom to encrypt it for; None: it stays readable.
        now: The moment that it names.
        stop: Set by somebody else if it is to be given up.

    Raises:
        BackupError: It cannot be written, or it was not what was to be written; no file is left.
    """
    with new_file(path) as (file, _):
        out = _Out(file, public_key, stop or threading.Event())
        head = await store.read(partial(_copy, lines=LineWriter(out.line), now=now))
        out.finish()
        file.flush()
        os.fsync(file.fileno())
        file.seek(0)
        if public_key is None:
            check_backup(file, private_key=None)
        else:
            check_frames(file, out.digest.digest())
        size = file.seek(0, os.SEEK_END)
    return Written(path, head, size)


class _Out:
    """From lines to a file: compressed, read again, encrypted if so wished."""

    def __init__(self, file: BinaryIO, public_key: bytes | None, stop: threading.Event) -> None:
        self.digest = hashlib.sha256()
        self._file, self._stop = file, stop
        self._packer, self._unpacker, self._reader = Packer(self._packed), Unpacker(), LineReader()
        self._sealing = None if public_key is None else SealingStream(public_key, self._to_file)
        self._next: Callable[[bytes], object] = self._to_file if self._sealing is None else self._sealing.write

    def line(self, line: bytes) -> None:
        """Take one."""
        if self._stop.is_set():
            raise BackupError("The backup was given up, because the process is to end.")
        self._packer.write(line)

    def finish(self) -> None:
        """Write what is left, and see that the end has come out of it."""
        self._packer.finish()
        self._unpacker.check_end()
        self._reader.check_end()
        if self._sealing is not None:
            self._sealing.finish()

    def _packed(self, packed: bytes) -> None:
        for line in self._unpacker.feed(packed):
            self._reader.take(line)
        self._next(packed)

    def _to_file(self, octets: bytes) -> None:
        self.digest.update(octets)
        self._file.write(octets)


def _copy(conn: Connection, *, lines: LineWriter, now: datetime) -> Head:
    shapes = copying.shapes()
    counts = {shape.table: copying.count(conn, shape) for shape in shapes}
    head = Head(revision_of(conn) or "", now, conn.dialect.name, counts)
    lines.head(head)
    for shape in shapes:
        lines.table(shape)
        for rows in copying.rows(conn, shape):
            lines.rows(shape, rows)
    lines.end()
    return head
