"""The writer's own address and phone numbers are found; the embed's rule is held by the same table."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from commentsvc.domain.emails import EmailAddress
from commentsvc.domain.giveaways import has_address, has_phone

_TABLE: dict[str, Any] = json.loads(Path(__file__).with_name("giveaways.json").read_text("utf-8"))
_EMAIL = EmailAddress(_TABLE["email"])


@pytest.mark.parametrize("words", _TABLE["address"]["hits"])
def test_the_own_address_is_found_however_it_is_spelled(words: str) -> None:
    assert has_address(words, _EMAIL)


@pytest.mark.parametrize("words", _TABLE["address"]["misses"])
def test_nothing_else_is_taken_for_the_own_address(words: str) -> None:
    assert not has_address(words, _EMAIL)


@pytest.mark.parametrize("words", _TABLE["phone"]["hits"])
def test_phone_numbers_are_found(words: str) -> None:
    assert has_phone(words)


@pytest.mark.parametrize("words", _TABLE["phone"]["misses"])
def test_dates_amounts_and_the_like_are_no_phone_numbers(words: str) -> None:
    assert not has_phone(words)


@pytest.mark.parametrize("typed", ["", " ", "ada", "ada."])
def test_without_a_whole_address_there_is_none_to_find(typed: str) -> None:
    assert not has_address(f"ada. {typed}", EmailAddress(typed))


@pytest.mark.parametrize("piece", ["1 ", "1(", "+1-", "a@", "a at ", "@", " ", ".", ". - ", "&#64;", "0.0", "a. - "])
def test_no_words_take_long(piece: str) -> None:
    """Linear: nobody can keep the service busy with a comment, whatever address goes with it."""
    words = piece * (10_000 // len(piece))
    start = time.process_time()
    has_phone(words)
    has_address(words, EmailAddress(f"{'a.-' * 20}@a.a.a"))
    assert time.process_time() - start < 0.5
