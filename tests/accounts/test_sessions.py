"""Sessions: how they begin, how they end, and what of them is written down."""

import re

import pytest

from tests.support.moderation import PASSWORD, Place, Visitor, open_place

pytestmark = pytest.mark.anyio

_COOKIE = "__Host-commentsvc"


def _cookie(visitor: Visitor) -> str:
    value = visitor.http.cookies.get(_COOKIE)
    assert value is not None
    return value


async def _is_in(visitor: Visitor) -> bool:
    return (await visitor.get("/moderation")).status_code == 200


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(place: Place) -> None:
    answer = await place.browser().sign_in("mo@desk.example", PASSWORD)
    [cookie] = [each for each in answer.headers.get_list("set-cookie") if each.startswith(f"{_COOKIE}=")]
    assert re.fullmatch(rf"{_COOKIE}=p\.[\w-]{{43}}; HttpOnly; Path=/; SameSite=lax; Secure", cookie)


async def test_without_https_the_cookie_has_a_name_that_browsers_take(database_url: str) -> None:
    async with open_place(database_url, origin="http://127.0.0.1:8000") as place:
        await place.add_site()
        await place.add_moderator()
        answer = await place.browser().sign_in("mo@desk.example", PASSWORD)
        [cookie] = [each for each in answer.headers.get_list("set-cookie") if each.startswith("commentsvc=")]
        assert re.fullmatch(r"commentsvc=p\.[\w-]{43}; HttpOnly; Path=/; SameSite=lax", cookie)


async def test_the_database_knows_no_cookie(place: Place) -> None:
    visitor = place.browser()
    await visitor.get("/moderation/sign-in")
    cookies = [cookie.value for cookie in visitor.http.cookies.jar]
    await visitor.sign_in("mo@desk.example", PASSWORD)
    cookies += [cookie.value for cookie in visitor.http.cookies.jar]
    dump = await place.raw_dump()
    assert len(cookies) >= 2
    for value in cookies:
        assert value is not None
        assert value.encode() not in dump
        assert value.removeprefix("p.").encode() not in dump


async def test_each_sign_in_gets_a_new_session_and_ends_the_one_before(place: Place) -> None:
    visitor = await place.signed_in()
    planted = _cookie(visitor)
    fields = await place.browser().hidden("/moderation/sign-in")
    assert fields
    visitor.http.cookies.delete(_COOKIE)
    form = await visitor.hidden("/moderation/sign-in")
    visitor.http.cookies.set(_COOKIE, planted, domain="comments.example")
    answer = await visitor.post("/moderation/sign-in", form | {"email": "mo@desk.example", "password": PASSWORD})
    assert answer.status_code == 303
    other = place.browser()
    other.http.cookies.set(_COOKIE, planted)
    assert not await _is_in(other)
    assert len((await place.dump())["session"]) == 1


async def test_a_session_that_somebody_made_up_is_none(place: Place) -> None:
    for planted in ("p." + "A" * 43, "", "x", "p." + "A" * 9_000, "l.\u00e9"):
        visitor = place.browser()
        answer = await visitor.http.get("/moderation", headers={b"Cookie": f"{_COOKIE}={planted}".encode("latin-1")})
        assert answer.status_code == 303


async def test_how_a_session_began_cannot_be_changed(place: Place) -> None:
    visitor = await place.signed_in()
    other = place.browser()
    other.http.cookies.set(_COOKIE, "l" + _cookie(visitor)[1:])
    assert not await _is_in(other)


async def test_a_session_ends_after_twelve_idle_hours(place: Place) -> None:
    visitor = await place.signed_in()
    place.time.pass_by(hours=11, minutes=59)
    assert await _is_in(visitor)
    place.time.pass_by(hours=11, minutes=59)
    assert await _is_in(visitor)
    place.time.pass_by(hours=12)
    assert not await _is_in(visitor)


@pytest.mark.parametrize("minutes", [-5, 5])
async def test_a_clock_that_is_put_right_ends_no_session(place: Place, minutes: int) -> None:
    visitor = await place.signed_in()
    place.time.pass_by(minutes=minutes)
    assert await _is_in(visitor)
    place.time.pass_by(minutes=-minutes)
    assert await _is_in(visitor)


async def test_a_session_ends_after_fourteen_days_of_use(place: Place) -> None:
    visitor = await place.signed_in()
    for _ in range(27):
        place.time.pass_by(hours=11, minutes=59)
        assert await _is_in(visitor)
    place.time.pass_by(hours=12)
    assert not await _is_in(visitor)


async def test_use_is_written_down_once_a_minute_at_most(place: Place) -> None:
    visitor = await place.signed_in()
    before = await place.dump()
    place.time.pass_by(seconds=59)
    await visitor.get("/moderation")
    assert await place.dump() == before
    place.time.pass_by(seconds=1)
    await visitor.get("/moderation")
    assert (await place.dump())["session"][0]["seen_at"] == place.time.now


async def test_sessions_that_have_ended_are_forgotten_at_the_next_sign_in(place: Place) -> None:
    await place.signed_in()
    place.time.pass_by(hours=12)
    await place.signed_in()
    assert len((await place.dump())["session"]) == 1


async def test_signing_out_ends_the_session_itself(place: Place) -> None:
    visitor, other = await place.signed_in(), await place.signed_in()
    kept = _cookie(visitor)
    fields = await visitor.hidden("/moderation", action="/moderation/sign-out")
    answer = await visitor.post("/moderation/sign-out", fields)
    assert answer.headers["location"] == "/moderation/sign-in"
    assert visitor.http.cookies.get(_COOKIE) is None
    visitor.http.cookies.set(_COOKIE, kept)
    assert not await _is_in(visitor)
    assert await _is_in(other)


async def test_signing_out_everywhere_ends_all_of_ones_own_sessions_and_nobody_elses(place: Place) -> None:
    await place.add_moderator("ida@desk.example", name="Ida")
    mine, also_mine, idas = await place.signed_in(), await place.signed_in(), await place.signed_in("ida@desk.example")
    fields = await mine.hidden("/moderation/account", action="/moderation/sign-out")
    assert (await mine.post("/moderation/sign-out", fields | {"everywhere": "yes"})).status_code == 303
    assert [await _is_in(each) for each in (mine, also_mine, idas)] == [False, False, True]


async def test_a_disabled_moderator_is_out_at_once(place: Place) -> None:
    who = await place.add_moderator("ida@desk.example", name="Ida")
    ida = await place.signed_in("ida@desk.example")
    assert await _is_in(ida)
    await place.disable(who)
    assert not await _is_in(ida)


async def _end(visitor: Visitor, what: str) -> int:
    token = (await visitor.hidden("/moderation/account", action="/moderation/sign-out"))["csrf_token"]
    return (await visitor.post(f"/moderation/account/sessions/{what}", {"csrf_token": token})).status_code


async def test_ones_own_sessions_are_listed_by_device_and_end_one_by_one(place: Place, mo: Visitor) -> None:
    other = place.browser()
    other.http.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0"
    await other.sign_in("mo@desk.example", PASSWORD)
    await place.add_moderator("ida@desk.example", name="Ida")
    ida = await place.signed_in("ida@desk.example")
    page = (await mo.get("/moderation/account")).text
    assert page.count("this one") == 1
    assert "<strong>Firefox on Linux</strong>" in page
    [named] = re.findall(r"/moderation/account/sessions/([a-z2-7]{24})/end", page)
    assert await _end(ida, f"{named}/end") == 404, "it is not hers"
    assert await _end(mo, f"{named}/end") == 303
    assert await _end(mo, f"{named}/end") == 404
    statuses = [(await visitor.get("/moderation")).status_code for visitor in (mo, other, ida)]
    assert statuses == [200, 303, 200]


async def test_all_others_end_in_one_go(place: Place, mo: Visitor) -> None:
    others = [await place.signed_in() for _ in range(3)]
    assert await _end(mo, "end-others") == 303
    assert [(await visitor.get("/moderation")).status_code for visitor in (mo, *others)] == [200, 303, 303, 303]


async def test_sessions_that_nobody_can_use_any_more_are_not_listed(place: Place, mo: Visitor) -> None:
    await place.signed_in()
    for _ in range(2):
        place.time.pass_by(hours=7)
        await mo.get("/moderation")
    assert "End all others" not in (await mo.get("/moderation/account")).text
