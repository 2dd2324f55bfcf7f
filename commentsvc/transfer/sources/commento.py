"""Commento and Commento++: the JSON of an export (often ``.json.gz``), as api/domain_export.go writes it.

``{"version":1,"comments":[…],"commenters":[…]}``; a comment has `commentHex`, `parentHex` (``root``), `domain`, `url`
(a path), `commenterHex` (``anonymous``), `markdown`, `html`, `score`, `state` (approved, unapproved, flagged),
`creationDate`, `deleted`; a commenter `commenterHex`, `email`, `name`, `link`, `isModerator`. The anchor of a comment
is ``#commento-HEX``.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from commentsvc.domain.imports import Fault, ImportFileError, Item, SourceStatus, SourceThread
from commentsvc.transfer.sources import read_fields
from commentsvc.transfer.sources.json_records import records
from commentsvc.transfer.sources.read_lines import opened

VERSION = 1
_ROOT = {"", "root"}
_REMOVED = "[deleted]"
_STATUS = {"approved": SourceStatus.APPROVED, "unapproved": SourceStatus.PENDING, "flagged": SourceStatus.PENDING}


def read_commento(path: Path) -> Iterator[Item | Fault]:
    """The comments in an export of Commento.

    Raises:
        ImportFileError: It is none.
    """
    if (version := version_of(path)) != VERSION:
        raise ImportFileError(f"The file is no export of Commento: it has version {version!r:.20}, not {VERSION}.")
    yield from read_first_version(path)


def version_of(path: Path) -> object:
    """What an export of this family calls its version; None if it is none."""
    with opened(path) as file:
        return next((value for name, value in records(file) if name == "version"), None)


def read_first_version(path: Path) -> Iterator[Item | Fault]:
    """The comments in an export of version 1, which Comentario took over."""
    with opened(path) as file:
        people = {
            read_fields.text(value, "commenterHex"): value
            for name, value in records(file)
            if name == "commenters" and isinstance(value, dict)
        }
    with opened(path) as file:
        for name, value in records(file):
            if name == "comments":
                yield _item(read_fields.record(value), people)


def _item(comment: dict[str, Any], people: Mapping[str, dict[str, Any]]) -> Item | Fault:
    item_id, created_at = read_fields.identity(comment, "commentHex"), read_fields.moment(comment.get("creationDate"))
    if not item_id:
        return Fault("", read_fields.NO_ID)
    if created_at is None:
        return Fault(item_id, read_fields.NO_TIME)
    writer = read_fields.text(comment, "commenterHex")
    person = people.get(writer, {})
    typed, parent = read_fields.text(comment, "markdown"), read_fields.identity(comment, "parentHex")
    is_deleted = read_fields.flag(comment, "deleted") or typed == _REMOVED
    return Item(
        id=item_id,
        thread=SourceThread(_address(comment)),
        parent=None if parent in _ROOT else parent,
        status=SourceStatus.DELETED
        if is_deleted
        else _STATUS.get(read_fields.text(comment, "state"), SourceStatus.SPAM),
        name=read_fields.text(person, "name"),
        email=read_fields.email(person, "email"),
        website=read_fields.text(person, "link") or read_fields.text(person, "websiteUrl"),
        body=typed or read_fields.text(comment, "html"),
        is_html=not typed,
        created_at=created_at,
        likes=read_fields.number(comment, "score"),
        has_badge=read_fields.flag(person, "isModerator"),
        account=writer if person else None,
    )


def _address(comment: dict[str, Any]) -> str:
    host = read_fields.text(comment, "domain") or read_fields.text(comment, "host")
    path = read_fields.text(comment, "path") or read_fields.text(comment, "url")
    path = "/" + path.removeprefix("/")
    return f"https://{host}{path}" if host else path
