"""Which language a page for readers speaks: its site's, or, where no site is known, what their browser asks for."""

from starlette.requests import HTTPConnection

from commentsvc.domain.site import Site
from commentsvc.words.asked_for import asked_for


def speak_as(request: HTTPConnection, site: Site) -> None:
    """From here on the request is about this site: what is refused is told in its language."""
    request.state.language = site.policy.language


def language_of(request: HTTPConnection) -> str:
    """BCP 47, one that there is a catalogue of."""
    known: str | None = getattr(request.state, "language", None)
    return known or asked_for(request.headers.get("accept-language", ""))
