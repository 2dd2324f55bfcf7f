"""Whose request this is: set by the gate in front of moderators' pages, read by the pages behind it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.requests import HTTPConnection

from commentsvc.domain.errors import SignInRequiredError
from commentsvc.domain.roles import Role

_SLOT = "commentsvc.signed_in"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The moderator who asks, and what they sent."""

    moderator_id: int
    name: str
    roles: Mapping[int, Role]
    """Site row id → role."""
    has_password: bool
    form_token: str = field(repr=False)
    """For the forms of the page that is shown."""
    form: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Fields of the form sent, which came from a page of ours; empty for a request that changes nothing."""

    @property
    def site_ids(self) -> frozenset[int]:
        """Row ids of the sites that they look after; every query of theirs is bounded by these."""
        return frozenset(self.roles)

    @property
    def owned_site_ids(self) -> frozenset[int]:
        """Those of them that they own."""
        return frozenset(site_id for site_id, role in self.roles.items() if role is Role.OWNER)


def let_in(request: HTTPConnection, who: SignedIn) -> None:
    """Open the pages behind the gate to this request."""
    request.scope[_SLOT] = who


def signed_in(request: HTTPConnection) -> SignedIn:
    """The moderator whose request this is.

    Raises:
        SignInRequiredError: It did not come through the gate (401, `sign_in_required`).
    """
    found = request.scope.get(_SLOT)
    if not isinstance(found, SignedIn):
        raise SignInRequiredError
    return found
