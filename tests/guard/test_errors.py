"""One tree of errors; each has its own code, a fitting status and a sentence that a reader understands."""

import ast
import re
from collections import Counter
from collections.abc import Iterator

import pytest

from commentsvc.domain import errors
from commentsvc.domain.errors import CommentsvcError
from tests.guard.sources import Source, dotted, package_sources

HOME = "commentsvc/domain/errors.py"


def all_errors() -> list[type[CommentsvcError]]:
    """The tree in the order of its file."""
    defined = [thing for thing in vars(errors).values() if isinstance(thing, type)]
    return [thing for thing in defined if issubclass(thing, CommentsvcError)]


def error_faults(error: type[CommentsvcError]) -> Iterator[str]:
    """A sentence for each thing that is wrong with a class of the tree."""
    own = vars(error)
    for name in ("code", "status", "public"):
        if name not in own:
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


def stray_faults(source: Source) -> Iterator[str]:
    """A sentence for each class of the tree that does not stand in the file of errors."""
    names = {error.__name__ for error in all_errors()}
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ClassDef) and source.path != HOME:
            for base in node.bases:
                if dotted(base).rpartition(".")[2] in names:
                    yield f"{source.place(node)}: {node.name} belongs into {HOME}, where all errors are seen together."


def test_every_error_is_whole() -> None:
    assert [fault for error in all_errors() for fault in error_faults(error)] == []


def test_no_two_errors_share_a_code() -> None:
    counts = Counter(error.code for error in all_errors())
    assert [code for code, times in counts.items() if times > 1] == []
    assert len(counts) > 20


def test_all_errors_stand_in_one_file() -> None:
    assert [fault for source in package_sources() for fault in stray_faults(source)] == []


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


@pytest.mark.parametrize("base", ["CommentsvcError", "errors.NotFoundError"])
def test_an_error_elsewhere_is_found(base: str) -> None:
    code = f"class Lost({base}):\n    code = 'lost'"
    assert len(list(stray_faults(Source("commentsvc/intake/x.py", code)))) == 1
    assert list(stray_faults(Source(HOME, code))) == []
