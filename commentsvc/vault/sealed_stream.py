"""A stream of any length, closed for whoever holds a private key, in pieces that can be neither changed nor left out.

A file begins with 32 bytes that name the format, then a sealed box around the stream's random key (80 bytes), the
stream's header (24 bytes), and frames: the length of the closed piece (4 bytes, most significant first) and the piece.
The last piece is marked as such inside.

Source:
    libsodium: sealed boxes (X25519, XSalsa20-Poly1305) and secretstream (XChaCha20-Poly1305).
"""

from collections.abc import Callable, Iterator
from typing import BinaryIO

from nacl import bindings, utils
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from commentsvc.domain.backups import BackupError

MAGIC = b"commentsvc sealed stream 1\n".ljust(32, b"\x00")
PIECE_BYTES = 64 * 1024
_BOX_BYTES = bindings.crypto_secretstream_xchacha20poly1305_KEYBYTES + bindings.crypto_box_SEALBYTES
_HEADER_BYTES = bindings.crypto_secretstream_xchacha20poly1305_HEADERBYTES
_MORE_BYTES: int = bindings.crypto_secretstream_xchacha20poly1305_ABYTES
_MESSAGE: int = bindings.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
_FINAL: int = bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL
_LENGTH_BYTES = 4
_DAMAGED = "The file is damaged: it cannot be opened"
_CUT = "The file is cut off: its end is missing"
_LONGER = "The file goes on after its end"


class SealingStream:
    """Closes what it is given.

    Args:
        public_key: 32 bytes.
        write: Takes the closed bytes.
    """

    def __init__(self, public_key: bytes, write: Callable[[bytes], object]) -> None:
        self._write, self._waiting = write, bytearray()
        self._state = bindings.crypto_secretstream_xchacha20poly1305_state()
        key = utils.random(bindings.crypto_secretstream_xchacha20poly1305_KEYBYTES)
        header = bindings.crypto_secretstream_xchacha20poly1305_init_push(self._state, key)
        self._beginning: bytes | None = MAGIC + SealedBox(PublicKey(public_key)).encrypt(key) + header
        write(self._beginning)

    def write(self, octets: bytes) -> None:
        """Close some bytes; a few wait for the next."""
        self._waiting += octets
        while len(self._waiting) > PIECE_BYTES:
            self._push(bytes(self._waiting[:PIECE_BYTES]), _MESSAGE)
            del self._waiting[:PIECE_BYTES]

    def finish(self) -> None:
        """Close what still waits, as the last piece."""
        self._push(bytes(self._waiting), _FINAL)
        self._waiting.clear()

    def _push(self, piece: bytes, tag: int) -> None:
        about, self._beginning = self._beginning, None  # the first piece vouches for what stands before it
        closed = bindings.crypto_secretstream_xchacha20poly1305_push(self._state, piece, about, tag)
        self._write(len(closed).to_bytes(_LENGTH_BYTES) + closed)


def is_sealed(beginning: bytes) -> bool:
    """Whether a file that begins so is a closed stream."""
    return beginning.startswith(MAGIC)


def opened(file: BinaryIO, private_key: bytes) -> Iterator[bytes]:
    """What was closed, piece by piece.

    Args:
        file: At its beginning.
        private_key: 32 bytes.

    Raises:
        BackupError: Another key, a changed byte, an end too early or too late.
    """
    magic, box, header = file.read(len(MAGIC)), file.read(_BOX_BYTES), file.read(_HEADER_BYTES)
    if not is_sealed(magic) or len(header) < _HEADER_BYTES:
        raise BackupError(f"{_CUT}.")
    try:
        key = SealedBox(PrivateKey(private_key)).decrypt(box)
    except CryptoError:
        raise BackupError("The file was not encrypted for this key, or its beginning is damaged.") from None
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    bindings.crypto_secretstream_xchacha20poly1305_init_pull(state, header, key)
    about: bytes | None = magic + box + header
    for number, closed in enumerate(frames(file), start=1):
        try:
            piece, tag = bindings.crypto_secretstream_xchacha20poly1305_pull(state, closed, about)
        except (CryptoError, ValueError):
            raise BackupError(f"{_DAMAGED} at piece {number:,}.") from None
        about = None
        yield piece
        if tag == _FINAL:
            if file.read(1):
                raise BackupError(f"{_LONGER}.")
            return
    raise BackupError(f"{_CUT}.")


def frames(file: BinaryIO) -> Iterator[bytes]:
    """The closed pieces as they lie in a file, after its beginning.

    Raises:
        BackupError: One is not whole, or longer than any that we write.
    """
    while length := file.read(_LENGTH_BYTES):
        size = int.from_bytes(length)
        if len(length) < _LENGTH_BYTES:
            raise BackupError(f"{_CUT}.")
        if not _MORE_BYTES <= size <= PIECE_BYTES + _MORE_BYTES:
            raise BackupError(f"{_DAMAGED}.")
        closed = file.read(size)
        if len(closed) < size:
            raise BackupError(f"{_CUT}.")
        yield closed


def skip_beginning(file: BinaryIO) -> None:
    """Go to the first frame.

    Raises:
        BackupError: It does not begin like a closed stream.
    """
    beginning = file.read(len(MAGIC) + _BOX_BYTES + _HEADER_BYTES)
    if not is_sealed(beginning) or len(beginning) < len(MAGIC) + _BOX_BYTES + _HEADER_BYTES:
        raise BackupError(f"{_CUT}.")
