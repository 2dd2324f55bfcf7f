"""A site's whole history as a file, for its owner."""

from collections.abc import AsyncIterator
from datetime import datetime
from enum import StrEnum

import structlog
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from commentsvc.domain.clock import Clocks
from commentsvc.domain.errors import MissingParameterError, UnknownFieldError
from commentsvc.domain.history import Head
from commentsvc.domain.history_file import as_line
from commentsvc.domain.history_table import as_row, heading
from commentsvc.domain.roles import Role
from commentsvc.domain.site import Site
from commentsvc.store import history_export, sites
from commentsvc.store.engine import Store
from commentsvc.store.history_export import Chained
from commentsvc.web.parts import part
from commentsvc.web.query import one_of
from commentsvc.web.signed_in import SignedIn, signed_in

log = structlog.get_logger()


class Form(StrEnum):
    """What an export looks like."""

    JSONL = "jsonl"
    """One entry a line, exactly as it was hashed."""
    CSV = "csv"


_MEDIA_TYPES = {Form.JSONL: "application/jsonl; charset=utf-8", Form.CSV: "text/csv; charset=utf-8"}


async def export_history(request: Request) -> Response:
    """POST /moderation/history/export: the whole history of a site as a file, for its owner; the export is an entry."""
    me, store, now = signed_in(request), part(request, Store), part(request, Clocks).now()
    if not me.form.keys() <= {"site", "format"}:
        raise UnknownFieldError
    if not me.form.get("site"):
        raise MissingParameterError
    form = one_of(Form, me.form.get("format"), Form.JSONL)
    site, head = await store.write(lambda conn: _begin(conn, me, form, now))
    log.info("history_exported", site=site.key, moderator=me.moderator_id, count=head.number)
    name = f"history-{site.key}-{now:%Y-%m-%d}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingResponse(written(store, site, head, form), media_type=_MEDIA_TYPES[form], headers=headers)


async def written(store: Store, site: Site, head: Head, form: Form) -> AsyncIterator[str]:
    """The file, a portion at a time."""
    if form is Form.CSV:
        yield heading()
    async for portion in history_export.entries(store, site.id, up_to=head.number):
        yield "".join(_line(each, form) for each in portion)


def _begin(conn: Connection, me: SignedIn, form: Form, now: datetime) -> tuple[Site, Head]:
    site = sites.looked_after(conn, me.form["site"], me.roles, role=Role.OWNER)
    head = history_export.begin(conn, site.id, key=site.key, moderator_id=me.moderator_id, form=form, now=now)
    return site, head


def _line(each: Chained, form: Form) -> str:
    if form is Form.CSV:
        return as_row(each.entry, previous=each.previous, own=each.own, moderator=each.moderator)
    return as_line(each.entry, previous=each.previous, own=each.own, moderator=each.moderator) + "\n"
