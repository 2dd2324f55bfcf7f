"""The query of an address: only names that exist, each once, so that a cache keeps one copy of each answer."""

from collections.abc import Collection
from typing import TypeVar

from starlette.requests import Request

from commentsvc.domain.errors import MalformedParameterError, MissingParameterError, UnknownParameterError
from commentsvc.domain.text import is_well_formed

_Word = TypeVar("_Word", bound=str)


def read_query(
    request: Request, *, required: Collection[str], optional: Collection[str] = (), repeated: Collection[str] = ()
) -> dict[str, str]:
    """The parameters, by name; those in `repeated` are checked but left to `request.query_params.getlist`.

    Raises:
        UnknownParameterError: A name that is not taken, or one twice.
        MissingParameterError: A required one is absent or empty.
        MalformedParameterError: NUL or a lone surrogate in a value.
    """
    values: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name in values or name not in {*required, *optional, *repeated}:
            raise UnknownParameterError
        if not is_well_formed(value) or "\ufffd" in value:
            raise MalformedParameterError
        if name not in repeated:
            values[name] = value
    if any(not values.get(name) for name in required):
        raise MissingParameterError
    return {name: value for name, value in values.items() if value}


def one_of(words: type[_Word], value: str | None, default: _Word) -> _Word:
    """A parameter that takes a few words.

    Raises:
        MalformedParameterError: Another word.
    """
    if value is None:
        return default
    try:
        return words(value)
    except ValueError:
        raise MalformedParameterError from None
