"""Artalk: *Artrans*, the JSON of its export, as internal/artransfer/exporter.go writes it and Artalk's converters do.

An array of comments in which every value is a text: `id`, `rid` (``0`` for a root), `content` (Markdown),
`created_at`, `updated_at`, `is_pending`, `is_pinned`, `vote_up`, `nick`, `email`, `link`, `page_key` (a URL or path),
`page_title`, `page_admin_only`, `site_urls`, `ua`, `ip`. The anchor of a comment is ``#atk-comment-ID``.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from commentsvc.domain.imports import Fault, ImportFileError, Item, SourceStatus, SourceThread
from commentsvc.transfer.sources import read_fields
from commentsvc.transfer.sources.json_records import records
from commentsvc.transfer.sources.read_lines import opened

_ROOT = {"", "0"}


def read_artalk(path: Path) -> Iterator[Item | Fault]:
    """The comments in an Artrans file.

    Raises:
        ImportFileError: It is none.
    """
    with opened(path) as file:
        for name, value in records(file):
            record = read_fields.record(value)
            if name or "page_key" not in record:
                raise ImportFileError("The file is no Artrans of Artalk.")
            yield _item(record)


def _item(comment: dict[str, Any]) -> Item | Fault:
    item_id, created_at = read_fields.identity(comment, "id"), read_fields.moment(comment.get("created_at"))
    if not item_id:
        return Fault("", read_fields.NO_ID)
    if created_at is None:
        return Fault(item_id, read_fields.NO_TIME)
    parent = read_fields.identity(comment, "rid")
    title, is_open = read_fields.text(comment, "page_title"), not read_fields.flag(comment, "page_admin_only")
    return Item(
        id=item_id,
        thread=SourceThread(_address(comment), title or None, is_open),
        parent=None if parent in _ROOT else parent,
        status=SourceStatus.PENDING if read_fields.flag(comment, "is_pending") else SourceStatus.APPROVED,
        name=read_fields.text(comment, "nick"),
        email=read_fields.email(comment, "email"),
        website=read_fields.text(comment, "link"),
        body=read_fields.text(comment, "content"),
        created_at=created_at,
        likes=read_fields.number(comment, "vote_up"),
        is_pinned=read_fields.flag(comment, "is_pinned"),
    )


def _address(comment: dict[str, Any]) -> str:
    """A path is one on the first of the site's addresses, if there are any."""
    key, home = read_fields.text(comment, "page_key"), read_fields.text(comment, "site_urls").partition(",")[0].strip()
    if "://" in key:
        return key
    return home.rstrip("/") + "/" + key.removeprefix("/")
