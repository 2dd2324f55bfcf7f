"""Public ids say nothing, and a pseudonym means something inside one thread only."""

import re

import pytest

from commentsvc.domain.ids import is_public_id, new_public_id
from commentsvc.domain.pseudonyms import PSEUDONYM_BYTES, new_pseudonym, thread_key


def test_a_hundred_thousand_ids_have_the_form_and_never_repeat() -> None:
    ids = {new_public_id() for _ in range(100_000)}
    assert len(ids) == 100_000
    assert all(map(is_public_id, ids))


def test_every_character_of_an_id_varies() -> None:
    ids = [new_public_id() for _ in range(2_000)]
    assert all(len(set(column)) == 32 for column in zip(*ids, strict=True))


@pytest.mark.parametrize("text", ["", "a" * 23, "a" * 25, "A" * 24, "1" * 24, "a" * 24 + "\n", "ä" * 24, "../" * 8])
def test_other_texts_are_no_ids(text: str) -> None:
    assert is_public_id("a" * 24)
    assert not is_public_id(text)


def test_a_pseudonym_is_random() -> None:
    assert len({new_pseudonym() for _ in range(1_000)}) == 1_000
    assert len(new_pseudonym()) == PSEUDONYM_BYTES


def test_an_author_has_one_key_in_a_thread_and_another_one_elsewhere() -> None:
    author, other, here, elsewhere = new_pseudonym(), new_pseudonym(), b"s" * 16, b"t" * 16
    assert thread_key(author, salt=here) == thread_key(author, salt=here)
    assert thread_key(author, salt=here) != thread_key(author, salt=elsewhere)
    assert thread_key(author, salt=here) != thread_key(other, salt=here)


def test_a_key_is_18_hexadecimal_digits_and_does_not_show_the_pseudonym() -> None:
    pseudonym = new_pseudonym()
    key = thread_key(pseudonym, salt=b"s" * 16)
    assert re.fullmatch("[0-9a-f]{18}", key)
    assert key not in pseudonym.hex()
