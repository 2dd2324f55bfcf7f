"""Waline: the JSON of its panel's export, and LeanCloud's export of its class `Comment` (also Valine's).

``{"type":"waline","version":1,"data":{"Comment":[…],"Users":[…]}}``, as packages/server/src/controller/db.js writes
it; LeanCloud has ``{"results":[…]}``, or an array, with times as ``{"__type":"Date","iso":…}``. A comment has
`objectId`, `pid` (what it answers), `rid` (its root), `url` (a path), `nick`, `mail`, `link`, `comment` (Markdown;
Valine keeps HTML), `status` (approved, waiting, spam), `insertedAt` or `createdAt`, `like`, `sticky`, `user_id`,
`ip`, `ua`; a user `objectId`, `type`. The anchor of a comment is ``#ID``.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from commentsvc.domain.imports import Fault, ImportFileError, Item, SourceStatus, SourceThread
from commentsvc.transfer.sources import read_fields
from commentsvc.transfer.sources.json_records import records
from commentsvc.transfer.sources.read_lines import opened

_COMMENTS = {"data.Comment", "data.data.Comment", "results", ""}
_USERS = {"data.Users", "data.data.Users"}
_STATUS = {"": SourceStatus.APPROVED, "approved": SourceStatus.APPROVED, "waiting": SourceStatus.PENDING}
_BEGINS_HTML = ("<p", "<a", "<b", "<d", "<u", "<o")


def read_waline(path: Path) -> Iterator[Item | Fault]:
    """The comments in an export of Waline, Valine or LeanCloud.

    Raises:
        ImportFileError: It is none.
    """
    with opened(path) as file:
        users = {
            read_fields.text(value, "objectId"): value
            for name, value in records(file)
            if name in _USERS and isinstance(value, dict)
        }
    is_one = False
    with opened(path) as file:
        for name, value in records(file):
            is_one = is_one or (name in {"type", "data.type"} and value == "waline")
            if name in _COMMENTS:
                record = read_fields.record(value)
                if "comment" not in record or "url" not in record:
                    raise ImportFileError("The file is no export of Waline.")
                is_one = True
                yield _item(record, users)
    if not is_one:
        raise ImportFileError("The file is no export of Waline.")


def _item(comment: dict[str, Any], users: Mapping[str, dict[str, Any]]) -> Item | Fault:
    item_id = read_fields.identity(comment, "objectId")
    created_at = _time(comment.get("insertedAt")) or _time(comment.get("createdAt"))
    if not item_id:
        return Fault("", read_fields.NO_ID)
    if created_at is None:
        return Fault(item_id, read_fields.NO_TIME)
    account = read_fields.text(comment, "user_id")
    user, body = users.get(account, {}), read_fields.text(comment, "comment")
    return Item(
        id=item_id,
        thread=SourceThread(read_fields.text(comment, "url")),
        parent=read_fields.identity(comment, "pid") or read_fields.identity(comment, "rid") or None,
        status=_STATUS.get(read_fields.text(comment, "status"), SourceStatus.SPAM),
        name=read_fields.text(comment, "nick") or read_fields.text(user, "display_name"),
        email=read_fields.email(comment, "mail"),
        website=read_fields.text(comment, "link"),
        body=body,
        is_html=body.lstrip().lower().startswith(_BEGINS_HTML),
        created_at=created_at,
        likes=read_fields.number(comment, "like"),
        is_pinned=read_fields.flag(comment, "sticky"),
        has_badge=read_fields.text(user, "type") == "administrator",
        account=account if user else None,
    )


def _time(value: object) -> datetime | None:
    return read_fields.moment(value.get("iso") if isinstance(value, dict) else value)
