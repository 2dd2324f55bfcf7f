"""Restoring a backup into an empty database: the whole or nothing."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

from sqlalchemy.engine import Connection

from commentsvc.domain.backups import BackupError, Head, Shape
from commentsvc.domain.history import Fault
from commentsvc.store import history, restoring, sites
from commentsvc.store.engine import Store
from commentsvc.transfer.backup_lines import LineReader, tables_of
from commentsvc.transfer.read_backup import check_backup, lines_of

_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back."""

    head: Head
    faults: Mapping[str, Fault | None]
    """Site → the first altered entry of its history: it was so when the backup was made."""


async def restore_backup(
    store: Store, file: BinaryIO, *, private_key: bytes | None, sealing_keys: Collection[bytes] | None
) -> Restored:
    """Read a backup through, and only then fill a database from it.

    Args:
        store: Not open; open afterwards.
        file: The backup, at its beginning.
        private_key: For an encrypted one.
        sealing_keys: Public keys of the installation's key file; None: there is none yet.

    Raises:
        BackupError: The backup or the database cannot be used; nothing was changed.
    """
    head = check_backup(file, private_key=private_key)
    file.seek(0)
    await store.open(first=partial(_fill, file=file, head=head, private_key=private_key, sealing_keys=sealing_keys))
    return Restored(head, await store.read(_histories))


def _fill(
    conn: Connection,
    file: BinaryIO,
    head: Head,
    private_key: bytes | None,
    sealing_keys: Collection[bytes] | None,
) -> None:
    restoring.prepare(conn, head.revision)
    reader = LineReader()
    shapes: dict[str, Shape] = {}
    for shape, rows in tables_of(lines_of(file, private_key=private_key), reader, _AT_ONCE):
        if shape.table not in shapes:
            restoring.check_shape(conn, shape)
            shapes[shape.table] = shape
        restoring.add(conn, shape, rows)
    if reader.check_end() != head:
        raise BackupError("The backup was exchanged while it was read.")
    for shape in shapes.values():
        if restoring.count(conn, shape) != head.counts[shape.table]:
            raise BackupError(f"Not all rows of {shape.table} arrived in the database.")
    if sealing_keys is not None:
        restoring.check_key(conn, sealing_keys)
    restoring.finish(conn, shapes.values())


def _histories(conn: Connection) -> dict[str, Fault | None]:
    return {site.key: history.first_fault(conn, site.id) for site in sites.all_sites(conn)}
