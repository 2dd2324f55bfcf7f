import pytest

from commentsvc.domain.reactions import is_reader_token


@pytest.mark.parametrize("text", ["a" * 22, "Z9-_" * 16])
def test_what_a_device_makes_at_random_is_a_token(text: str) -> None:
    assert is_reader_token(text)


@pytest.mark.parametrize("text", ["", "a" * 21, "a" * 65, "a" * 22 + "\n", "a" * 21 + " ", "\u0430" * 22])
def test_anything_else_is_none(text: str) -> None:
    assert not is_reader_token(text)
