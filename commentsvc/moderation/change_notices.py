"""Changing what one is told: the own wish, the own feed link, and the site's webhooks."""

import secrets
from collections.abc import Callable, Mapping
from enum import StrEnum
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import quote

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from commentsvc.domain.acts import Act
from commentsvc.domain.clock import Clocks
from commentsvc.domain.errors import MalformedParameterError, MalformedUrlError, UnknownFieldError
from commentsvc.domain.ids import is_public_id
from commentsvc.domain.notices import NoticeWish, WebhookFormat
from commentsvc.domain.roles import Role
from commentsvc.domain.site import Site
from commentsvc.domain.urls import host_of
from commentsvc.domain.webhook_urls import webhook_url
from commentsvc.moderation.read_queue_feed import FEED, digest_of
from commentsvc.moderation.show_notices import notices_page
from commentsvc.store import history, notice_wishes, outbox, sites, webhooks
from commentsvc.store.engine import Store
from commentsvc.web.csrf import PublicOrigin
from commentsvc.web.parts import part
from commentsvc.web.signed_in import signed_in

_KEY_BYTES = 32
_BAD_URL = "A web address that begins with https://, please; without a user name in it."
_Word = TypeVar("_Word", bound=StrEnum)


class FeedAct(StrEnum):
    """What may be done with one's feed link."""

    MAKE = "make"
    REMOVE = "remove"


class WebhookAct(StrEnum):
    """What may be done with a webhook."""

    TEST = "test"
    PAUSE = "pause"
    RESUME = "resume"
    REMOVE = "remove"


async def choose_wish(request: Request) -> Response:
    """POST /moderation/sites/KEY/notices: no mail, one for each comment, or one a day."""
    new = _word(NoticeWish, _fields(request, {"notices"}), "notices")
    me, now = signed_in(request), part(request, Clocks).now()

    def job(conn: Connection, site: Site) -> None:
        notice_wishes.set_wish(conn, new, moderator_id=me.moderator_id, site_id=site.id, now=now)

    await _write(request, job, role=Role.MODERATOR)
    return _back(request, "wish")


async def change_feed(request: Request) -> Response:
    """POST /moderation/sites/KEY/notices/feed: make the link to one's feed anew, or end it."""
    what = _word(FeedAct, _fields(request, {"do"}), "do")
    me, now, key = signed_in(request), part(request, Clocks).now(), secrets.token_urlsafe(_KEY_BYTES)

    def job(conn: Connection, site: Site) -> None:
        mine = {"moderator_id": me.moderator_id, "site_id": site.id}
        if what is FeedAct.MAKE:
            notice_wishes.replace_feed(conn, digest_of(key), now=now, **mine)
        else:
            notice_wishes.remove_feed(conn, **mine)

    await _write(request, job, role=Role.MODERATOR)
    if what is FeedAct.REMOVE:
        return _back(request, "feed_removed")
    return await notices_page(request, feed=f"{part(request, PublicOrigin).value}{FEED}?key={key}")


async def add_webhook(request: Request) -> Response:
    """POST /moderation/sites/KEY/notices/webhooks: have an address called about each new comment."""
    form = _fields(request, {"url", "format"})
    kind, me, now = _word(WebhookFormat, form, "format"), signed_in(request), part(request, Clocks).now()
    try:
        url = webhook_url(form.get("url", ""))
    except MalformedUrlError:
        return await notices_page(request, faults={"url": _BAD_URL})

    def job(conn: Connection, site: Site) -> None:
        public_id = webhooks.add(conn, url, kind, site_id=site.id, now=now)
        history.write(
            conn,
            Act.ADD_WEBHOOK,
            site_id=site.id,
            subject=public_id,
            moderator_id=me.moderator_id,
            details={"host": host_of(url), "format": kind},
            now=now,
        )

    await _write(request, job, role=Role.OWNER)
    return _back(request, "added")


async def change_webhook(request: Request) -> Response:
    """POST /moderation/sites/KEY/notices/webhooks/ID: test it, switch it off or on, remove it."""
    what = _word(WebhookAct, _fields(request, {"do"}), "do")
    me, now, public_id = signed_in(request), part(request, Clocks).now(), request.path_params["id"]
    if not is_public_id(public_id):
        raise MalformedParameterError

    def job(conn: Connection, site: Site) -> None:
        hook = webhooks.one(conn, public_id, site_id=site.id)
        act = Act.CHANGE_WEBHOOK
        match what:
            case WebhookAct.TEST:
                outbox.add_test_call(conn, hook.row_id, site_id=site.id, now=now)
                return
            case WebhookAct.REMOVE:
                act = Act.REMOVE_WEBHOOK
                webhooks.remove(conn, hook.row_id)
            case WebhookAct.PAUSE | WebhookAct.RESUME:
                webhooks.switch(conn, hook.row_id, is_on=what is WebhookAct.RESUME, now=now)
        details = {"host": host_of(hook.url), "did": what}
        history.write(
            conn, act, site_id=site.id, subject=public_id, moderator_id=me.moderator_id, details=details, now=now
        )

    await _write(request, job, role=Role.OWNER)
    return _back(request, {WebhookAct.TEST: "tested", WebhookAct.REMOVE: "removed"}.get(what, "switched"))


async def _write(request: Request, job: Callable[[Connection, Site], None], *, role: Role) -> None:
    """Run a job on the site that the address names, for somebody with this role there."""
    me, key = signed_in(request), request.path_params["key"]
    await part(request, Store).write(lambda conn: job(conn, sites.looked_after(conn, key, me.roles, role=role)))


def _fields(request: Request, names: set[str]) -> Mapping[str, str]:
    form = signed_in(request).form
    if not form.keys() <= names:
        raise UnknownFieldError
    return form


def _word(words: type[_Word], form: Mapping[str, str], name: str) -> _Word:
    try:
        return words(form.get(name, ""))
    except ValueError:
        raise MalformedParameterError from None


def _back(request: Request, done: str) -> Response:
    key = quote(request.path_params["key"], safe="")
    return RedirectResponse(f"/moderation/sites/{key}/notices?done={done}", HTTPStatus.SEE_OTHER)
