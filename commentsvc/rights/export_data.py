"""POST /own/data/export: everything that is held under an address, as a file to take along."""

import asyncio
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from commentsvc.domain.clock import Clocks
from commentsvc.domain.errors import MalformedParameterError
from commentsvc.domain.rights import HeldPerson, HeldWords
from commentsvc.domain.site import Site
from commentsvc.rights import words_of_data
from commentsvc.rights.desk import holder_of, own_form
from commentsvc.rights.export_file import export_of
from commentsvc.rights.show_data import held
from commentsvc.web.pages import Pages
from commentsvc.web.parts import part

_FIELDS = {"t", "format"}


async def export_data(request: Request) -> Response:
    """POST /own/data/export: everything held under the link's address as a file, JSON or HTML; nothing changes."""
    fields = await own_form(request, _FIELDS)
    holder = await holder_of(request, fields.get("t", ""))
    person, written = await held(request, holder)
    now = part(request, Clocks).now()
    made: Callable[[], Response]
    match fields.get("format", "json"):
        case "json":
            made = partial(_json, holder.site, person, written, now)
        case "html":
            page: dict[str, Any] = {
                "language": holder.site.policy.language,
                "site": holder.site,
                "person": person,
                "written": written,
                "words": words_of_data,
                "now": now,
            }
            made = partial(part(request, Pages).show, "rights/export.html", **page)
        case _:
            raise MalformedParameterError
    answer = await asyncio.to_thread(made)  # thousands of comments take a second, in which others are answered
    name = f"comments-{holder.site.key}-{now:%Y-%m-%d}.{fields.get('format', 'json')}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _json(site: Site, person: HeldPerson, written: Sequence[HeldWords], now: datetime) -> Response:
    content = json.dumps(export_of(site, person, written, now), ensure_ascii=False, indent=2)
    return Response(content, media_type="application/json")
