"""Members of a site: inviting, joining, roles, leaving; each written into the history once."""

import re
from pathlib import Path

import httpx2
import pytest

from commentsvc.domain.roles import Role
from tests.support import migrated
from tests.support.moderation import PASSWORD, Place, Visitor

pytestmark = pytest.mark.anyio

_PAGE = "/moderation/sites/gazette/members"
_LINK = re.compile(r'value="https://comments\.example(/moderation/invitation\?token=[A-Za-z0-9_-]{43})"')
_NEW = {"name": "Nia", "email": "nia@desk.example", "password": "nine small green apples"}


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """One engine is enough here: tests/store has what they do differently."""
    return migrated.copy_sqlite(tmp_path / "comments.db")


@pytest.fixture
async def owner(place: Place) -> Visitor:
    """Ola, who owns the Gazette, signed in."""
    await place.add_moderator("ola@desk.example", name="Ola", role=Role.OWNER)
    return await place.signed_in("ola@desk.example")


async def _post(visitor: Visitor, path: str, **fields: str) -> httpx2.Response:
    token = (await visitor.hidden("/moderation/account", action="/moderation/sign-out"))["csrf_token"]
    return await visitor.post(path, fields | {"csrf_token": token})


async def _invite(owner: Visitor, *, role: str = "moderator") -> str:
    """Path of the invitation's link."""
    answer = await _post(owner, f"{_PAGE}/invitations", name="Nia", role=role)
    found = _LINK.search(answer.text)
    assert found is not None, answer.text
    return found[1]


async def _answer(visitor: Visitor, path: str, **fields: str) -> httpx2.Response:
    hidden = await visitor.hidden(path, action="/moderation/invitation")
    return await visitor.post("/moderation/invitation", hidden | fields)


async def _acts(place: Place) -> list[tuple[str, str]]:
    return [(str(row["decision"]), str(row["subject"])) for row in (await place.dump())["decision"]]


async def test_somebody_new_makes_an_account_signs_in_and_joins(place: Place, owner: Visitor) -> None:
    path, nia = await _invite(owner, role="owner"), place.browser()
    assert "as an owner" in (await nia.get(path)).text
    answer = await _answer(nia, path, **_NEW)
    assert (answer.status_code, answer.headers["location"]) == (303, "/moderation/sign-in?next=invitation")
    back = await nia.sign_in(_NEW["email"], _NEW["password"], next="invitation")
    assert back.headers["location"] == "/moderation/invitation"
    joined = await _answer(nia, "/moderation/invitation")
    assert (joined.status_code, joined.headers["location"]) == (303, "/moderation/sites/gazette")
    assert "The Gazette" in (await nia.get(joined.headers["location"])).text
    assert (await nia.get(_PAGE)).status_code == 200, "as an owner"
    assert (await nia.get(path)).status_code == 403, "it works once"
    assert [act for act, _ in await _acts(place)] == ["invite", "join"]
    assert (await _acts(place))[1] == ("join", "member:3")


async def test_somebody_signed_in_joins_with_their_account(place: Place, owner: Visitor) -> None:
    await place.add_site("herald", "The Herald")
    await place.add_moderator("ida@desk.example", name="Ida", of=["herald"])
    ida = await place.signed_in("ida@desk.example")
    assert (await ida.get("/moderation/sites/gazette")).status_code == 404
    assert (await _answer(ida, await _invite(owner))).status_code == 303
    assert (await ida.get("/moderation/sites/gazette")).status_code == 200


async def test_an_account_is_asked_for_with_the_same_answer_whether_or_not_the_address_is_known(
    place: Place, owner: Visitor
) -> None:
    answers, pages, before = [], [], len((await place.dump())["moderator"])
    for email in ("mo@desk.example", "nobody@desk.example"):
        path, visitor = await _invite(owner), place.browser()
        answers.append(await _answer(visitor, path, **_NEW | {"email": email}))
        seen = (await visitor.get(path)).text
        pages.append(re.sub(r'(value|csrf_token)="[^"]*"', "", seen))
        assert "With a new account" not in seen, "it lets an account be asked for once"
        hidden = (await visitor.hidden("/moderation/sign-in"))["csrf_token"]
        again = {"csrf_token": hidden, "token": path.partition("=")[2], **_NEW, "email": "third@desk.example"}
        assert (await visitor.post("/moderation/invitation", again)).status_code == 403
    assert (answers[0].status_code, answers[0].headers["location"], answers[0].content) == (
        answers[1].status_code,
        answers[1].headers["location"],
        answers[1].content,
    )
    assert pages[0] == pages[1]
    assert len((await place.dump())["moderator"]) == before + 1
    assert (await place.browser().sign_in("mo@desk.example", PASSWORD)).status_code == 303, "nobody's password changed"
    assert (await place.browser().sign_in("mo@desk.example", _NEW["password"])).status_code == 401


async def test_looking_at_an_invitation_changes_nothing(place: Place, owner: Visitor) -> None:
    path, visitor = await _invite(owner), place.browser()
    before = await place.dump()
    for _ in range(50):
        answer = await visitor.get(path)
        assert (answer.status_code, answer.headers["referrer-policy"]) == (200, "strict-origin")
        assert (await visitor.http.head(path)).status_code == 200
    assert await place.dump() == before
    assert path.partition("=")[2].encode() not in await place.raw_dump()


async def test_an_invitation_ends_after_seven_days_or_when_it_is_withdrawn(place: Place, owner: Visitor) -> None:
    kept = await _invite(owner)
    place.time.pass_by(seconds=1)
    withdrawn = await _invite(owner)
    action = re.findall(r'action="([^"]*/withdraw)"', (await owner.get(_PAGE)).text)[1]
    assert (await _post(owner, action)).status_code == 303
    assert (await _post(owner, action)).status_code == 404
    assert [(await place.browser().get(path)).status_code for path in (kept, withdrawn)] == [200, 403]
    place.time.pass_by(days=7)
    assert (await place.browser().get(kept)).status_code == 403
    for token in ("", "x", "A" * 43, "A" * 5_000, "%00"):
        assert (await place.browser().get(f"/moderation/invitation?token={token}")).status_code in {400, 403}


@pytest.mark.parametrize("way", ["remove", "role", "disable"])
async def test_an_invitation_ends_with_the_owner_who_made_it(place: Place, owner: Visitor, way: str) -> None:
    await place.add_moderator("ada@desk.example", name="Ada", role=Role.OWNER)
    ada = await place.signed_in("ada@desk.example")
    path = await _invite(ada)
    if way == "disable":
        await place.disable(3)
    else:
        answer = await _post(owner, f"{_PAGE}/3/{way}", **({"role": "moderator"} if way == "role" else {}))
        assert answer.status_code == 303
    assert (await place.browser().get(path)).status_code == 403


async def test_a_member_is_told_so_and_has_no_button(owner: Visitor) -> None:
    page = (await owner.get(await _invite(owner))).text
    assert "look after this site already" in page
    assert "<button" not in page


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": " \u200b"}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"email": "no"}, "email"),
        ({"password": "short"}, "password"),
    ],
)
async def test_what_cannot_be_taken_is_explained_at_its_field(
    place: Place, owner: Visitor, fields: dict[str, str], field: str
) -> None:
    path = await _invite(owner)
    before = await place.dump()
    answer = await _answer(place.browser(), path, **_NEW | fields)
    assert (answer.status_code, f'id="{field}-error"' in answer.text) == (422, True)
    assert await place.dump() == before


async def test_a_removed_member_loses_the_site_with_the_next_request(place: Place, owner: Visitor, mo: Visitor) -> None:
    assert (await mo.get("/moderation/sites/gazette")).status_code == 200
    assert (await _post(owner, f"{_PAGE}/1/remove")).status_code == 303
    assert (await mo.get("/moderation/sites/gazette")).status_code == 404
    assert "look after any site yet" in (await mo.get("/moderation/sites")).text
    assert await _acts(place) == [("remove_member", "member:1")]


async def test_a_site_keeps_an_owner_who_can_sign_in(place: Place, owner: Visitor) -> None:
    for path, fields in ((f"{_PAGE}/2/remove", {}), (f"{_PAGE}/2/role", {"role": "moderator"})):
        answer = await _post(owner, path, **fields)
        assert (answer.status_code, "A site needs an owner" in answer.text) == (409, True)
    assert (await _post(owner, f"{_PAGE}/1/role", role="owner")).status_code == 303
    await place.disable(1)
    assert (await _post(owner, f"{_PAGE}/2/remove")).status_code == 409
    assert await _acts(place) == [("change_role", "member:1")]


async def test_the_list_of_members_tells_no_address(owner: Visitor) -> None:
    page = (await owner.get(_PAGE)).text
    for told in ("Mo", "Ola", "without second factor", "nothing done here yet", "2 March 2026"):
        assert told in page
    assert "@desk" not in page
    assert "desk.example" not in page


async def test_the_page_of_a_site_tells_what_it_is(place: Place, owner: Visitor, mo: Visitor) -> None:
    await place.add_comment()
    pages = [(await visitor.get("/moderation/sites/gazette")).text for visitor in (owner, mo)]
    for told in ("The Gazette", "https://gazette.example", "Every new comment waits", "1 comment waits", "Ola"):
        assert all(told in page for page in pages), told
    assert [f'href="{_PAGE}"' in page for page in pages] == [True, False]
    listed = (await mo.get("/moderation/sites")).text
    assert "1 comment waits" in listed
    assert "2 members" in listed
