"""An error tells the reader one thing and the log another."""

import pytest

from commentsvc.domain import errors
from commentsvc.domain.errors import CommentsvcError, InvalidInputError, TooManyRequestsError

TREE = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, CommentsvcError)]


def test_the_tree_is_the_one_that_programs_switch_on() -> None:
    assert len(TREE) >= 25
    assert len({each.code for each in TREE}) == len(TREE)


@pytest.mark.parametrize("kind", TREE, ids=lambda kind: kind.__name__)
def test_context_is_for_the_log_and_never_public(kind: type[CommentsvcError]) -> None:
    error = kind("context for the log")
    assert str(error) == "context for the log"
    assert "context" not in error.public
    assert 400 <= error.status <= 599
    assert error.public.endswith(".")


def test_an_error_without_more_has_neither_fields_nor_a_time_to_wait() -> None:
    assert (CommentsvcError().fields, CommentsvcError().retry_after_seconds) == ({}, None)


def test_fields_and_the_time_to_wait_come_along() -> None:
    given = {"name": "Please write your name."}
    error = InvalidInputError(fields=given)
    given.clear()
    assert error.fields == {"name": "Please write your name."}
    assert TooManyRequestsError(retry_after_seconds=7).retry_after_seconds == 7
