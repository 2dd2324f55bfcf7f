"""Comentario: the JSON of its export (often ``.json.gz``), versions 1 and 3, as svc/impex_comentario.go writes it.

Version 3 is ``{"version":3,"pages":[…],"comments":[…],"commenters":[…]}``: a page has `id`, `path`, `title`,
`isReadonly`; a comment `id`, `parentId`, `pageId`, `markdown`, `html`, `score`, `isSticky`, `isApproved`,
`isPending`, `isDeleted`, `createdTime`, `editedTime`, `userCreated`, `authorName`; a commenter `id`, `name`, `email`,
`websiteUrl`, `isModerator`. Version 1 is Commento's. The anchor of a comment is ``#comentario-ID``.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from commentsvc.domain.imports import Fault, ImportFileError, Item, SourceStatus, SourceThread
from commentsvc.transfer.sources import commento, read_fields
from commentsvc.transfer.sources.json_records import records
from commentsvc.transfer.sources.read_lines import opened

VERSION = 3
_NOBODY = "00000000-0000-0000-0000-000000000000"


@dataclass(slots=True)
class _Around:
    """What comments refer to."""

    pages: dict[str, SourceThread] = field(default_factory=dict)
    people: dict[str, dict[str, Any]] = field(default_factory=dict)


def read_comentario(path: Path) -> Iterator[Item | Fault]:
    """The comments in an export of Comentario.

    Raises:
        ImportFileError: It is none.
    """
    version = commento.version_of(path)
    if version == commento.VERSION:
        yield from commento.read_first_version(path)
        return
    if version != VERSION:
        raise ImportFileError(f"The file is no export of Comentario: it has version {version!r:.20}, not {VERSION}.")
    around = _around(path)
    with opened(path) as file:
        for name, value in records(file):
            if name == "comments":
                yield _item(read_fields.record(value), around)


def _around(path: Path) -> _Around:
    around = _Around()
    with opened(path) as file:
        for name, value in records(file):
            record = read_fields.record(value)
            if name == "pages":
                title, is_open = read_fields.text(record, "title") or None, not read_fields.flag(record, "isReadonly")
                thread = SourceThread("/" + read_fields.text(record, "path").removeprefix("/"), title, is_open)
                around.pages[read_fields.text(record, "id")] = thread
            elif name == "commenters":
                around.people[read_fields.text(record, "id")] = record
    return around


def _item(comment: dict[str, Any], around: _Around) -> Item | Fault:
    item_id, created_at = read_fields.identity(comment, "id"), read_fields.moment(comment.get("createdTime"))
    thread = around.pages.get(read_fields.text(comment, "pageId"))
    if not item_id:
        return Fault("", read_fields.NO_ID)
    if thread is None:
        return Fault(item_id, "It belongs to no page.")
    if created_at is None:
        return Fault(item_id, read_fields.NO_TIME)
    writer, typed = read_fields.text(comment, "userCreated"), read_fields.text(comment, "markdown")
    person = {} if writer == _NOBODY else around.people.get(writer, {})
    return Item(
        id=item_id,
        thread=thread,
        parent=read_fields.identity(comment, "parentId") or None,
        status=_status(comment),
        name=read_fields.text(person, "name") or read_fields.text(comment, "authorName"),
        email=read_fields.email(person, "email"),
        website=read_fields.text(person, "websiteUrl"),
        body=typed or read_fields.text(comment, "html"),
        is_html=not typed,
        created_at=created_at,
        edited_at=read_fields.moment(comment.get("editedTime")),
        likes=read_fields.number(comment, "score"),
        is_pinned=read_fields.flag(comment, "isSticky"),
        has_badge=read_fields.flag(person, "isModerator"),
        account=writer if person else None,
    )


def _status(comment: dict[str, Any]) -> SourceStatus:
    if read_fields.flag(comment, "isDeleted"):
        return SourceStatus.DELETED
    if read_fields.flag(comment, "isPending"):
        return SourceStatus.PENDING
    return SourceStatus.APPROVED if read_fields.flag(comment, "isApproved") else SourceStatus.SPAM
