"""The second factor: setting it up, signing in with it, recovery codes, switching it off."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pyotp
import pytest

from commentsvc.accounts.totp import address_for_apps, in_letters, picture_of, step_of
from tests.support import migrated
from tests.support.moderation import PASSWORD, START, Place, Visitor, hidden_fields

pytestmark = pytest.mark.anyio

_PAGE = "/moderation/account/second-factor"
_CODE = re.compile(r"<li><code>([a-z2-7-]{19})</code></li>")


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """One engine is enough here: tests/store has what they do differently."""
    return migrated.copy_sqlite(tmp_path / "comments.db")


async def _set_up(place: Place, visitor: Visitor) -> tuple[str, list[str]]:
    """The secret in letters, and ten recovery codes."""
    hidden = await visitor.hidden(_PAGE, action=_PAGE)
    shown = await visitor.post(_PAGE, hidden | {"current_password": PASSWORD})
    assert shown.status_code == 200, shown.text
    fields = hidden_fields(shown.text, action=f"{_PAGE}/confirm")
    confirmed = await visitor.post(f"{_PAGE}/confirm", fields | {"code": _now(place, fields["secret"])})
    assert confirmed.status_code == 200, confirmed.text
    codes = _CODE.findall(confirmed.text)
    assert len(set(codes)) == 10
    place.time.pass_by(seconds=30)
    return fields["secret"], codes


def _now(place: Place, secret: str, *, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(place.time.now + timedelta(seconds=30 * steps))


async def _first_step(visitor: Visitor) -> dict[str, str]:
    """Address and password; the hidden fields of the page that asks for the code."""
    answer = await visitor.sign_in("mo@desk.example", PASSWORD)
    assert answer.status_code == 200, answer.text
    return hidden_fields(answer.text, action="/moderation/sign-in/code")


async def _code(visitor: Visitor, fields: dict[str, str], code: str) -> httpx2.Response:
    return await visitor.post("/moderation/sign-in/code", fields | {"code": code})


async def test_signing_in_asks_for_the_code_and_goes_where_one_wanted_to(place: Place) -> None:
    secret, _ = await _set_up(place, await place.signed_in())
    visitor = place.browser()
    answer = await visitor.sign_in("mo@desk.example", PASSWORD, next="spam")
    assert (answer.status_code, (await visitor.get("/moderation")).status_code) == (200, 303)
    fields = hidden_fields(answer.text, action="/moderation/sign-in/code")
    wrong = await _code(visitor, fields, "000000")
    assert (wrong.status_code, (await visitor.get("/moderation")).status_code) == (401, 303)
    fields = hidden_fields(wrong.text, action="/moderation/sign-in/code")
    done = await _code(visitor, fields, _now(place, secret))
    assert (done.status_code, done.headers["location"]) == (303, "/moderation/spam")
    assert (await visitor.get("/moderation")).status_code == 200


async def test_a_wrong_password_is_answered_as_without_a_second_factor(place: Place) -> None:
    await _set_up(place, await place.signed_in())
    answers = [await place.browser().sign_in(who, "wrong") for who in ("mo@desk.example", "nobody@desk.example")]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert all("do not match" in answer.text for answer in answers)


async def test_a_code_is_taken_once_even_by_two_at_the_same_moment(place: Place) -> None:
    secret, _ = await _set_up(place, await place.signed_in())
    first, second, late = place.browser(), place.browser(), place.browser()
    fields = [await _first_step(visitor) for visitor in (first, second, late)]
    code = _now(place, secret)
    answers = await asyncio.gather(_code(first, fields[0], code), _code(second, fields[1], code))
    assert sorted(answer.status_code for answer in answers) == [303, 401]
    assert (await _code(late, fields[2], _now(place, secret, steps=-1))).status_code == 401, "an older one neither"
    assert (await _code(late, fields[2], _now(place, secret, steps=1))).status_code == 303


async def test_a_first_step_is_worth_something_in_its_browser_for_ten_minutes_only(place: Place) -> None:
    secret, _ = await _set_up(place, await place.signed_in())
    mine, other = place.browser(), place.browser()
    fields, foreign = await _first_step(mine), await _first_step(other)
    stolen = await _code(other, foreign | {"state": fields["state"]}, _now(place, secret))
    assert (stolen.status_code, stolen.headers["location"]) == (303, "/moderation/sign-in")
    place.time.pass_by(minutes=10, seconds=1)
    late = await _code(mine, fields, _now(place, secret))
    assert (late.status_code, late.headers["location"]) == (303, "/moderation/sign-in")
    assert (await mine.get("/moderation")).status_code == (await other.get("/moderation")).status_code == 303


async def test_between_the_steps_somebody_may_be_disabled(place: Place) -> None:
    secret, _ = await _set_up(place, await place.signed_in())
    visitor = place.browser()
    fields = await _first_step(visitor)
    await place.disable(1)
    assert (await _code(visitor, fields, _now(place, secret))).headers["location"] == "/moderation/sign-in"


async def test_a_one_time_link_asks_for_the_code_too(place: Place) -> None:
    secret, _ = await _set_up(place, await place.signed_in())
    visitor = place.browser()
    answer = await visitor.use_link(await place.new_link(1))
    assert (answer.status_code, (await visitor.get("/moderation")).status_code) == (200, 303)
    fields = hidden_fields(answer.text, action="/moderation/sign-in/code")
    assert (await _code(visitor, fields, _now(place, secret))).status_code == 303
    assert (await visitor.get("/moderation")).status_code == 200


async def test_codes_cannot_be_guessed_without_end(place: Place) -> None:
    secret, _ = await _set_up(place, await place.signed_in())
    place.time.pass_by(hours=1)
    for number in range(10):
        visitor = place.browser(client=f"192.0.2.{100 + number}")
        assert (await _code(visitor, await _first_step(visitor), "000000")).status_code == 401
        place.time.pass_by(seconds=31)
    visitor = place.browser(client="192.0.2.99")
    refused = await _code(visitor, await _first_step(visitor), _now(place, secret))
    assert (refused.status_code, "Too many attempts" in refused.text) == (429, True)


async def test_each_recovery_code_lets_in_once_however_it_is_typed(place: Place) -> None:
    _, codes = await _set_up(place, await place.signed_in())
    typed = codes[0].upper().replace("-", " ")
    for code, status in ((typed, 303), (codes[0], 401), (codes[1], 303), ("aaaa-aaaa-aaaa-aaaa", 401), ("", 401)):
        visitor = place.browser()
        assert (await _code(visitor, await _first_step(visitor), code)).status_code == status, code
    visitor = place.browser()
    await _code(visitor, await _first_step(visitor), codes[2])
    assert "7 recovery codes are left" in (await visitor.get(_PAGE)).text


async def test_new_recovery_codes_replace_the_old(place: Place, mo: Visitor) -> None:
    secret, old = await _set_up(place, mo)
    action = f"{_PAGE}/recovery-codes"
    hidden = await mo.hidden(_PAGE, action=action)
    assert (await mo.post(action, hidden | {"code": "000000"})).status_code == 422
    new = _CODE.findall((await mo.post(action, hidden | {"code": _now(place, secret)})).text)
    assert len(set(new) - set(old)) == 10
    for code, status in ((old[0], 401), (new[0], 303)):
        visitor = place.browser()
        assert (await _code(visitor, await _first_step(visitor), code)).status_code == status


async def test_switching_it_on_ends_other_sessions_and_keeps_nothing_readable(place: Place, mo: Visitor) -> None:
    other = await place.signed_in()
    secret, codes = await _set_up(place, mo)
    assert ((await mo.get("/moderation")).status_code, (await other.get("/moderation")).status_code) == (200, 303)
    stored = await place.raw_dump()
    for text in (secret, *codes, codes[0].replace("-", "")):
        assert text.encode() not in stored
    assert pyotp.TOTP(secret).byte_secret() not in stored


async def test_setting_it_up_needs_the_password_and_a_first_code(place: Place, mo: Visitor) -> None:
    hidden = await mo.hidden(_PAGE, action=_PAGE)
    refused = await mo.post(_PAGE, hidden | {"current_password": "wrong"})
    assert (refused.status_code, 'id="current_password-error"' in refused.text) == (422, True)
    shown = await mo.post(_PAGE, hidden | {"current_password": PASSWORD})
    fields = hidden_fields(shown.text, action=f"{_PAGE}/confirm")
    assert fields["secret"] not in (await mo.get(_PAGE)).text, "it is shown to whoever gave the password"
    wrong = await mo.post(f"{_PAGE}/confirm", fields | {"code": "000000"})
    assert (wrong.status_code, "not the code that the app shows now" in wrong.text) == (422, True)
    assert (await mo.post(f"{_PAGE}/confirm", fields | {"secret": "A" * 32, "code": "000000"})).status_code == 409
    assert (await place.browser().sign_in("mo@desk.example", PASSWORD)).status_code == 303, "it is not on yet"
    assert (await mo.post(f"{_PAGE}/off", hidden)).status_code == 409


async def test_switching_it_off_needs_password_and_code(place: Place, mo: Visitor) -> None:
    secret, codes = await _set_up(place, mo)
    action = f"{_PAGE}/off"
    hidden = await mo.hidden(_PAGE, action=action)
    for fields in ({"current_password": "wrong", "last_code": codes[0]}, {"current_password": PASSWORD}):
        assert (await mo.post(action, hidden | fields)).status_code == 422
    done = await mo.post(action, hidden | {"current_password": PASSWORD, "last_code": _now(place, secret)})
    assert (done.status_code, done.headers["location"]) == (303, "/moderation/account?done=second-factor-off")
    assert (await place.browser().sign_in("mo@desk.example", PASSWORD)).status_code == 303
    assert not (await place.dump())["recovery_code"]


async def test_without_a_password_there_is_nothing_to_stand_beside(place: Place) -> None:
    await place.add_moderator("nia@desk.example", name="Nia", password=None)
    visitor = place.browser()
    await visitor.use_link(await place.new_link(2))
    assert "Set a password" in (await visitor.get(_PAGE)).text
    token = (await visitor.hidden("/moderation/account", action="/moderation/sign-out"))["csrf_token"]
    assert (await visitor.post(_PAGE, {"csrf_token": token, "current_password": ""})).status_code == 409


def test_an_app_reads_the_secret_from_the_picture() -> None:
    secret = bytes(range(20))
    parsed = pyotp.parse_uri(address_for_apps(secret, name="Mo: the/first", public_url="https://c.example:8443"))
    assert isinstance(parsed, pyotp.TOTP)
    assert (parsed.secret, parsed.issuer, parsed.interval, parsed.digits) == (in_letters(secret), "c.example", 30, 6)
    assert picture_of("x").startswith("data:image/svg+xml")


@pytest.mark.parametrize(("steps", "is_taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_phones_clock_may_be_one_step_off(steps: int, is_taken: bool) -> None:  # noqa: FBT001 - a row of the table
    secret, step = bytes(20), int(START.timestamp()) // 30
    code = pyotp.TOTP(in_letters(secret)).at(START + timedelta(seconds=30 * steps))
    assert (step_of(code, secret, now=START) == step + steps) is is_taken


def test_the_codes_are_those_of_the_standard() -> None:
    """RFC 6238 appendix B, the last six of eight digits."""
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (20000000000, "353130")):
        assert step_of(code, b"12345678901234567890", now=datetime.fromtimestamp(seconds, UTC)) == seconds // 30
