"""Files from elsewhere, line by line or byte by byte, packed with gzip or not: nothing in them can fill the memory."""

import gzip
import io
import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from typing_extensions import override

from commentsvc.domain.imports import ImportFileError

LONGEST_RECORD_BYTES = 1024 * 1024
MOST_BYTES = 4 * 1024 * 1024 * 1024
MOST_TIMES_LARGER = 100
"""Unpacked against packed; texts have ten to thirty."""
_UNSUSPICIOUS_BYTES = 1024 * 1024
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """A file, unpacked if it is gzip.

    Raises:
        ImportFileError: It is not there, empty, a zip archive, damaged, or grows too much when it is unpacked.
    """
    if not path.is_file():
        raise ImportFileError(f"There is no file {path}.")
    with path.open("rb") as file:
        beginning = file.read(len(_ZIP))
        file.seek(0)
        if not beginning:
            raise ImportFileError("The file is empty.")
        if beginning == _ZIP:
            raise ImportFileError("The file is a zip archive: unpack it, and name the file that was in it.")
        if not beginning.startswith(_GZIP):
            yield file
            return
        try:
            yield io.BufferedReader(_Bounded(file))
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise ImportFileError("The file is damaged: it cannot be unpacked.") from None


class _Bounded(io.RawIOBase):
    """gzip that is watched: how much comes out of how little."""

    def __init__(self, packed: BinaryIO) -> None:
        super().__init__()
        self._packed, self._file, self._bytes = packed, gzip.GzipFile(fileobj=packed), 0

    @override
    def readable(self) -> bool:
        return True

    @override
    def readinto(self, buffer: Any) -> int:
        found = self._file.read(len(buffer))
        buffer[: len(found)] = found
        self._bytes += len(found)
        is_bomb = self._bytes > max(_UNSUSPICIOUS_BYTES, MOST_TIMES_LARGER * self._packed.tell())
        if is_bomb or self._bytes > MOST_BYTES:
            raise ImportFileError(f"The file grows more than {MOST_TIMES_LARGER} times when it is unpacked.")
        return len(found)


def json_lines(
    file: BinaryIO, *, first_bytes: int = LONGEST_RECORD_BYTES
) -> Iterator[tuple[int, dict[str, Any] | None]]:
    """Number and content of each line that is not empty; None: it is no JSON object.

    Args:
        file: At its beginning.
        first_bytes: How long the first line may be, if it is none of the records.
    """
    number, limit = 0, first_bytes
    while line := file.readline(limit + 1):
        number += 1
        if len(line) > limit:
            raise ImportFileError(f"Line {number} is longer than any comment: {limit:,} bytes.")
        limit = LONGEST_RECORD_BYTES
        if line.strip():
            yield number, _parsed(line)


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        content = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None
