"""Who may do what: every route there is, by six people, on an object of either site and on one that does not exist.

What is expected stands in roles.txt. A cell is the status of the answer, ``in`` where the gate sends somebody to the
sign-in page; three of them, with slashes between, are for an object of the Gazette, of the Herald, and for none.
After a status, ``~`` says that nothing is changed all the same: of several objects none is there for that person.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

import httpx2
import pytest

from commentsvc.domain.ids import is_public_id
from tests.support import migrated
from tests.support.moderation import open_place
from tests.support.role_objects import BODIES, MAKERS, Asked
from tests.support.roles import OPEN, PEOPLE, Cast, Person, Row, routes, rows, told

pytestmark = pytest.mark.anyio

ROWS = rows()
FORMS = [row for row in ROWS if row.method == "POST" and row.path.startswith("/moderation")]
_REFUSED = {"in", "401", "403", "404", "405"}
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_OURS = {"Origin": "https://comments.example", "Sec-Fetch-Site": "same-origin"}
_FOREIGN = {"Origin": "https://evil.example"}
_CROSS_SITE = {"Origin": "https://comments.example", "Sec-Fetch-Site": "cross-site"}


@pytest.fixture(scope="module")
async def cast(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Cast]:
    """Two sites, each with an owner."""
    url = migrated.copy_sqlite(tmp_path_factory.mktemp("roles") / "comments.db")
    async with open_place(url) as place:
        await place.add_site()
        await place.add_site("herald", "The Herald")
        yield Cast(place)


@dataclass
class Try:
    """One request that is ready to be sent."""

    row: Row
    who: str
    where: str | None
    person: Person
    filled: Mapping[str, str]

    @property
    def expected(self) -> str:
        return self.row.expected(self.who, self.where).rstrip("~")

    @property
    def is_harmless(self) -> bool:
        """Whether nothing may have changed afterwards."""
        answer = self.row.expected(self.who, self.where)
        return self.row.method == "GET" or answer in _REFUSED or answer.endswith("~")

    @property
    def is_hidden(self) -> bool:
        """Whether what is asked for must look as if it did not exist."""
        answer = self.row.expected(self.who, self.where)
        return answer == "404" or answer.endswith("~")

    async def send(self, *, token: str | None = "", headers: Mapping[str, str] = _OURS) -> httpx2.Response:
        """Send it; `token` is the form's, the right one unless it is given, none if it is None."""
        path, http = self.row.path.format_map(self.filled), self.person.visitor.http
        if self.row.form.startswith("@"):
            return await http.request(self.row.method, path, json=dict(BODIES[self.row.form[1:]]))
        pairs = parse_qsl(self.row.form, keep_blank_values=True) if self.row.form != "-" else []
        fields = {name: value.format_map(self.filled) for name, value in pairs}
        if self.row.method == "GET":
            return await http.get(path, params=fields)
        if token is not None and self.row.path.startswith("/moderation"):
            fields["csrf_token"] = token or self.person.token_for(self.row.path)
        return await http.request(self.row.method, path, content=urlencode(fields), headers={**_FORM, **headers})


async def get_ready(cast: Cast, row: Row, who: str, where: str | None) -> Try:
    """A new person with an object of their own, so that no try depends on another."""
    person = await cast.bring(who)
    filled = await MAKERS[row.object](Asked(cast.place, cast, person, where))
    return Try(row, who, where, person, filled)


def _neutral(answer: httpx2.Response, filled: Mapping[str, str]) -> bytes:
    """An answer's bytes, the same whatever the id that was asked for."""
    text = answer.content
    for value in (value for value in filled.values() if is_public_id(value)):
        text = text.replace(value.encode(), b"ID")
    return text


def test_every_route_has_a_row() -> None:
    missing = routes() - {(row.method, row.path) for row in ROWS}
    assert not missing, (
        f"{sorted(missing)}: say in tests/system/roles.txt who may do this. A row is METHOD, PATH, OBJECT (a maker in "
        "tests/support/role_objects.py), the smallest valid FORM, and what each person is answered."
    )
    assert {(row.method, row.path) for row in ROWS} - routes() == set(), "rows of routes that are gone"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
async def test_everybody_is_answered_as_the_table_says(cast: Cast, row: Row) -> None:
    """What is refused, and what is only looked at, changes nothing; foreign objects are as good as absent."""
    tries = [await get_ready(cast, row, who, where) for who in PEOPLE for where in row.places]
    harmless = [each for each in tries if each.is_harmless]
    before = await cast.place.dump()
    answers = {(each.who, each.where): await each.send() for each in harmless}
    assert await cast.place.dump() == before
    answers |= {(each.who, each.where): await each.send() for each in tries if each not in harmless}
    assert {(each.who, each.where): told(answers[each.who, each.where], row.path) for each in tries} == {
        (each.who, each.where): each.expected for each in tries
    }
    hidden = [each for each in tries if each.is_hidden]
    for who in PEOPLE:
        seen = {_neutral(answers[who, each.where], each.filled) for each in hidden if each.who == who}
        assert len(seen) <= 1, f"{who} can tell what is foreign from what is absent"


def somebody_who_may(row: Row) -> tuple[str, str | None] | None:
    """Who is not refused, and where."""
    may = [(who, where) for who in PEOPLE for where in row.places if row.expected(who, where) not in _REFUSED]
    may += [(who, where) for who in PEOPLE for where in row.places if row.path in OPEN]
    return may[0] if may else None


@pytest.mark.parametrize("row", FORMS, ids=lambda row: row.name)
async def test_a_form_that_is_not_our_own_pages_is_refused_and_changes_nothing(cast: Cast, row: Row) -> None:
    may = somebody_who_may(row)
    assert may is not None, f"{row.name}: nobody may do this"
    who, where = may
    ready, other = await get_ready(cast, row, who, where), await cast.bring("owner")
    before = await cast.place.dump()
    for token, headers in ((None, _OURS), (other.token, _OURS), ("", _FOREIGN), ("", _CROSS_SITE)):
        answer = await ready.send(token=token, headers=headers)
        assert answer.status_code == 403, (token, headers)
        assert "did not come from our own page" in answer.text
    assert await cast.place.dump() == before
    assert told(await ready.send(), row.path) == row.expected(who, where), "the refusals above could not have failed"


async def test_a_change_would_be_seen(cast: Cast) -> None:
    row = next(row for row in FORMS if row.object == "comment")
    ready = await get_ready(cast, row, "moderator", "gazette")
    before = await cast.place.dump()
    await ready.send()
    assert await cast.place.dump() != before
