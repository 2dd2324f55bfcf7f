"""gzip in a stream: lines go in, bytes come out, and back, with a bounded amount of memory."""

import zlib
from collections.abc import Callable, Iterable, Iterator

from commentsvc.domain.backups import BackupError

_GZIP = 31
"""zlib's number for gzip's head and foot around a window of 32 KiB."""
_AT_ONCE_BYTES = 64 * 1024
_LONGEST_LINE_BYTES = 64 * 1024 * 1024


class Packer:
    """Compresses.

    Args:
        write: Takes the compressed bytes.
    """

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write, self._deflate = write, zlib.compressobj(wbits=_GZIP)

    def write(self, octets: bytes) -> None:
        """Compress some bytes."""
        if packed := self._deflate.compress(octets):
            self._write(packed)

    def finish(self) -> None:
        """Write what is left."""
        self._write(self._deflate.flush())


class Unpacker:
    """Decompresses, and parts the lines."""

    def __init__(self) -> None:
        self._inflate, self._rest = zlib.decompressobj(wbits=_GZIP), bytearray()

    def feed(self, packed: bytes) -> Iterator[bytes]:
        """The lines, without their ends, that some more bytes complete.

        Raises:
            BackupError: This is no gzip, or it was changed.
        """
        while packed:
            try:
                self._rest += self._inflate.decompress(packed, _AT_ONCE_BYTES)
            except zlib.error:
                raise BackupError("The backup is damaged: it cannot be unpacked.") from None
            if self._inflate.unused_data:
                raise BackupError("The backup is damaged: it goes on after its end.")
            packed = self._inflate.unconsumed_tail
            yield from self._lines()

    def check_end(self) -> None:
        """Refuse if anything is missing.

        Raises:
            BackupError: The last byte was not the end.
        """
        if not self._inflate.eof or self._rest:
            raise BackupError("The backup is cut off: its end is missing.")

    def _lines(self) -> Iterator[bytes]:
        if b"\n" in self._rest:
            *lines, rest = bytes(self._rest).split(b"\n")
            self._rest = bytearray(rest)
            yield from lines
        elif len(self._rest) > _LONGEST_LINE_BYTES:
            raise BackupError("The backup is damaged: a line has no end.")


def unpacked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The lines, without their ends, of a whole compressed stream.

    Raises:
        BackupError: It is damaged or not whole.
    """
    unpacker = Unpacker()
    for piece in pieces:
        yield from unpacker.feed(piece)
    unpacker.check_end()
