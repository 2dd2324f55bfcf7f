"""Remark42: its backups (``backup-SITE-DATE.gz``, JSON lines), as backend/app/migrator/native.go writes them.

The first line is ``{"version":1,"users":[{"id","details":{"email"}}],"posts":[{"url","read_only"}]}``, then each
comment has one: `id`, `pid`, `text` (HTML), `orig` (as it was typed, Markdown), `user` (`id`, `name`, `admin`, `ip`
as a hash), `locator.url`, `score`, `votes`, `time`, `edit.time`, `pin`, `delete`, `title`. The anchor of a comment is
``#remark42__comment-ID``.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from commentsvc.domain.emails import EmailAddress
from commentsvc.domain.imports import Fault, ImportFileError, Item, SourceStatus, SourceThread
from commentsvc.transfer.sources import read_fields
from commentsvc.transfer.sources.read_lines import json_lines, opened

_HEAD_BYTES = 16 * 1024 * 1024
"""The first line names everybody who ever wrote."""
_SIGNED_IN_BY_NOBODY = "anonymous_"


def read_remark42(path: Path) -> Iterator[Item | Fault]:
    """The comments in a backup of Remark42.

    Raises:
        ImportFileError: It is none.
    """
    with opened(path) as file:
        lines = json_lines(file, first_bytes=_HEAD_BYTES)
        _, head = next(lines, (0, None))
        if head is None or "posts" not in head or not isinstance(head.get("users"), list | None):
            raise ImportFileError("The file is no backup of Remark42.")
        emails, closed = dict(_emails(head)), set(_closed(head))
        for number, line in lines:
            yield Fault(f"line {number}", "It is no JSON.") if line is None else _item(line, emails, closed)


def _emails(head: dict[str, Any]) -> Iterator[tuple[str, EmailAddress]]:
    for user in map(read_fields.record, head.get("users") or ()):
        email = read_fields.email(read_fields.record(user.get("details")), "email")
        if email is not None:
            yield read_fields.text(user, "id"), email


def _closed(head: dict[str, Any]) -> Iterator[str]:
    for post in map(read_fields.record, head.get("posts") or ()):
        if read_fields.flag(post, "read_only"):
            yield read_fields.text(post, "url")


def _item(line: dict[str, Any], emails: dict[str, EmailAddress], closed: set[str]) -> Item | Fault:
    item_id, created_at = read_fields.identity(line, "id"), read_fields.moment(line.get("time"))
    if not item_id:
        return Fault("", read_fields.NO_ID)
    if created_at is None:
        return Fault(item_id, read_fields.NO_TIME)
    user = read_fields.record(line.get("user"))
    user_id, typed = read_fields.text(user, "id"), read_fields.text(line, "orig")
    url = read_fields.text(read_fields.record(line.get("locator")), "url")
    is_deleted = read_fields.flag(line, "delete")
    is_anonymous = not user_id or user_id.startswith(_SIGNED_IN_BY_NOBODY) or user_id == "deleted"
    return Item(
        id=item_id,
        thread=SourceThread(url, read_fields.text(line, "title") or None, url not in closed),
        parent=read_fields.identity(line, "pid") or None,
        status=SourceStatus.DELETED if is_deleted else SourceStatus.APPROVED,
        name=read_fields.text(user, "name"),
        email=emails.get(user_id),
        body=typed or read_fields.text(line, "text"),
        is_html=not typed,
        created_at=created_at,
        edited_at=read_fields.moment(read_fields.record(line.get("edit")).get("time")),
        likes=_likes(line),
        is_pinned=read_fields.flag(line, "pin"),
        has_badge=read_fields.flag(user, "admin"),
        account=None if is_anonymous else user_id,
    )


def _likes(line: dict[str, Any]) -> int:
    votes = read_fields.record(line.get("votes"))
    return sum(vote is True for vote in votes.values()) if votes else read_fields.number(line, "score")
