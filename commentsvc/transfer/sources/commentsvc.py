"""commentsvc itself: what `commentsvc export` writes (docs/export-format.md).

Public ids stay, so that ``#comment-ID`` leads where it did. Sealed addresses are opened with this installation's
private key, if it is here and they were sealed for it, and sealed and indexed anew; else they are left out.
"""

import base64
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from commentsvc.domain.emails import AddressOpener, EmailAddress
from commentsvc.domain.errors import CommentsvcError
from commentsvc.domain.exports import FORMAT, KIND_OF_FILE
from commentsvc.domain.ids import is_public_id
from commentsvc.domain.imports import Fault, ImportFileError, Item, Reader, SourceStatus, SourceThread
from commentsvc.transfer.sources import read_fields
from commentsvc.transfer.sources.read_lines import json_lines, opened

_STATUS = {
    "approved": SourceStatus.APPROVED,
    "pending": SourceStatus.PENDING,
    "spam": SourceStatus.SPAM,
    "rejected": SourceStatus.REJECTED,
    "deleted": SourceStatus.DELETED,
}


def reader_of_exports(opener: AddressOpener) -> Reader:
    """A reader of our own exports that can open what `opener` can."""
    return partial(_read, opener=opener)


def _read(path: Path, *, opener: AddressOpener) -> Iterator[Item | Fault]:
    with opened(path) as file:
        lines = json_lines(file)
        _check_head(next(lines, (0, None))[1])
        threads: dict[str, SourceThread] = {}
        comments, is_whole = 0, False
        for number, line in lines:
            if line is None or is_whole:
                raise ImportFileError(f"The export is damaged: line {number} is not what must stand there.")
            if "comment" in line:
                comments += 1
                yield _item(line, threads, opener)
            elif "thread" in line:
                thread = _thread(line)
                threads[read_fields.text(line, "thread")] = thread
            else:
                is_whole = line.get("end") is True and line.get("comments") == comments
        if not is_whole:
            raise ImportFileError("The export is cut off: its end is missing.")


def _check_head(head: dict[str, Any] | None) -> None:
    if head is None or head.get("file") != KIND_OF_FILE:
        raise ImportFileError("The file is no export of commentsvc.")
    if head.get("format") != FORMAT:
        raise ImportFileError(f"The export has format {head.get('format')!r:.20}, this program reads {FORMAT}.")


def _thread(line: dict[str, Any]) -> SourceThread:
    address, url = read_fields.text(line, "thread"), read_fields.text(line, "url")
    title = read_fields.text(line, "title") or None
    return SourceThread(url, title, line.get("open") is not False, None if address == url else address)


def _item(line: dict[str, Any], threads: dict[str, SourceThread], opener: AddressOpener) -> Item | Fault:
    item_id = read_fields.identity(line, "comment")
    created_at = read_fields.moment(line.get("created_at"))
    thread = threads.get(read_fields.text(line, "in"))
    if not is_public_id(item_id) or thread is None:
        return Fault(item_id, "It is not as an export has it.")
    if created_at is None:
        return Fault(item_id, read_fields.NO_TIME)
    status = _STATUS.get(read_fields.text(line, "status"), SourceStatus.DELETED)
    key = read_fields.text(line, "key")
    return Item(
        id=item_id,
        public_id=item_id,
        thread=thread,
        parent=read_fields.identity(line, "parent") or None,
        status=SourceStatus.DELETED if line.get("empty") is True else status,
        name=read_fields.text(line, "name"),
        email=_opened(read_fields.text(line, "sealed"), opener),
        website=read_fields.text(line, "website"),
        body=read_fields.text(line, "source"),
        created_at=created_at,
        edited_at=read_fields.moment(line.get("edited_at")),
        edited_by="moderator" if line.get("edited_by") == "moderator" else "author",
        likes=read_fields.number(line, "likes"),
        is_pinned=line.get("pinned_at") is not None,
        has_badge=bool(line.get("badge")),
        account=f"{read_fields.text(line, 'in')} {key}" if key else None,
    )


def _opened(sealed: str, opener: AddressOpener) -> EmailAddress | None:
    if not sealed or not opener.may_open:
        return None
    try:
        return opener.open(base64.b64decode(sealed, validate=True))
    except (CommentsvcError, ValueError):
        return None
