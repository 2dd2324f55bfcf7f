"""The gate in front of the interface for scripts: a bearer token, nothing else, and errors as JSON."""

import functools
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from commentsvc.accounts.api_tokens import digest_of_token
from commentsvc.domain.clock import Clocks
from commentsvc.domain.errors import CommentsvcError, InvalidApiTokenError, ReadOnlyTokenError, StorageUnavailableError
from commentsvc.store import api_tokens, moderators
from commentsvc.store.api_tokens import ApiToken
from commentsvc.store.engine import Store
from commentsvc.store.moderators import Moderator
from commentsvc.web.client_address import client_of
from commentsvc.web.parts import part
from commentsvc.web.problem_page import Endpoint
from commentsvc.web.problems import answer_error
from commentsvc.web.rate_limits import Rate, RateLimiter
from commentsvc.web.signed_in import SignedIn, let_in

WRONG_TOKENS = Rate.per(300.0, 20)
"""Wrong tokens that one network may send."""
_TOUCH_EVERY = timedelta(minutes=1)


def behind_token(routes: Iterable[Route]) -> list[Route]:
    """The same routes for scripts with a token of a moderator's; a POST needs one that may decide.

    No cookie opens them, so no browser can be made to use them; no page of any origin may read their answers.
    """
    return [
        Route(route.path, _for_scripts(route.endpoint), methods=sorted(route.methods or {"GET"}), name=route.name)
        for route in routes
    ]


def _for_scripts(endpoint: Endpoint) -> Endpoint:
    @functools.wraps(endpoint)
    async def guarded(request: Request) -> Response:
        try:
            let_in(request, await _signed_in(request))
            answer = await endpoint(request)
        except CommentsvcError as error:
            answer = answer_error(request, error)
            if isinstance(error, InvalidApiTokenError):
                answer.headers["WWW-Authenticate"] = "Bearer"
        answer.headers.setdefault("Cache-Control", "no-store")
        return answer

    return guarded


async def _signed_in(request: Request) -> SignedIn:
    scheme, _, sent = request.headers.get("authorization", "").partition(" ")
    digest = digest_of_token(sent) if scheme.lower() == "bearer" else None
    found = None if digest is None else await _find(request, digest)
    if found is None:
        part(request, RateLimiter).check([WRONG_TOKENS], scope="wrong token", address=client_of(request))
        raise InvalidApiTokenError
    token, who = found
    if request.method == "POST" and not token.may_decide:
        raise ReadOnlyTokenError
    return SignedIn(who.id, who.name, who.roles, has_password=who.password_hash is not None, form_token="")


async def _find(request: Request, digest: bytes) -> tuple[ApiToken, Moderator] | None:
    """The token and whose it is; None if there is none, it has expired, or its moderator is disabled."""
    store, now = part(request, Store), part(request, Clocks).now()

    def job(conn: Connection) -> tuple[ApiToken, Moderator] | None:
        token = api_tokens.find(conn, digest, now=now)
        who = None if token is None else moderators.by_id(conn, token.moderator_id)
        return None if token is None or who is None or who.is_disabled else (token, who)

    found = await store.read(job)
    if found is not None and _is_worth_noting(found[0], now):
        with suppress(StorageUnavailableError):  # a full disk must not lock scripts out of reading
            await store.write(lambda conn: api_tokens.touch(conn, digest, now=now), always=True)
    return found


def _is_worth_noting(token: ApiToken, now: datetime) -> bool:
    return token.used_at is None or now - token.used_at >= _TOUCH_EVERY
