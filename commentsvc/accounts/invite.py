"""Inviting somebody to a site: a link that is shown once, for its owner to pass on."""

import secrets
from datetime import timedelta

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from commentsvc.accounts.members import Typed, members_page, own_site
from commentsvc.accounts.return_paths import INVITATION
from commentsvc.accounts.sessions import ID_BYTES, digest_of
from commentsvc.domain.clock import Clocks
from commentsvc.domain.errors import UnknownFieldError
from commentsvc.domain.roles import Role
from commentsvc.domain.text import clean_line, has_visible_text
from commentsvc.store import invitations
from commentsvc.store.engine import Store
from commentsvc.web.csrf import PublicOrigin
from commentsvc.web.parts import part
from commentsvc.web.query import one_of
from commentsvc.web.signed_in import signed_in

VALID_FOR = timedelta(days=7)
LONGEST_NAME = 80


async def invite(request: Request) -> Response:
    """POST /moderation/sites/KEY/members/invitations: make an invitation; its link is on this page and never again."""
    me, now = signed_in(request), part(request, Clocks).now()
    if not me.form.keys() <= {"name", "role"}:
        raise UnknownFieldError
    name, role = clean_line(me.form.get("name", "")), one_of(Role, me.form.get("role"), Role.MODERATOR)
    if (fault := fault_of_name(name)) is not None:
        return await members_page(request, typed=Typed(name, role, {"name": fault}))
    token = secrets.token_urlsafe(ID_BYTES)

    def job(conn: Connection) -> None:
        site, until = own_site(request, conn, me), now + VALID_FOR
        digest = digest_of(token)
        invitations.add(
            conn, digest, site_id=site.id, name=name, role=role, by=me.moderator_id, now=now, expires_at=until
        )

    await part(request, Store).write(job)
    link = f"{part(request, PublicOrigin).value}{INVITATION}?token={token}"
    return await members_page(request, new_link=link)


def fault_of_name(name: str) -> str | None:
    """What is wrong with a moderator's name, as a sentence; None if nothing is."""
    if not has_visible_text(name):
        return "Please give a name."
    return f"At most {LONGEST_NAME} characters, please." if len(name) > LONGEST_NAME else None
