"""The parts of the running service, found by their type."""

from collections.abc import Mapping
from typing import TypeVar

from starlette.requests import HTTPConnection

T = TypeVar("T")


def part(request: HTTPConnection, kind: type[T]) -> T:
    """The part of this type: ``part(request, Store)``.

    The table of parts is made once, in `commentsvc.app`; a stage names only the types that it may import.
    """
    parts: Mapping[type, object] = request.app.state.parts
    found = parts[kind]
    assert isinstance(found, kind)  # noqa: S101 - the table maps each type to one of its own
    return found
