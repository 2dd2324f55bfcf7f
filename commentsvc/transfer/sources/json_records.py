"""JSON from elsewhere, record by record: the file is never in memory as a whole, however it is laid out."""

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, NoReturn

from commentsvc.domain.imports import ImportFileError

LONGEST_RECORD = 1024 * 1024
"""Characters."""
MOST_LEVELS = 3
"""Of objects that are gone into: what lies deeper belongs to a record."""
_AT_ONCE_BYTES = 64 * 1024
_SPACE = re.compile(r"[ \t\r\n]*")
_NO_JSON = "The file is no JSON, or it is cut off or damaged."


def records(file: BinaryIO) -> Iterator[tuple[str, Any]]:
    """Path and content of every value outside the arrays, and of each member of an array: ``data.Comment``.

    The path of a member of the outermost array is empty.

    Raises:
        ImportFileError: It is no JSON, or a record is larger or deeper than it may be.
    """
    window = _Window(file)
    yield from _values(window, "", 0)
    if window.peek():
        _refuse()


def _values(window: "_Window", path: str, level: int) -> Iterator[tuple[str, Any]]:
    first = window.peek()
    if first == "[":
        for _ in _members(window, "]"):
            yield path, window.value()
    elif first == "{" and level < MOST_LEVELS:
        for _ in _members(window, "}"):
            name = window.value()
            window.take(":")
            yield from _values(window, f"{path}.{name}" if path else str(name), level + 1)
    else:
        yield path, window.value()


def _members(window: "_Window", end: str) -> Iterator[None]:
    """Stands before each member of an array or object, and goes past the last one's end."""
    window.skip()
    if window.peek() != end:
        yield
        while window.peek() == ",":
            window.skip()
            yield
    window.take(end)


class _Window:
    """The part of a file that is looked at."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._text, self._at, self._is_all = file, "", 0, False
        self._decode = codecs.getincrementaldecoder("utf-8-sig")()
        self._parse = json.JSONDecoder().raw_decode

    def peek(self) -> str:
        """The next sign that is no space; empty at the end."""
        while True:
            self._at = _space_end(self._text, self._at)
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._grow():
                return ""

    def skip(self) -> None:
        """Go past one sign."""
        self._at += 1

    def take(self, sign: str) -> None:
        """Go past a sign that must stand here."""
        if self.peek() != sign:
            _refuse()
        self._at += 1

    def value(self) -> Any:  # noqa: ANN401 - any JSON
        """The next value, whole."""
        if not self.peek():
            _refuse()
        while True:
            try:
                found, end = self._parse(self._text, self._at)
            except RecursionError:
                raise ImportFileError("The file is nested too deeply.") from None
            except ValueError:
                found, end = None, len(self._text)
            is_cut = end == len(self._text)  # also a number that goes on
            if is_cut and len(self._text) - self._at > LONGEST_RECORD:
                raise ImportFileError(f"A record of the file has more than {LONGEST_RECORD:,} characters.")
            if is_cut and self._grow():
                continue
            return self._went(found, end)

    def _went(self, found: Any, end: int) -> Any:  # noqa: ANN401 - any JSON
        if found is None and self._text[self._at : self._at + 4] != "null":
            _refuse()
        self._at = end
        return found

    def _grow(self) -> bool:
        """Read on; False at the end. What was gone past is forgotten; what is waited for doubles."""
        if self._is_all:
            return False
        kept = self._text[self._at :]
        octets = self._file.read(max(_AT_ONCE_BYTES, len(kept)))
        try:
            more = self._decode.decode(octets, final=not octets)
        except UnicodeDecodeError:
            raise ImportFileError("The file is no UTF-8.") from None
        self._is_all = not octets
        self._text, self._at = kept + more, 0
        return bool(octets)


def _space_end(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return at if found is None else found.end()


def _refuse() -> NoReturn:
    raise ImportFileError(_NO_JSON)
