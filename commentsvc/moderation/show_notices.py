"""The notices of one site: what its member is told, its webhooks, the link to its feed."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from commentsvc.domain.notices import NoticeWish, WebhookSecrets
from commentsvc.domain.roles import Role
from commentsvc.domain.site import Site
from commentsvc.moderation.frame import frame
from commentsvc.store import notice_wishes, sites, webhooks
from commentsvc.store.engine import Store
from commentsvc.store.webhooks import Webhook
from commentsvc.web.pages import Pages
from commentsvc.web.parts import part
from commentsvc.web.query import read_query
from commentsvc.web.signed_in import SignedIn, signed_in

WISHES = {
    NoticeWish.NONE: ("No mail", "You look at the queue when you like."),
    NoticeWish.EACH: ("A mail for each new comment", "With the comment, and links to decide on it from the mail."),
    NoticeWish.DIGEST: ("One mail a day", "How many comments wait and the oldest of them; none if nothing waits."),
}
DONE = {
    "wish": "Your choice is kept.",
    "added": "The webhook is there. Give its secret to whoever receives the calls.",
    "switched": "The webhook was switched.",
    "removed": "The webhook was removed.",
    "tested": "A test call is on its way; its result shows here within a few seconds. Reload to see it.",
    "feed_removed": "The link to your feed has ended.",
}


@dataclass(frozen=True, slots=True)
class NoticeChannels:
    """What this installation can send by."""

    has_mail: bool
    """A mail server is set."""
    digest_hour: int
    """UTC."""


@dataclass(frozen=True, slots=True)
class _Shown:
    site: Site
    wish: NoticeWish
    feed_made_at: datetime | None
    hooks: Sequence[Webhook]
    frame: dict[str, Any]


async def show_notices(request: Request) -> Response:
    """GET /moderation/sites/KEY/notices: what one is told of a site; for owners, its webhooks too."""
    query = read_query(request, required=(), optional=("done",))
    return await notices_page(request, done=DONE.get(query.get("done", "")))


async def notices_page(
    request: Request, *, done: str | None = None, feed: str | None = None, faults: dict[str, str] | None = None
) -> Response:
    """The page.

    Args:
        request: Of a member.
        done: What was done before.
        feed: Address of a feed link just made; it is shown this once.
        faults: Field → sentence, of a form that was not taken.
    """
    me, key = signed_in(request), request.path_params["key"]
    shown = await part(request, Store).read(lambda conn: _look(conn, me, key))
    secrets = part(request, WebhookSecrets)  # type: ignore[type-abstract]  # the table maps the protocol to one that has it
    return part(request, Pages).show(
        "moderation/notices.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
        site=shown.site,
        wishes=WISHES,
        wish=shown.wish,
        channels=part(request, NoticeChannels),
        is_owner=me.roles[shown.site.id] is Role.OWNER,
        hooks=[(hook, readable_secret(secrets.of(hook.id)[0])) for hook in shown.hooks],
        feed=feed,
        feed_made_at=shown.feed_made_at,
        done=done,
        faults=faults or {},
        **shown.frame,
    )


def readable_secret(secret: bytes) -> str:
    """A signing secret as receivers' libraries take it.

    Source:
        Standard Webhooks 1.0.0, "Signature scheme": base 64, with ``whsec_`` before it.
    """
    return f"whsec_{base64.b64encode(secret).decode()}"


def _look(conn: Connection, me: SignedIn, key: str) -> _Shown:
    site = sites.looked_after(conn, key, me.roles)
    mine = {"moderator_id": me.moderator_id, "site_id": site.id}
    is_owner = me.roles[site.id] is Role.OWNER
    return _Shown(
        site=site,
        wish=notice_wishes.wish(conn, **mine),
        feed_made_at=notice_wishes.feed_made_at(conn, **mine),
        hooks=webhooks.of_site(conn, site.id) if is_owner else [],
        frame=frame(conn, me),
    )
