"""A moderator's own page: sites and password."""

import httpx2
import pytest

from tests.support.moderation import PASSWORD, Place, Visitor

pytestmark = pytest.mark.anyio

_NEW = "nine small green apples"


async def _change(visitor: Visitor, **fields: str) -> httpx2.Response:
    hidden = await visitor.hidden("/moderation/account", action="/moderation/account/password")
    return await visitor.post("/moderation/account/password", hidden | fields)


async def test_the_page_lists_own_sites_and_roles_only(place: Place) -> None:
    await place.add_site("other", "The Other")
    page = (await (await place.signed_in()).get("/moderation/account")).text
    assert "The Gazette" in page
    assert "moderator" in page
    assert "The Other" not in page


async def test_changing_the_password_ends_all_other_sessions_and_renews_this_one(place: Place) -> None:
    mine, other = await place.signed_in(), await place.signed_in()
    kept = mine.http.cookies.get("__Host-commentsvc")
    answer = await _change(mine, current_password=PASSWORD, new_password=_NEW, repeated_password=_NEW)
    assert answer.status_code == 303
    assert (await mine.get("/moderation")).status_code == 200
    assert (await other.get("/moderation")).status_code == 303
    assert mine.http.cookies.get("__Host-commentsvc") != kept
    assert len((await place.dump())["session"]) == 1
    assert (await place.browser().sign_in("mo@desk.example", PASSWORD)).status_code == 401
    assert (await place.browser().sign_in("mo@desk.example", _NEW)).status_code == 303


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"current_password": "wrong", "new_password": _NEW, "repeated_password": _NEW}, "current_password"),
        ({"new_password": _NEW, "repeated_password": _NEW}, "current_password"),
        ({"current_password": PASSWORD, "new_password": _NEW, "repeated_password": "other"}, "repeated_password"),
        ({"current_password": PASSWORD, "new_password": "a" * 11, "repeated_password": "a" * 11}, "new_password"),
        ({"current_password": PASSWORD, "new_password": "ä" * 513, "repeated_password": "ä" * 513}, "new_password"),
        ({"current_password": PASSWORD}, "new_password"),
    ],
)
async def test_a_password_that_cannot_be_taken_is_explained_at_its_field(
    place: Place, fields: dict[str, str], field: str
) -> None:
    mo = await place.signed_in()
    before = await place.dump()
    answer = await _change(mo, **fields)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert await place.dump() == before


@pytest.mark.parametrize("password", ["a" * 12, "ä" * 512, "pass word with  spaces", "🍞🍞🍞🍞🍞🍞🍞🍞🍞🍞🍞🍞"])
async def test_any_characters_make_a_password_of_twelve_or_more(place: Place, password: str) -> None:
    mo = await place.signed_in()
    answer = await _change(mo, current_password=PASSWORD, new_password=password, repeated_password=password)
    assert answer.status_code == 303
    assert (await place.browser().sign_in("mo@desk.example", password)).status_code == 303


async def test_a_stolen_session_may_not_guess_the_password_without_end(place: Place) -> None:
    mo = await place.signed_in()
    guess = {"current_password": "wrong", "new_password": _NEW, "repeated_password": _NEW}
    for _ in range(9):
        assert "not your current password" in (await _change(mo, **guess)).text
    assert "Too many attempts" in (await _change(mo, **guess | {"current_password": PASSWORD})).text


async def test_a_forgotten_password_can_be_replaced_for_an_hour_after_a_link(place: Place) -> None:
    who = await place.add_moderator("ida@desk.example", name="Ida")
    fresh, late = place.browser(), place.browser()
    await fresh.use_link(await place.new_link(who))
    await late.use_link(await place.new_link(who))
    assert "Current password" not in (await fresh.get("/moderation/account")).text
    place.time.pass_by(minutes=59)
    assert (await _change(fresh, new_password=_NEW, repeated_password=_NEW)).status_code == 303
    await late.use_link(await place.new_link(who))
    place.time.pass_by(hours=1)
    assert "Current password" in (await late.get("/moderation/account")).text
    assert (await _change(late, new_password=PASSWORD, repeated_password=PASSWORD)).status_code == 422


async def test_a_field_that_does_not_exist_is_refused(place: Place) -> None:
    assert (await _change(await place.signed_in(), role="owner")).status_code == 400
