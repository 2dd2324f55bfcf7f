"""Who may do what: the people of the role matrix, the objects that they try it on, and its table.

Each route of the service has a row in tests/system/roles.txt. `Row` reads it, `Cast` brings the people, and
`tests/support/role_objects.py` makes the objects.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from starlette.routing import Route

from commentsvc.accounts.browsers import _binding
from commentsvc.accounts.sessions import SessionPolicy, Way, digest_of, new_session_id, open_session, session_binding
from commentsvc.app import ROUTES
from commentsvc.domain.emails import EmailAddress
from commentsvc.domain.roles import Role
from commentsvc.store import moderators
from commentsvc.web.tokens import Purpose, Signer
from tests.support.moderation import PASSWORD, Place, Visitor

TABLE = Path(__file__).parents[1] / "system" / "roles.txt"
PEOPLE = ("anonymous", "author", "moderator", "stranger", "owner", "disabled")
"""moderator, owner and disabled belong to the Gazette, stranger moderates the Herald, author has a receipt."""
PLACES = ("gazette", "herald", None)
"""Where the object of a cell is: on the Gazette, on the Herald, nowhere."""
_FORM_COOKIE = "F" * 43


@dataclass(frozen=True, slots=True)
class Row:
    """One route, the object it is tried on, and the smallest valid form."""

    method: str
    path: str
    object: str
    """Name of a maker in `role_objects.MAKERS`; ``-``: the route has no object."""
    form: str
    """``decision=approve&seen=pending``; ``@name``: JSON from `role_objects.BODIES`; ``-``: none. Names in braces are
    filled in by the object's maker, here as in the path."""
    cells: Mapping[str, tuple[str, ...]]
    """Person → expected answers, one for each of `PLACES`, or one if there is no object."""

    @property
    def name(self) -> str:
        return f"{self.method} {self.path} {self.object}"

    @property
    def places(self) -> Sequence[str | None]:
        return PLACES if self.object != "-" and any(len(cell) > 1 for cell in self.cells.values()) else PLACES[:1]

    def expected(self, person: str, place: str | None) -> str:
        cell = self.cells[person]
        return cell[PLACES.index(place)] if len(cell) > 1 else cell[0]


def rows() -> list[Row]:
    """The table."""
    lines = [line.split() for line in TABLE.read_text().splitlines() if line and not line.startswith("#")]
    assert tuple(lines[0][4:]) == PEOPLE
    return [
        Row(method, path, thing, form, {who: tuple(cell.split("/")) for who, cell in zip(PEOPLE, cells, strict=True)})
        for method, path, thing, form, *cells in lines[1:]
    ]


def routes() -> set[tuple[str, str]]:
    """Method and path of each route that the service has."""
    found = [route for route in ROUTES if isinstance(route, Route)]
    return {(method, route.path) for route in found for method in (route.methods or set()) - {"HEAD"}}


@dataclass
class Person:
    """Somebody at their browser."""

    visitor: Visitor
    moderator_id: int | None
    token: str
    """For forms behind the gate; without a session it is as good as none."""
    open_token: str
    """For forms before it."""
    binding: str
    email: str = ""

    def token_for(self, path: str) -> str:
        return self.open_token if path in OPEN else self.token


OPEN = {
    "/moderation/sign-in",
    "/moderation/sign-in/code",
    "/moderation/link",
    "/moderation/invitation",
    "/moderation/mail",
}
"""Forms for which nobody has to be signed in."""


@dataclass
class Cast:
    """Brings a fresh person for each cell, so that no cell depends on another."""

    place: Place
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    async def bring(self, who: str) -> Person:
        """One of `PEOPLE`, from a network of their own."""
        number = next(self.numbers)
        visitor = self.place.browser(client=f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}")
        policy: SessionPolicy = self.place.app.state.parts[SessionPolicy]
        visitor.http.cookies.set(f"{policy.cookie}-form", _FORM_COOKIE)
        binding = _binding(_FORM_COOKIE)
        person = Person(visitor, None, self._sign(binding), self._sign(binding), binding)
        if who == "author":
            visitor.http.headers["Authorization"] = f"Bearer {self._parts(Signer).sign(Purpose.RECEIPT, {})}"
        elif who != "anonymous":
            await self._sign_in(person, who, number)
        return person

    async def _sign_in(self, person: Person, who: str, number: int) -> None:
        person.email = f"{who}{number}@desk.example"
        site = "herald" if who == "stranger" else "gazette"
        role = Role.OWNER if who == "owner" else Role.MODERATOR
        person.moderator_id = await self.add_member(person.email, f"{who} {number}", site, role)
        session_id, policy = new_session_id(Way.PASSWORD), self._parts(SessionPolicy)
        moderator_id, now = person.moderator_id, self.place.time.now
        await self.place.store.write(
            lambda conn: open_session(conn, session_id, moderator_id, device="Firefox", policy=policy, now=now)
        )
        if who == "disabled":
            await self.place.disable(moderator_id)
        person.visitor.http.cookies.set(policy.cookie, session_id)
        person.token = self._sign(session_binding(digest_of(session_id)))

    async def add_member(self, email: str, name: str, site: str, role: Role = Role.MODERATOR) -> int:
        """A moderator of a site, with a password; row id."""
        address, hashed = EmailAddress(email), self.place.hasher.hash(PASSWORD)
        index, sealed = self.place.index.of_moderator(address), self.place.sealer.seal(address)
        now = self.place.time.now

        def job(conn: Any) -> int:
            who = moderators.add(conn, name=name, blind_index=index, sealed_email=sealed, now=now)
            moderators.set_password(conn, who, hashed)
            moderators.join_sites(conn, who, [self.place.sites[site].id], role, now=now)
            return who

        return await self.place.store.write(job)

    def _sign(self, bound_to: str) -> str:
        signer: Signer = self._parts(Signer)
        return signer.sign(Purpose.SESSION_CSRF, {"bound_to": bound_to})

    def _parts(self, kind: Any) -> Any:
        return self.place.app.state.parts[kind]


def told(answer: httpx2.Response, path: str) -> str:
    """An answer as the table spells it: its status, or ``in`` where the gate sends somebody to the sign-in page."""
    is_sent_away = answer.status_code == 303 and answer.headers["location"].startswith("/moderation/sign-in?next=")
    return "in" if is_sent_away and path not in OPEN else str(answer.status_code)
