"""A moderator's decision on one comment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import TypeVar

import structlog
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from commentsvc.domain.clock import Clocks
from commentsvc.domain.errors import (
    DecisionNotPossibleError,
    InvalidInputError,
    MalformedParameterError,
    MissingParameterError,
    UnknownCommentError,
    UnknownFieldError,
)
from commentsvc.domain.ids import is_public_id
from commentsvc.domain.status import CommentStatus, Decision
from commentsvc.domain.text import clean_line
from commentsvc.moderation.lists import list_address
from commentsvc.moderation.search_query import read_spelled, search_address
from commentsvc.moderation.show_comment import comment_page
from commentsvc.store import decisions
from commentsvc.store.decisions import Decided
from commentsvc.store.engine import Store
from commentsvc.web.parts import part
from commentsvc.web.query import one_of
from commentsvc.web.signed_in import SignedIn, signed_in

log = structlog.get_logger()

REASON_CHARACTERS = 500
_FIELDS = frozenset({"decision", "seen", "reason", "back", "site", "after", "anchor", "search"})

_Word = TypeVar("_Word", CommentStatus, Decision)


@dataclass(frozen=True, slots=True)
class _Wish:
    """A form of ours, checked."""

    verb: Decision
    seen: CommentStatus
    """The status that the moderator was shown; if it is another by now, somebody else was faster."""
    reason: str | None
    back: str
    """Address of the list to go back to, with what was decided, at the next comment."""


async def decide_comment(request: Request) -> Response:
    """POST /moderation/comments/ID/decisions: carry out one decision, go back to the list."""
    me, public_id, now = signed_in(request), request.path_params["id"], part(request, Clocks).now()
    wish = _read(me.form, public_id)
    try:
        done = await part(request, Store).write(lambda conn: _decide(conn, me, public_id, wish, now))
    except DecisionNotPossibleError:
        return await comment_page(request, public_id, is_refused=True)
    log.info("comment_decided", comment=done.comment, decision=wish.verb, moderator=me.moderator_id)
    return RedirectResponse(wish.back, HTTPStatus.SEE_OTHER)


def _decide(conn: Connection, me: SignedIn, public_id: str, wish: _Wish, now: datetime) -> Decided:
    """The decision, unless the comment is no longer as the moderator saw it; raising here undoes all of it."""
    done = decisions.decide(
        conn,
        public_id,
        wish.verb,
        site_ids=me.site_ids,
        moderator_id=me.moderator_id,
        reason=wish.reason,
        now=now,
    )
    if done.before is not wish.seen:
        raise DecisionNotPossibleError(f"seen {wish.seen}, was {done.before}")
    return done


def _read(form: Mapping[str, str], public_id: str) -> _Wish:
    if not form.keys() <= _FIELDS:
        raise UnknownFieldError
    if not is_public_id(public_id):
        raise UnknownCommentError
    verb, seen = _required(Decision, form, "decision"), _required(CommentStatus, form, "seen")
    if "search" in form:
        anchor, after = _optional_id(form, "anchor"), _optional_id(form, "after")
        search = read_spelled(form["search"])
        back = search_address(search, anchor=anchor, after=after, done=verb, comment=public_id)
        return _Wish(verb, seen, read_reason(form), back)
    back = list_address(
        one_of(CommentStatus, form.get("back"), CommentStatus.PENDING),
        anchor=_optional_id(form, "anchor"),
        site=form.get("site"),
        after=_optional_id(form, "after"),
        done=verb,
        comment=public_id,
    )
    return _Wish(verb, seen, read_reason(form), back)


def _required(words: type[_Word], form: Mapping[str, str], name: str) -> _Word:
    try:
        return words(form[name])
    except KeyError:
        raise MissingParameterError from None
    except ValueError:
        raise MalformedParameterError from None


def _optional_id(form: Mapping[str, str], name: str) -> str | None:
    given = form.get(name) or None
    if given is not None and not is_public_id(given):
        raise MalformedParameterError
    return given


def read_reason(form: Mapping[str, str]) -> str | None:
    """The reason in a form; None if it has none.

    Raises:
        InvalidInputError: It is too long.
    """
    reason = clean_line(form.get("reason", ""))
    if len(reason) > REASON_CHARACTERS:
        raise InvalidInputError(fields={"reason": f"At most {REASON_CHARACTERS} characters, please."})
    return reason or None
