"""A site's canned reasons: its owner adds, changes, orders and removes them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any

import structlog
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from commentsvc.domain.acts import Act
from commentsvc.domain.clock import Clocks
from commentsvc.domain.errors import InvalidInputError, MalformedParameterError, NotFoundError
from commentsvc.domain.reasons import LABEL_CHARACTERS, MESSAGE_CHARACTERS, MOST_REASONS, CannedReason
from commentsvc.domain.roles import Role
from commentsvc.domain.site import Site
from commentsvc.moderation.frame import frame
from commentsvc.moderation.typed import line, only
from commentsvc.store import history, reasons, sites
from commentsvc.store.engine import Store
from commentsvc.web.pages import Pages
from commentsvc.web.parts import part
from commentsvc.web.query import read_query
from commentsvc.web.signed_in import SignedIn, signed_in

log = structlog.get_logger()

_FIELDS = ("action", "reason", "label", "message")
_Form = Mapping[str, str]
_Change = Callable[[list[CannedReason], _Form], list[CannedReason]]


async def show_reasons(request: Request) -> Response:
    """GET /moderation/sites/KEY/reasons: the reasons, and for the owner what may be done with them."""
    read_query(request, required=())
    return await _page(request)


async def change_reasons(request: Request) -> Response:
    """POST /moderation/sites/KEY/reasons: one change, with an entry in the history."""
    me, key, now = signed_in(request), request.path_params["key"], part(request, Clocks).now()
    only(me.form, _FIELDS)
    action = me.form.get("action", "")
    if action not in _CHANGES:
        raise MalformedParameterError

    def job(conn: Connection) -> None:
        site = sites.looked_after(conn, key, me.roles, role=Role.OWNER)
        history.lock(conn, [site.id])
        changed = _CHANGES[action](reasons.of_site(conn, site.id), me.form)
        reasons.replace(conn, site.id, changed)
        label = me.form.get("reason") or line(me.form, "label", limit=LABEL_CHARACTERS)
        history.write(
            conn,
            Act.CHANGE_REASONS,
            site_id=site.id,
            subject=f"site:{site.key}",
            moderator_id=me.moderator_id,
            details={"action": action, "label": label},
            now=now,
        )

    try:
        await part(request, Store).write(job)
    except InvalidInputError as error:
        return await _page(request, error=error)
    log.info("reasons_changed", site=key, moderator=me.moderator_id)
    return RedirectResponse(f"/moderation/sites/{key}/reasons", HTTPStatus.SEE_OTHER)


async def _page(request: Request, *, error: InvalidInputError | None = None) -> Response:
    me, key = signed_in(request), request.path_params["key"]

    def job(conn: Connection) -> tuple[Site, list[CannedReason], dict[str, Any]]:
        site = sites.looked_after(conn, key, me.roles)
        return site, reasons.of_site(conn, site.id), frame(conn, me)

    site, found, around = await part(request, Store).read(job)
    return part(request, Pages).show(
        "moderation/reasons.html",
        status=HTTPStatus.OK if error is None else error.status,
        **around,
        site=site,
        own_reasons=found,
        is_owner=_owns(me, site),
        faults={} if error is None else error.fields,
        form=me.form,
        limits={"label": LABEL_CHARACTERS, "message": MESSAGE_CHARACTERS},
    )


def _owns(me: SignedIn, site: Site) -> bool:
    return site.id in me.owned_site_ids


def _add(now: list[CannedReason], form: _Form) -> list[CannedReason]:
    if len(now) >= MOST_REASONS:
        raise InvalidInputError(fields={"label": f"At most {MOST_REASONS} reasons: remove one first."})
    new = _typed(form)
    _check_free(new.label, now)
    return [*now, new]


def _change(now: list[CannedReason], form: _Form) -> list[CannedReason]:
    position, new = _position(now, form), _typed(form)
    others = [*now[:position], *now[position + 1 :]]
    _check_free(new.label, others)
    return [*now[:position], replace(now[position], label=new.label, message=new.message), *now[position + 1 :]]


def _remove(now: list[CannedReason], form: _Form) -> list[CannedReason]:
    position = _position(now, form)
    return [*now[:position], *now[position + 1 :]]


def _move_up(now: list[CannedReason], form: _Form) -> list[CannedReason]:
    position = _position(now, form)
    moved = _remove(now, form)
    moved.insert(max(0, position - 1), now[position])
    return moved


def _position(now: list[CannedReason], form: _Form) -> int:
    """Where the reason stands that the form names by its label.

    Raises:
        NotFoundError: Somebody has removed or renamed it (404).
    """
    labels = [each.label for each in now]
    if form.get("reason") not in labels:
        raise NotFoundError
    return labels.index(form["reason"])


def _typed(form: _Form) -> CannedReason:
    label = line(form, "label", limit=LABEL_CHARACTERS, missing="Please give it a name that moderators recognise.")
    missing = "Please write what the writer of the comment is told."
    return CannedReason(label, line(form, "message", limit=MESSAGE_CHARACTERS, missing=missing))


def _check_free(label: str, others: list[CannedReason]) -> None:
    if label in {each.label for each in others}:
        raise InvalidInputError(fields={"label": "There is a reason of this name already."})


_CHANGES: Mapping[str, _Change] = {"add": _add, "change": _change, "remove": _remove, "up": _move_up}
