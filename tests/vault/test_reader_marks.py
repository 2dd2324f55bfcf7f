from dataclasses import replace

from commentsvc.vault.keys import KeyRing, new_key_ring
from commentsvc.vault.reader_marks import ReaderMarks

TOKEN, COMMENT = "r" * 22, "a" * 24


def test_a_mark_is_sixteen_bytes_and_always_the_same(ring: KeyRing) -> None:
    (mark,) = ReaderMarks(ring).of_like(TOKEN, comment=COMMENT)

    assert len(mark) == 16
    assert ReaderMarks(ring).of_like(TOKEN, comment=COMMENT) == [mark]


def test_the_marks_of_one_device_have_nothing_in_common(ring: KeyRing) -> None:
    marks = ReaderMarks(ring)

    found = {
        *marks.of_like(TOKEN, comment=COMMENT),
        *marks.of_like(TOKEN, comment="b" * 24),
        *marks.of_like("s" * 22, comment=COMMENT),
        *marks.of_report(TOKEN, comment=COMMENT),
        *ReaderMarks(new_key_ring()).of_like(TOKEN, comment=COMMENT),
    }

    assert len(found) == 5


def test_after_a_rotation_the_earlier_mark_is_still_looked_for(ring: KeyRing) -> None:
    rotated = replace(ring, index=(*new_key_ring().index, *ring.index))

    newest, earlier = ReaderMarks(rotated).of_like(TOKEN, comment=COMMENT)

    assert [earlier] == ReaderMarks(ring).of_like(TOKEN, comment=COMMENT)
    assert newest != earlier
