"""Where a command writes what is nobody else's business."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO


@contextmanager
def opened(out: Path | None) -> Iterator[TextIO]:
    """A new file with mode 0600, or the terminal if none is named.

    Raises:
        FileExistsError: There is a file of that name; it stays as it is.
    """
    if out is None:
        yield sys.stdout
        return
    descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        yield file
