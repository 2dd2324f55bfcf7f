"""The lines of a backup: JSON, one a line, the same for both engines. docs/backup-format.md describes them.

The first is the head, then for each table a line that names it and its columns and one line for each row, at last the
end with the SHA-256 of all lines before it.
"""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from commentsvc.domain.backups import FORMAT, BackupError, Head, Kind, Shape

_KIND_OF_FILE = "commentsvc backup"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_DAMAGED = "The backup is damaged"


class LineWriter:
    """Spells a backup.

    Args:
        write: Takes each line, with its end.
    """

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write, self._digest = write, hashlib.sha256()

    def head(self, head: Head) -> None:
        """The first line."""
        self._line({
            "file": _KIND_OF_FILE,
            "format": FORMAT,
            "revision": head.revision,
            "created_at": head.created_at.isoformat(),
            "engine": head.engine,
            "counts": dict(head.counts),
        })  # fmt: skip

    def table(self, shape: Shape) -> None:
        """The line before a table's rows."""
        self._line({"table": shape.table, "columns": dict(shape.columns)})

    def rows(self, shape: Shape, rows: Iterable[Sequence[Any]]) -> None:
        """A line for each row: its values in the order of the columns."""
        spellings = [_SPELL.get(kind) for kind in shape.columns.values()]
        for row in rows:
            self._line([
                value if value is None or spell is None else spell(value)
                for spell, value in zip(spellings, row, strict=True)
            ])  # fmt: skip

    def end(self) -> None:
        """The last line."""
        self._line({"end": True, "sha256": self._digest.hexdigest()})

    def _line(self, content: object) -> None:
        line = json.dumps(content, separators=(",", ":")).encode("ascii") + b"\n"
        self._digest.update(line)
        self._write(line)


class LineReader:
    """Reads a backup line by line, and takes nothing for granted.

    `head` is known after the first line; `is_whole` after the last.
    """

    def __init__(self) -> None:
        self.head: Head | None = None
        self.is_whole = False
        self._digest = hashlib.sha256()
        self._found: dict[str, int] = {}
        self._shape: Shape | None = None

    def take(self, line: bytes) -> tuple[Shape, list[Any] | None] | None:
        """Understand one line.

        Args:
            line: Without its end.

        Returns:
            A table and one of its rows, a table and None where it begins, or None for the head and the end.

        Raises:
            BackupError: It is not what must stand here.
        """
        if self.is_whole:
            raise BackupError(f"{_DAMAGED}: it goes on after its end.")
        content = _parsed(line)
        found: tuple[Shape, list[Any] | None] | None = None
        if self.head is None:
            self.head = _head(content)
        elif isinstance(content, list):
            found = self._row(content)
        elif "table" in content:
            found = self._table(content)
        else:
            self._end(content)
        self._digest.update(line + b"\n")
        return found

    def check_end(self) -> Head:
        """The head, if nothing is missing.

        Raises:
            BackupError: The end has not been read.
        """
        if self.head is None or not self.is_whole:
            raise BackupError("The backup is cut off: its end is missing.")
        return self.head

    def _table(self, content: Mapping[str, Any]) -> tuple[Shape, None]:
        try:
            columns = {name: Kind(kind) for name, kind in content["columns"].items()}
            names = [content["table"], *columns]
            is_sound = all(_NAME.fullmatch(name) for name in names)
        except (KeyError, TypeError, ValueError, AttributeError):
            is_sound, columns = False, {}
        if not is_sound or content["table"] in self._found:
            raise BackupError(f"{_DAMAGED}: a table's line cannot be read.")
        self._shape = Shape(content["table"], columns)
        self._found[self._shape.table] = 0
        return self._shape, None

    def _row(self, content: list[Any]) -> tuple[Shape, list[Any]]:
        shape = self._shape
        if shape is None or len(content) != len(shape.columns):
            raise BackupError(f"{_DAMAGED}: a row does not fit its table.")
        try:
            row = [
                None if value is None and kind is not Kind.JSON else _READ[kind](value)
                for kind, value in zip(shape.columns.values(), content, strict=True)
            ]
        except (ValueError, TypeError):
            raise BackupError(f"{_DAMAGED}: a row of {shape.table} cannot be read.") from None
        self._found[shape.table] += 1
        return shape, row

    def _end(self, content: Mapping[str, Any]) -> None:
        if content.get("end") is not True:
            raise BackupError(f"{_DAMAGED}: it has a line of an unknown kind.")
        if content.get("sha256") != self._digest.hexdigest():
            raise BackupError(f"{_DAMAGED}: its content is not what was written.")
        if self.head is not None and self._found != dict(self.head.counts):
            raise BackupError(f"{_DAMAGED}: it does not hold as many rows as it says.")
        self.is_whole = True


def read_all(lines: Iterable[bytes]) -> Head:
    """Read a backup through to its end; what it says of itself, if everything is as it was written.

    Raises:
        BackupError: It is not.
    """
    reader = LineReader()
    for line in lines:
        reader.take(line)
    return reader.check_end()


def tables_of(lines: Iterable[bytes], reader: LineReader, at_once: int) -> Iterator[tuple[Shape, list[list[Any]]]]:
    """Each table with its rows, in portions; the first portion of each table may be empty.

    Args:
        lines: All of a backup.
        reader: That has read none of them; afterwards it can be asked whether nothing is missing.
        at_once: Rows in a portion, at most.

    Raises:
        BackupError: As `LineReader.take`.
    """
    shape: Shape | None = None
    rows: list[list[Any]] = []
    for line in lines:
        found = reader.take(line)
        if shape is not None and (found is None or found[1] is None or len(rows) == at_once):
            yield shape, rows
            rows = []
        if found is None:
            shape = None
        else:
            shape, row = found
            if row is not None:
                rows.append(row)


def _parsed(line: bytes) -> Any:  # noqa: ANN401 - any JSON
    try:
        content = json.loads(line)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict | list):
        raise BackupError(f"{_DAMAGED}: a line is no JSON.")
    return content


def _head(content: Any) -> Head:  # noqa: ANN401 - any JSON
    if not isinstance(content, dict) or content.get("file") != _KIND_OF_FILE:
        raise BackupError("The file is no backup of commentsvc.")
    if content.get("format") != FORMAT:
        raise BackupError(
            f"The backup has format {content.get('format')!r:.20}, this program reads {FORMAT}. Use the version of "
            "commentsvc that made it, or a newer one."
        )
    try:
        created_at = datetime.fromisoformat(content["created_at"])
        counts = {str(name): int(number) for name, number in content["counts"].items()}
        return Head(str(content["revision"]), created_at.astimezone(UTC), str(content["engine"]), counts)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise BackupError(f"{_DAMAGED}: its head cannot be read.") from None


def _b64(octets: bytes) -> str:
    return base64.b64encode(octets).decode("ascii")


def _only(kind: type) -> Callable[[Any], Any]:
    def read(value: object) -> object:
        if type(value) is not kind:
            raise TypeError(kind)
        return value

    return read


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time without its zone")
    return moment


_SPELL: Mapping[Kind, Callable[[Any], Any]] = {Kind.BYTES: _b64, Kind.MOMENT: datetime.isoformat}
_READ: Mapping[Kind, Callable[[Any], Any]] = {
    Kind.INTEGER: _only(int),
    Kind.TEXT: _only(str),
    Kind.BOOLEAN: _only(bool),
    Kind.BYTES: lambda text: base64.b64decode(text, validate=True),
    Kind.MOMENT: _moment,
    Kind.JSON: lambda value: value,
}
