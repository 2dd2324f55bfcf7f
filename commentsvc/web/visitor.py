"""A visitor who is not signed in: set by the gate in front of a page opened from a mail, read by the page."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.requests import HTTPConnection

_SLOT = "commentsvc.visitor"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody with a link and a browser."""

    form_token: str = field(repr=False)
    """For the forms of the page that is shown."""
    form: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Fields of the form sent, which came from a page of ours, shown to the same browser."""


def let_visit(request: HTTPConnection, who: Visitor) -> None:
    """Open the pages behind the gate to this request."""
    request.scope[_SLOT] = who


def visitor(request: HTTPConnection) -> Visitor:
    """Whose request this is; it came through the gate."""
    found = request.scope[_SLOT]
    assert isinstance(found, Visitor)  # noqa: S101 - only the gate writes there
    return found
