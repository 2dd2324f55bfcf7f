"""Isso: its SQLite database.

Tables `threads` (id, uri, title) and `comments` (tid, id, parent, created and modified in seconds, mode 1 public, 2
waiting, 4 deleted with replies, remote_addr, text in Markdown, author, email, website, likes, dislikes, voters), as
isso/db/comments.py makes them. The anchor of a comment is ``#isso-ID``.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from commentsvc.domain.imports import Fault, ImportFileError, Item, SourceStatus, SourceThread
from commentsvc.transfer.sources import read_fields

_LONGEST_BYTES = 4 * 1024 * 1024
_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name IN ('comments', 'threads')"
_THREADS = "SELECT id, uri, title FROM threads"
_COMMENTS = (
    "SELECT id, tid, parent, created, modified, mode, text, author, email, website, likes FROM comments ORDER BY id"
)
_STATUS = {1: SourceStatus.APPROVED, 2: SourceStatus.PENDING, 4: SourceStatus.DELETED}
_NONE_OF_ISSO = "The file is no database of Isso."


def read_isso(path: Path) -> Iterator[Item | Fault]:
    """The comments in a database of Isso, which is only read.

    Raises:
        ImportFileError: It is none.
    """
    if not path.is_file():
        raise ImportFileError(f"There is no file {path}.")
    database = sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True)
    try:
        database.row_factory = sqlite3.Row
        database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_BYTES)
        database.execute("PRAGMA trusted_schema = OFF")
        if len(database.execute(_TABLES).fetchall()) < 2:  # noqa: PLR2004 - both of them
            raise ImportFileError(_NONE_OF_ISSO)
        threads = {row["id"]: SourceThread(str(row["uri"]), row["title"]) for row in database.execute(_THREADS)}
        for row in database.execute(_COMMENTS):
            yield _item(dict(row), threads)
    except (sqlite3.Error, UnicodeDecodeError):
        raise ImportFileError(_NONE_OF_ISSO) from None
    finally:
        database.close()


def _item(row: dict[str, Any], threads: dict[Any, SourceThread]) -> Item | Fault:
    item_id = read_fields.identity(row, "id")
    created_at = read_fields.moment(row["created"])
    thread = threads.get(row["tid"])
    if thread is None:
        return Fault(item_id, "It belongs to no thread.")
    if created_at is None:
        return Fault(item_id, read_fields.NO_TIME)
    return Item(
        id=item_id,
        thread=thread,
        parent=read_fields.identity(row, "parent") or None,
        status=_STATUS.get(row["mode"], SourceStatus.DELETED),
        name=read_fields.text(row, "author"),
        email=read_fields.email(row, "email"),
        website=read_fields.text(row, "website"),
        body=read_fields.text(row, "text"),
        created_at=created_at,
        edited_at=read_fields.moment(row["modified"]),
        likes=read_fields.number(row, "likes"),
    )
