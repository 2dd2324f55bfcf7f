"""A disk on which a running service can write no further, without the rights that a small file system needs."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def full_disk(pid: int, journal: Path, *, room: int = 0) -> Iterator[None]:
    """Let no file of a process grow beyond the journal's present end; afterwards there is space again.

    The kernel refuses what is too much with EFBIG, and takes the beginning of a write that just fits; for SQLite both
    are what a full disk does.

    Args:
        pid: The service.
        journal: The database's ``-wal``.
        room: So many bytes still fit.
    """
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (journal.stat().st_size + room, before[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)
