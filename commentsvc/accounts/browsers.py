"""Forms before anybody is signed in: bound to a random cookie of the browser that was shown the page."""

import hashlib
import re
import secrets
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from commentsvc.accounts.sessions import ID_BYTES, SessionPolicy
from commentsvc.web.csrf import form_token
from commentsvc.web.parts import part

_SLOT = "commentsvc.form"
_FORM = re.compile(r"[A-Za-z0-9_-]{43}")


def cookie_name(policy: SessionPolicy) -> str:
    """Name of the cookie that a form is bound to."""
    return f"{policy.cookie}-form"


def bound_to(request: Request) -> str | None:
    """What the forms of this browser are bound to; None if it has no cookie of ours."""
    sent = _sent(request)
    return None if sent is None else _binding(sent)


def new_form(request: Request) -> tuple[str, str]:
    """A token for a form, and the cookie to set with the page; a browser with several tabs keeps one cookie."""
    cookie = _sent(request) or secrets.token_urlsafe(ID_BYTES)
    return form_token(request, bound_to=_binding(cookie)), cookie


def set_form_cookie(request: Request, answer: Response, cookie: str) -> None:
    """Give the browser the cookie that its form is bound to."""
    policy = part(request, SessionPolicy)
    policy.set_cookie(answer, cookie_name(policy), cookie)


def drop_form_cookie(request: Request, answer: Response) -> None:
    """Make the browser forget it: from here on forms are bound to the session."""
    policy = part(request, SessionPolicy)
    policy.drop_cookie(answer, cookie_name(policy))


def keep_form(request: Request, form: Mapping[str, str]) -> None:
    """Hand a checked form on to the endpoint."""
    request.scope[_SLOT] = form


def sent_form(request: Request) -> Mapping[str, str]:
    """The form that came from a page of ours."""
    form: Mapping[str, str] = request.scope[_SLOT]
    return form


def _sent(request: Request) -> str | None:
    sent = request.cookies.get(cookie_name(part(request, SessionPolicy)), "")
    return sent if _FORM.fullmatch(sent) else None


def _binding(cookie: str) -> str:
    return f"browser:{hashlib.sha256(b'commentsvc.form.v1' + cookie.encode()).hexdigest()}"
