"""Deciding from a mail: looking shows the comment and changes nothing, pressing a button decides."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus

import structlog
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from commentsvc.domain.clock import Clocks
from commentsvc.domain.errors import (
    DecisionNotPossibleError,
    InvalidTokenError,
    MalformedParameterError,
    UnknownFieldError,
)
from commentsvc.domain.status import CommentStatus, Decision
from commentsvc.moderation import words
from commentsvc.moderation.mail_links import OFFERED, MailedLink, MailLinks
from commentsvc.moderation.mark_triggers import marked_html
from commentsvc.store import decisions, mailed
from commentsvc.store.engine import Store
from commentsvc.store.mailed import Mailed
from commentsvc.web.pages import Pages
from commentsvc.web.parts import part
from commentsvc.web.query import read_query
from commentsvc.web.visitor import visitor

log = structlog.get_logger()

_FIELDS = frozenset({"t", "decision"})


async def show_mailed(request: Request) -> Response:
    """GET /moderation/mail: the comment of a mail and its buttons; mail scanners may look as often as they like."""
    query = read_query(request, required=(), optional=("t", "d"))
    token = query.get("t", "")
    try:
        link = part(request, MailLinks).read(token)
        found = await part(request, Store).read(lambda conn: _find(conn, link))
    except InvalidTokenError:
        return _ended(request)
    return _page(request, link, found, token=token, first=query.get("d"))


async def decide_by_mail(request: Request) -> Response:
    """POST /moderation/mail: carry the decision out, as the moderator whose mail it was."""
    verb, token = _read(visitor(request).form)
    store, now = part(request, Store), part(request, Clocks).now()
    try:
        link = part(request, MailLinks).read(token)
        try:
            await store.write(lambda conn: _decide(conn, link, verb, now))
        except DecisionNotPossibleError:
            found = await store.read(lambda conn: _find(conn, link))
            return _page(request, link, found, token=token, first=None)
        found = await store.read(lambda conn: _find(conn, link))
    except InvalidTokenError:
        return _ended(request)
    log.info("comment_decided", comment=link.comment, decision=verb, moderator=link.moderator_id)
    return part(request, Pages).show("moderation/mail_done.html", done=words.confirmation(verb, found.comment))


def _decide(conn: Connection, link: MailedLink, verb: Decision, now: datetime) -> None:
    """The decision, if the link offers it and the comment is as the mail showed it.

    Raises:
        InvalidTokenError: It does not offer it, or its moderator may not decide there any more.
        DecisionNotPossibleError: Something has happened to the comment since.
    """
    if verb not in link.decisions:
        raise InvalidTokenError("not among its decisions")
    decisions.decide(
        conn,
        link.comment,
        verb,
        site_ids=[_find(conn, link).site_id],
        moderator_id=link.moderator_id,
        reason=None,
        now=now,
        seen=CommentStatus.PENDING,
        version=link.version,
        way="mail",
    )


def _find(conn: Connection, link: MailedLink) -> Mailed:
    """What the link is about.

    Raises:
        InvalidTokenError: Its moderator may not decide there any more, or the comment is gone.
    """
    found = mailed.find(conn, link.comment, moderator_id=link.moderator_id, site_key=link.site)
    if found is None:
        raise InvalidTokenError("moderator or comment is gone")
    return found


def _read(form: Mapping[str, str]) -> tuple[Decision, str]:
    if not form.keys() <= _FIELDS:
        raise UnknownFieldError
    try:
        return Decision(form.get("decision", "")), form.get("t", "")
    except ValueError:
        raise MalformedParameterError from None


def _page(request: Request, link: MailedLink, found: Mailed, *, token: str, first: str | None) -> Response:
    """The comment; with buttons if it is still as the mail showed it, else with what has happened to it since."""
    comment = found.comment
    is_open = found.version == link.version and comment.status is CommentStatus.PENDING
    return part(request, Pages).show(
        "moderation/mail.html",
        status=HTTPStatus.OK if is_open or request.method != "POST" else HTTPStatus.CONFLICT,
        comment=replace(comment, marked_html=marked_html(comment.tree, comment.findings)),
        last=found.last,
        buttons=[(verb, words.BUTTONS[verb]) for verb in OFFERED] if is_open else [],
        first=first if first in OFFERED else None,
        token=token,
        form_token=visitor(request).form_token,
        words=words,
    )


def _ended(request: Request) -> Response:
    return part(request, Pages).show("moderation/mail_ended.html", status=HTTPStatus.FORBIDDEN)
