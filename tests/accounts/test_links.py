"""Signing in with a one-time link."""

import pytest

from tests.support.moderation import Place

pytestmark = pytest.mark.anyio


@pytest.fixture
async def nia(place: Place) -> int:
    """Nia, who has no password yet."""
    return await place.add_moderator("nia@desk.example", name="Nia", password=None)


async def test_a_link_lets_its_moderator_in(place: Place, nia: int) -> None:
    visitor = place.browser()
    answer = await visitor.use_link(await place.new_link(nia))
    assert (answer.status_code, answer.headers["location"]) == (303, "/moderation")
    assert "Nia" in (await visitor.get("/moderation")).text


async def test_looking_at_a_link_a_thousand_times_changes_nothing(place: Place, nia: int) -> None:
    token = await place.new_link(nia)
    before = await place.dump()
    visitor = place.browser()
    for _ in range(500):
        assert (await visitor.get(f"/moderation/link?token={token}")).status_code == 200
        assert (await visitor.http.head(f"/moderation/link?token={token}")).status_code == 200
    assert (await visitor.http.options(f"/moderation/link?token={token}")).status_code == 405
    assert await place.dump() == before
    assert (await visitor.use_link(token)).status_code == 303


async def test_a_link_works_once(place: Place, nia: int) -> None:
    token = await place.new_link(nia)
    first, second = place.browser(), place.browser()
    fields = await second.hidden(f"/moderation/link?token={token}")
    assert (await first.use_link(token)).status_code == 303
    answer = await second.post("/moderation/link", fields)
    assert answer.status_code == 403
    assert "no longer valid" in answer.text
    assert (await second.get("/moderation")).status_code == 303
    assert (await second.get(f"/moderation/link?token={token}")).status_code == 403


async def test_a_link_is_valid_for_ten_minutes(place: Place, nia: int) -> None:
    token = await place.new_link(nia)
    visitor = place.browser()
    fields = await visitor.hidden(f"/moderation/link?token={token}")
    place.time.pass_by(minutes=10)
    assert (await visitor.post("/moderation/link", fields)).status_code == 403
    assert (await visitor.get(f"/moderation/link?token={token}")).status_code == 403
    assert not (await place.dump())["session"]


async def test_a_disabled_moderators_link_lets_nobody_in(place: Place, nia: int) -> None:
    token = await place.new_link(nia)
    await place.disable(nia)
    assert (await place.browser().use_link(token)).status_code == 403
    assert not (await place.dump())["session"]


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "A" * 5_000, "%00", "é"])
async def test_what_is_no_link_of_ours_is_told_so(place: Place, token: str) -> None:
    assert (await place.browser().get(f"/moderation/link?token={token}")).status_code == 403


async def test_the_database_does_not_know_the_link(place: Place, nia: int) -> None:
    token = await place.new_link(nia)
    assert len(token) == 43
    assert token.encode() not in await place.raw_dump()


async def test_the_page_of_a_link_never_hands_it_on(place: Place, nia: int) -> None:
    answer = await place.browser().get(f"/moderation/link?token={await place.new_link(nia)}")
    assert answer.headers["referrer-policy"] == "strict-origin"
    assert answer.headers["cache-control"] == "no-store"


async def test_after_a_link_a_password_can_be_set_and_used(place: Place, nia: int) -> None:
    visitor = place.browser()
    await visitor.use_link(await place.new_link(nia))
    assert "Set a password" in (await visitor.get("/moderation")).text
    fields = await visitor.hidden("/moderation/account", action="/moderation/account/password")
    sent = fields | {"new_password": "nine small green apples", "repeated_password": "nine small green apples"}
    answer = await visitor.post("/moderation/account/password", sent)
    assert (answer.status_code, answer.headers["location"]) == (303, "/moderation/account?done=password")
    assert "Your password is set" in (await visitor.get(answer.headers["location"])).text
    assert (await place.browser().sign_in("nia@desk.example", "nine small green apples")).status_code == 303
