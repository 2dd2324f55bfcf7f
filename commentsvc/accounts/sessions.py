"""Moderators' sessions: a random id in a cookie, of which the database knows only the digest."""

import hashlib
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from commentsvc.domain.clock import Clocks
from commentsvc.domain.errors import StorageUnavailableError
from commentsvc.store import sessions
from commentsvc.store.engine import Store
from commentsvc.store.moderators import Moderator
from commentsvc.web.parts import part

ID_BYTES = 32
_TOUCH_EVERY = timedelta(minutes=1)
_FORM = re.compile(r"[pl]\.[A-Za-z0-9_-]{43}")


class Way(StrEnum):
    """How a session began; the first letter of its id, which cannot be changed without changing the digest."""

    PASSWORD = "p"  # noqa: S105 - a letter
    LINK = "l"


@dataclass(frozen=True, slots=True)
class SessionPolicy:
    """How long sessions last, and how their cookie travels."""

    is_https: bool
    """Whether browsers reach us by https; then the cookie never travels otherwise."""
    idle: timedelta
    """A session ends after this time without use,"""
    absolute: timedelta
    """and after this time in any case."""

    @property
    def cookie(self) -> str:
        """Name of the session's cookie; the prefix makes browsers hold us to Secure, Path=/ and no Domain."""
        return "__Host-commentsvc" if self.is_https else "commentsvc"

    def set_cookie(self, answer: Response, name: str, value: str) -> None:
        """Set a cookie that scripts cannot read and other sites' forms do not send."""
        answer.set_cookie(name, value, path="/", secure=self.is_https, httponly=True, samesite="lax")

    def drop_cookie(self, answer: Response, name: str) -> None:
        """Make the browser forget a cookie."""
        answer.delete_cookie(name, path="/", secure=self.is_https, httponly=True, samesite="lax")


@dataclass(frozen=True, slots=True)
class CurrentSession:
    """The session that a request belongs to."""

    digest: bytes = field(repr=False)
    moderator: Moderator
    way: Way
    began_at: datetime

    @property
    def bound_to(self) -> str:
        """What the session's forms are bound to; says nothing about its id."""
        return session_binding(self.digest)


def session_binding(digest: bytes) -> str:
    """What the forms of the session with this digest are bound to."""
    return f"session:{hashlib.sha256(b'commentsvc.form.v1' + digest).hexdigest()}"


def new_session_id(way: Way) -> str:
    """A fresh id: 256 random bits, behind the letter of how the session began."""
    return f"{way}.{secrets.token_urlsafe(ID_BYTES)}"


def digest_of(secret: str) -> bytes:
    """What the database keeps of a session's id or a link's token; both are random, so a plain digest hides them."""
    return hashlib.sha256(secret.encode()).digest()


def open_session(
    conn: Connection, session_id: str, moderator_id: int, *, device: str, policy: SessionPolicy, now: datetime
) -> None:
    """Begin a session, and forget those that nobody can use any more."""
    sessions.end_old(conn, seen_before=now - policy.idle, created_before=now - policy.absolute)
    sessions.start(conn, digest_of(session_id), moderator_id, device=device, now=now)


def sent_digest(request: Request) -> bytes | None:
    """Digest of the session id that came with a request, whether or not there is such a session."""
    sent = request.cookies.get(part(request, SessionPolicy).cookie, "")
    return digest_of(sent) if _FORM.fullmatch(sent) else None


async def current_session(request: Request) -> CurrentSession | None:
    """The session that a request belongs to; None if there is none, it has ended, or its moderator is disabled."""
    digest = sent_digest(request)
    if digest is None:
        return None
    store, policy, now = part(request, Store), part(request, SessionPolicy), part(request, Clocks).now()

    both = await store.read(
        lambda conn: sessions.find(conn, digest, seen_since=now - policy.idle, created_since=now - policy.absolute)
    )
    if both is None or both[1].is_disabled:
        return None
    found, who = both
    if now - found.seen_at >= _TOUCH_EVERY:
        with suppress(StorageUnavailableError):  # a full disk must not lock moderators out of reading
            await store.write(lambda conn: sessions.touch(conn, digest, now=now), always=True)
    return CurrentSession(digest, who, Way(request.cookies[policy.cookie][0]), found.created_at)
