"""The body of a request: counted while it streams, well-formed text, a JSON object or a form."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from commentsvc.domain.errors import (
    MalformedJsonError,
    MalformedTextError,
    TooLargeError,
    UnknownFieldError,
    UnsupportedMediaTypeError,
)
from commentsvc.domain.text import is_well_formed

_FORM_FIELDS = 40


async def read_json(request: Request, *, limit_bytes: int) -> dict[str, Any]:
    """The body as a JSON object.

    Raises:
        UnsupportedMediaTypeError: Not `application/json`, or compressed.
        TooLargeError: More than `limit_bytes`; reading stops there.
        MalformedTextError: Invalid UTF-8, NUL or a lone surrogate anywhere in it.
        MalformedJsonError: Not a JSON object.
    """
    text = await _read_text(request, media_type="application/json", limit_bytes=limit_bytes)
    try:
        value = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_without_doubles)
    except (ValueError, RecursionError):
        raise MalformedJsonError from None
    if not isinstance(value, dict):
        raise MalformedJsonError
    if not all(is_well_formed(part) for part in _texts(value)):
        raise MalformedTextError
    return value


async def read_form(request: Request, *, limit_bytes: int) -> dict[str, str]:
    """The body as fields of a plain HTML form.

    Raises:
        UnsupportedMediaTypeError: Not `application/x-www-form-urlencoded`, or compressed.
        TooLargeError: More than `limit_bytes`; reading stops there.
        MalformedTextError: Invalid UTF-8, NUL or a lone surrogate anywhere in it.
        UnknownFieldError: A field twice, or more than any form of ours has.
    """
    text = await _read_text(request, media_type="application/x-www-form-urlencoded", limit_bytes=limit_bytes)
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_FORM_FIELDS)
    except UnicodeDecodeError:
        raise MalformedTextError from None
    except ValueError:
        raise UnknownFieldError from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise UnknownFieldError
    if not all(is_well_formed(part) for pair in pairs for part in pair):
        raise MalformedTextError
    return fields


async def _read_text(request: Request, *, media_type: str, limit_bytes: int) -> str:
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given != media_type or request.headers.get("content-encoding", "identity") != "identity":
        raise UnsupportedMediaTypeError
    if int_or_zero(request.headers.get("content-length")) > limit_bytes:
        raise TooLargeError
    received = bytearray()
    async for chunk in request.stream():
        received += chunk
        if len(received) > limit_bytes:
            raise TooLargeError
    try:
        return received.decode("utf-8")
    except UnicodeDecodeError:
        raise MalformedTextError from None


def int_or_zero(text: str | None) -> int:
    """A header's number, 0 if it is none."""
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 20 else 0  # noqa: PLR2004 - digits of 2**63


def _refuse_constant(_name: str) -> None:
    raise ValueError("NaN and Infinity are no JSON")


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a name twice")
    return value


def _texts(value: object) -> Iterator[str]:
    """Every string in a JSON value, names included; the parser has bounded its depth."""
    waiting: list[object] = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, str):
            yield part
        elif isinstance(part, list):
            waiting.extend(part)
        elif isinstance(part, dict):
            waiting.extend(part)
            waiting.extend(part.values())
