"""Moving to another database: a backup, checked as any other, restored at once."""

import tempfile
from datetime import datetime
from pathlib import Path

from commentsvc.store.engine import Store
from commentsvc.transfer.restore_backup import Restored, restore_backup
from commentsvc.transfer.write_backup import write_backup
from commentsvc.vault.backup_keys import passing_key


async def copy_store(source: Store, target: Store, *, now: datetime) -> Restored:
    """Fill an empty database with everything in another one, as it was at one moment; the whole or nothing.

    On its way it lies in a temporary file, encrypted for a key that is nowhere but in memory: also if this process
    dies, nobody's words are left on the disk.

    Args:
        source: Open, and nobody else's: it is busy all the while.
        target: Not open; open afterwards.
        now: The moment.

    Raises:
        BackupError: The other database is not empty, or something arrived otherwise; nothing was changed.
    """
    private, public = passing_key()
    with tempfile.TemporaryDirectory(prefix="commentsvc-copy-") as folder:
        written = await write_backup(source, Path(folder) / "everything", public_key=public, now=now)
        with written.path.open("rb") as file:
            return await restore_backup(target, file, private_key=private, sealing_keys=None)
