"""Closed streams: the same bytes come out, and a changed, missing, doubled or added one never goes unseen."""

from io import BytesIO

import pytest
from nacl.public import PrivateKey

from commentsvc.domain.backups import BackupError
from commentsvc.vault.sealed_stream import MAGIC, PIECE_BYTES, SealingStream, frames, is_sealed, opened, skip_beginning

KEY = PrivateKey.generate()
BEGINNING_BYTES = len(MAGIC) + 80 + 24


def sealed(octets: bytes) -> bytes:
    out = BytesIO()
    stream = SealingStream(bytes(KEY.public_key), out.write)
    stream.write(octets)
    stream.finish()
    return out.getvalue()


def pieces(closed: bytes) -> list[bytes]:
    """The frames with their lengths."""
    file = BytesIO(closed)
    skip_beginning(file)
    return [len(frame).to_bytes(4) + frame for frame in frames(file)]


def reading(closed: bytes, key: PrivateKey = KEY) -> bytes:
    return b"".join(opened(BytesIO(closed), bytes(key)))


@pytest.mark.parametrize("size", [0, 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES])
def test_what_was_closed_comes_back(size: int) -> None:
    octets = bytes(number % 251 for number in range(size))
    closed = sealed(octets)
    assert is_sealed(closed)
    assert reading(closed) == octets
    assert len(pieces(closed)) == max(1, -(-size // PIECE_BYTES))


def test_another_key_opens_nothing() -> None:
    with pytest.raises(BackupError, match="not encrypted for this key"):
        reading(sealed(b"words"), PrivateKey.generate())


def test_pieces_left_out_exchanged_or_doubled_are_found() -> None:
    closed = sealed(bytes(3 * PIECE_BYTES))
    beginning, (one, two, three) = closed[:BEGINNING_BYTES], pieces(closed)
    assert reading(beginning + one + two + three) == bytes(3 * PIECE_BYTES)
    for wrong, why in (
        ([one, two], "cut off"),
        ([], "cut off"),
        ([two, three], "damaged"),
        ([two, one, three], "damaged"),
        ([one, one, two, three], "damaged"),
        ([one, three], "damaged"),
        ([one, two, three, three], "goes on after its end"),
    ):
        with pytest.raises(BackupError, match=why):
            reading(beginning + b"".join(wrong))


def test_the_beginning_is_vouched_for() -> None:
    one, other = sealed(b"words"), sealed(b"words")
    with pytest.raises(BackupError):
        reading(one[:BEGINNING_BYTES] + other[BEGINNING_BYTES:])
    with pytest.raises(BackupError, match="cut off"):
        reading(one[: BEGINNING_BYTES - 1])
    with pytest.raises(BackupError, match="cut off"):
        skip_beginning(BytesIO(one[: BEGINNING_BYTES - 1]))
    with pytest.raises(BackupError, match="cut off"):
        skip_beginning(BytesIO(b"x" * 200))


@pytest.mark.parametrize(
    ("frame", "why"),
    [
        (b"\x00\x00", "cut off"),
        (b"\x00\x00\x00\x01x", "damaged"),
        (b"\xff\xff\xff\xffx", "damaged"),
        (b"\x00\x00\x00\x20x", "cut off"),
    ],
)
def test_a_frame_that_nobody_wrote_is_refused(frame: bytes, why: str) -> None:
    with pytest.raises(BackupError, match=why):
        list(frames(BytesIO(frame)))
