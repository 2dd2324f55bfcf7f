"""One tree of errors; each has its own code, a fitting status and a sentence that a reader understands."""

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from commentsvc.domain.errors import CommentsvcError
from tests.guard.error_tree import all_errors, error_classes
from tests.guard.sources import Source


def error_faults(error: type[CommentsvcError]) -> Iterator[str]:
    """A sentence for each thing that is wrong with a class of the tree."""
    own = vars(error)
    for name in ("code", "status", "public"):
        is_plain_failure = name == "public" and own.get("status") == 500  # the general sentence says it
        if name not in own and not is_plain_failure:
            yield f"{error.__name__} has no `{name}` of its own."
    if not re.fullmatch(r"[a-z]+(_[a-z]+)*", error.code):
        yield f"{error.__name__}: `{error.code}` is not written like_this."
    if not 400 <= error.status <= 599:
        yield f"{error.__name__}: {error.status} is no status of an error."
    if not re.fullmatch(r"[A-Z].{8,}[.!?]", error.public):
        yield f"{error.__name__}: `public` is no sentence: it begins with a capital and ends with a full stop."
    if not (error.__doc__ or "").strip() or "__doc__" not in own:
        yield f"{error.__name__} has no docstring; it becomes the meaning in docs/errors.md."
    if not error.__name__.endswith("Error"):
        yield f"{error.__name__} does not end with `Error`."


def test_every_error_is_whole() -> None:
    assert [fault for error in all_errors() for fault in error_faults(error)] == []


def test_no_two_errors_share_a_code() -> None:
    counts = Counter(error.code for error in all_errors())
    assert [code for code, times in counts.items() if times > 1] == []
    assert len(counts) > 20


class _Bare(CommentsvcError):  # noqa: N818 - wrong on purpose
    pass


class _Wrong(CommentsvcError):  # noqa: N818 - wrong on purpose
    """Wrong in each way."""

    code, status, public = "Not-Like-This", 302, "no sentence"


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (_Bare, "no `code` of its own"),
        (_Bare, "no `status` of its own"),
        (_Bare, "no `public` of its own"),
        (_Bare, "no docstring"),
        (_Bare, "does not end with `Error`"),
        (_Wrong, "not written like_this"),
        (_Wrong, "302 is no status of an error"),
        (_Wrong, "no sentence"),
    ],
)
def test_an_error_that_is_not_whole_is_found(error: type[CommentsvcError], told: str) -> None:
    assert any(told in fault for fault in error_faults(error))


def test_an_error_is_found_in_any_file_and_below_any_other() -> None:
    sources = (
        Source("commentsvc/a/b.py", "class LeafError(errors.MiddleError): pass\nclass OtherError(ValueError): pass"),
        Source("commentsvc/c/__init__.py", "class MiddleError(CommentsvcError): pass"),
        Source("commentsvc/domain/errors.py", "class CommentsvcError(Exception): pass"),
    )
    assert sorted(error_classes(sources)) == [
        ("commentsvc.a.b", "LeafError"),
        ("commentsvc.c", "MiddleError"),
        ("commentsvc.domain.errors", "CommentsvcError"),
    ]
