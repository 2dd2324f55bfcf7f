"""A form that changes something must come from a page of ours, shown to the same browser."""

from dataclasses import dataclass
from datetime import timedelta

from starlette.requests import Request

from commentsvc.domain.errors import CrossSiteRequestError, InvalidTokenError
from commentsvc.web.body import read_form
from commentsvc.web.parts import part
from commentsvc.web.tokens import Purpose, Signer

TOKEN_FIELD = "csrf_token"  # noqa: S105 - the name of a form's field
FORM_BYTES = 8 * 1024
LONG_FORM_BYTES = 80 * 1024
"""For the few forms with a comment's text: 5,000 characters of 4 bytes, each written as ``%XX``, and some to spare."""
_FROM_OURSELVES = frozenset({"same-origin", "none"})
_MAX_AGE = timedelta(days=14)
"""A page may stay open as long as a session lasts; the session itself may end sooner."""


@dataclass(frozen=True, slots=True)
class PublicOrigin:
    """Where browsers reach this service."""

    value: str
    """``https://comments.example.org``."""


def form_token(request: Request, *, bound_to: str) -> str:
    """A token for the forms of a page.

    Args:
        request: The one that asks for the page.
        bound_to: What only this browser can prove: the session, or a cookie set with the page. It can be read in
            the token, so give a digest.
    """
    return part(request, Signer).sign(Purpose.SESSION_CSRF, {"bound_to": bound_to})


async def read_own_form(request: Request, *, bound_to: str | None, limit_bytes: int = FORM_BYTES) -> dict[str, str]:
    """The fields of a form that came from a page of ours, without its token.

    Args:
        request: A POST.
        bound_to: As for `form_token`; None: this browser can prove nothing.
        limit_bytes: Of the whole body.

    Raises:
        CrossSiteRequestError: Another site's page sent it, or its token is missing or another browser's (403,
            `cross_site_request`).
    """
    check_origin(request)
    form = await read_form(request, limit_bytes=limit_bytes)
    _check_token(request, form.pop(TOKEN_FIELD, ""), bound_to)
    return form


def check_origin(request: Request) -> None:
    """Refuse what another site's page made the browser send.

    Browsers that tell how a request came about are believed; of others, the origin must be ours.

    Raises:
        CrossSiteRequestError: It did not come from a page of ours.

    Source:
        Fetch Metadata Request Headers, section 2.4; RFC 6454 section 7.
    """
    ours = part(request, PublicOrigin).value
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site")
    if site is None and origin != ours:
        raise CrossSiteRequestError("another origin")
    if site is not None and site not in _FROM_OURSELVES:
        raise CrossSiteRequestError("another site")


def _check_token(request: Request, token: str, bound_to: str | None) -> None:
    try:
        claims = part(request, Signer).verify(Purpose.SESSION_CSRF, token, max_age=_MAX_AGE)
    except InvalidTokenError:
        raise CrossSiteRequestError("token") from None
    if bound_to is None or claims.get("bound_to") != bound_to:
        raise CrossSiteRequestError("another browser's token")
