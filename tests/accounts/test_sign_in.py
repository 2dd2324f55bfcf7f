"""Signing in with address and password."""

import asyncio

import httpx2
import pytest

from commentsvc.domain.emails import EmailAddress
from commentsvc.store import moderators
from tests.support.moderation import PASSWORD, CountingHasher, Place, Visitor, hidden_fields, open_place

pytestmark = pytest.mark.anyio

_WRONG = "wrong horse battery staple"


def _words(answer: httpx2.Response) -> str:
    """A page without its tokens, to compare two of them."""
    text = answer.text
    for value in hidden_fields(text, action="/moderation/sign-in").values():
        text = text.replace(value, "")
    return text


async def test_the_right_address_and_password_lead_to_the_queue(place: Place) -> None:
    visitor = place.browser()
    answer = await visitor.sign_in("MO@desk.example ", PASSWORD)
    assert (answer.status_code, answer.headers["location"]) == (303, "/moderation")
    assert (await visitor.get("/moderation")).status_code == 200


@pytest.mark.parametrize(
    "email", ["mo@desk.example", "nobody@desk.example", "off@desk.example", "bare@desk.example", ""]
)
async def test_every_wrong_sign_in_gets_the_same_answer_after_the_same_work(place: Place, email: str) -> None:
    off = await place.add_moderator("off@desk.example", name="Off")
    await place.add_moderator("bare@desk.example", name="Bare", password=None)
    await place.disable(off)
    password = PASSWORD if email == "off@desk.example" else _WRONG
    place.hasher.verifications = 0
    answer = await place.browser().sign_in(email, password)
    assert place.hasher.verifications == 1
    assert answer.status_code == 401
    assert _words(answer) == _words(await place.browser().sign_in("mo@desk.example", _WRONG))
    assert not (await place.dump())["session"]


async def test_the_page_does_not_repeat_what_was_typed(place: Place) -> None:
    answer = await place.browser().sign_in("mo@desk.example", "hunter2-canary")
    assert "desk.example" not in answer.text
    assert "hunter2-canary" not in answer.text


async def test_the_eleventh_guess_at_one_moderator_is_refused_even_if_it_is_right(place: Place) -> None:
    visitors = [place.browser(client=f"198.51.100.{i}") for i in range(11)]
    for visitor in visitors[:10]:
        assert (await visitor.sign_in("mo@desk.example", _WRONG)).status_code == 401
    answer = await visitors[10].sign_in("mo@desk.example", PASSWORD)
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    assert "Too many attempts" in answer.text
    place.time.pass_by(minutes=5)
    assert (await visitors[10].sign_in("mo@desk.example", PASSWORD)).status_code == 303


async def test_an_unknown_moderator_is_limited_in_the_same_way(place: Place) -> None:
    codes = [
        (await place.browser(client=f"198.51.100.{i}").sign_in("nobody@desk.example", _WRONG)).status_code
        for i in range(11)
    ]
    assert codes == [401] * 10 + [429]


async def test_one_network_may_not_try_many_moderators(place: Place) -> None:
    codes = [(await place.browser().sign_in(f"m{i}@desk.example", _WRONG)).status_code for i in range(11)]
    assert codes == [401] * 10 + [429]
    assert (await place.browser(client="198.51.100.1").sign_in("mo@desk.example", PASSWORD)).status_code == 303


async def test_a_refused_attempt_costs_no_hashing(place: Place) -> None:
    for i in range(10):
        await place.browser().sign_in(f"m{i}@desk.example", _WRONG)
    place.hasher.verifications = 0
    await place.browser().sign_in("mo@desk.example", PASSWORD)
    assert place.hasher.verifications == 0


async def test_a_hash_with_old_costs_is_made_anew_at_sign_in(database_url: str) -> None:
    async with open_place(database_url, hasher=CountingHasher(time_cost=2)) as place:
        await place.add_site()
        who = await place.add_moderator()
        old = CountingHasher(time_cost=1).hash(PASSWORD)
        await place.store.write(lambda conn: moderators.set_password(conn, who, old))
        await place.signed_in()
        found = await place.store.read(lambda conn: moderators.by_id(conn, who))
        assert found is not None
        assert found.password_hash is not None
        assert "t=2" in found.password_hash
        await place.signed_in()


async def test_a_password_is_the_same_however_its_characters_are_composed(place: Place) -> None:
    await place.add_moderator("ada@desk.example", name="Ada", password="zoë likes bread")
    assert (await place.browser().sign_in("ada@desk.example", "zoe\u0308 likes bread")).status_code == 303


@pytest.mark.parametrize(
    ("word", "path"),
    [
        ("spam", "/moderation/spam"),
        ("account", "/moderation/account"),
        ("//evil.example", "/moderation"),
        ("/\\evil.example", "/moderation"),
        ("https:evil.example", "/moderation"),
        ("%2f%2fevil.example", "/moderation"),
        ("javascript:alert(1)", "/moderation"),
        ("spam\r\nLocation: https://evil.example", "/moderation"),
        ("", "/moderation"),
    ],
)
async def test_signing_in_leads_only_to_pages_on_the_list(place: Place, word: str, path: str) -> None:
    answer = await place.browser().sign_in("mo@desk.example", PASSWORD, next=word)
    assert answer.headers["location"] == path
    mo = await place.signed_in()
    again = await mo.http.get("/moderation/sign-in", params={"next": word})
    assert (again.status_code, again.headers["location"]) == (303, path)


@pytest.mark.parametrize(
    ("asked", "word"), [("/moderation/spam", "spam"), ("/moderation/comments/x", "queue"), ("/moderation", "queue")]
)
async def test_whoever_is_not_signed_in_is_led_there_and_back(place: Place, asked: str, word: str) -> None:
    visitor = place.browser()
    answer = await visitor.get(f"{asked}?site=gazette")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/moderation/sign-in?next={word}")
    fields = await visitor.hidden(answer.headers["location"])
    assert fields["next"] == word


async def test_a_field_that_does_not_exist_is_refused(place: Place) -> None:
    assert (await place.browser().sign_in("mo@desk.example", PASSWORD, is_admin="1")).status_code == 400


async def test_no_more_than_twelve_passwords_are_taken_on_at_once(place: Place) -> None:
    visitors = [place.browser(client=f"198.51.100.{i}") for i in range(20)]
    forms = [await visitor.hidden("/moderation/sign-in") for visitor in visitors]

    async def attempt(number: int, visitor: Visitor) -> int:
        fields = forms[number] | {"email": f"m{number}@desk.example", "password": _WRONG}
        return (await visitor.post("/moderation/sign-in", fields)).status_code

    with place.hasher.held() as release:
        tries = [asyncio.create_task(attempt(i, visitor)) for i, visitor in enumerate(visitors)]
        done, _ = await asyncio.wait(tries, return_when=asyncio.FIRST_COMPLETED)
        while len(done) < 8:
            done, _ = await asyncio.wait(tries, timeout=0.05)
        assert [task.result() for task in done] == [503] * 8
        assert place.hasher.most_at_once == 2
        release()
        codes = await asyncio.gather(*tries)
    assert sorted(codes) == [401] * 12 + [503] * 8
    assert place.hasher.most_at_once == 2


async def test_addresses_stay_sealed(place: Place) -> None:
    await place.browser().sign_in("mo@desk.example", PASSWORD)
    assert b"desk.example" not in await place.raw_dump()
    candidates = place.index.moderator_candidates(EmailAddress("mo@desk.example"))
    assert await place.store.read(lambda conn: moderators.by_index(conn, candidates)) is not None
