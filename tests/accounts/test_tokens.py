"""A moderator's tokens for scripts: made once, shown once, listed, removed."""

import re

import pytest

from tests.support.moderation import Place, Visitor, hidden_fields

pytestmark = pytest.mark.anyio
PATH = "/moderation/account/tokens"
_TOKEN = re.compile(r'value="(commentsvc_[A-Za-z0-9_-]{43})"')


async def _make(mo: Visitor, **fields: str) -> str:
    hidden = await mo.hidden(PATH, action=f"{PATH}")
    answer = await mo.post(PATH, {"csrf_token": hidden["csrf_token"], "name": "nightly"} | fields)
    assert answer.status_code == 200, answer.text
    (token,) = _TOKEN.findall(answer.text)
    return str(token)


async def _status(place: Place, token: str, method: str = "GET", path: str = "counts") -> int:
    headers = {"Authorization": f"Bearer {token}"}
    visitor = place.browser()
    answer = await visitor.http.request(method, f"/api/v1/moderation/{path}", headers=headers, json={"batch": "x"})
    return answer.status_code


async def test_a_token_is_shown_once_and_the_database_knows_only_its_digest(place: Place, mo: Visitor) -> None:
    token = await _make(mo)
    assert await _status(place, token) == 200
    assert token not in (await mo.get(PATH)).text
    assert token.encode() not in await place.raw_dump()
    assert token.removeprefix("commentsvc_").encode() not in await place.raw_dump()


async def test_the_list_tells_name_rights_and_use(place: Place, mo: Visitor) -> None:
    token = await _make(mo, name="nightly sweep", rights="decide", lasting="30")
    page = " ".join((await mo.get(PATH)).text.split())
    assert "nightly sweep" in page
    assert "reads and decides" in page
    assert "Never used." in page
    assert "1 April 2026" in page
    await _status(place, token)
    assert "Last used on" in (await mo.get(PATH)).text
    place.time.pass_by(days=31)
    mo = await place.signed_in()
    assert "<strong>Expired</strong>" in (await mo.get(PATH)).text
    assert await _status(place, token) == 401


async def test_a_token_only_reads_unless_it_is_asked_for_more(place: Place, mo: Visitor) -> None:
    reading, deciding = await _make(mo), await _make(mo, rights="decide")
    assert await _status(place, reading, "POST", "undo") == 403
    assert await _status(place, deciding, "POST", "undo") == 200


async def test_a_removed_token_is_worth_nothing_at_once(place: Place, mo: Visitor) -> None:
    token = await _make(mo)
    fields = await mo.hidden(PATH, action=f"{PATH}/remove")
    assert (await mo.post(f"{PATH}/remove", fields)).headers["location"] == f"{PATH}?done=removed"
    assert await _status(place, token) == 401
    assert (await mo.post(f"{PATH}/remove", fields)).status_code == 404


async def test_nobody_sees_or_removes_anothers_token(place: Place, mo: Visitor) -> None:
    token = await _make(mo, name="canary")
    theirs = (await mo.hidden(PATH, action=f"{PATH}/remove"))["token"]
    await place.add_moderator("ida@desk.example", name="Ida")
    ida = await place.signed_in("ida@desk.example")
    page = (await ida.get(PATH)).text
    assert "canary" not in page
    own = hidden_fields(page, action=PATH)["csrf_token"]
    assert (await ida.post(f"{PATH}/remove", {"csrf_token": own, "token": theirs})).status_code == 404
    assert await _status(place, token) == 200


_NO_TOKENS: list[tuple[dict[str, str], int]] = [
    ({"name": ""}, 422),
    ({"name": " \u200b"}, 422),
    ({"name": "x" * 61}, 422),
    ({"rights": "own"}, 400),
    ({"lasting": "9999"}, 400),
    ({"moderator_id": "2"}, 400),
]


async def test_what_cannot_be_a_token_is_told_and_not_made(place: Place, mo: Visitor) -> None:
    hidden = await mo.hidden(PATH, action=PATH)
    before = await place.dump()
    for fields, status in _NO_TOKENS:
        answer = await mo.post(PATH, {"csrf_token": hidden["csrf_token"], "name": "x"} | fields)
        assert answer.status_code == status, fields
    assert await place.dump() == before


async def test_nobody_has_more_than_fifty(place: Place, mo: Visitor) -> None:
    hidden = await mo.hidden(PATH, action=PATH)
    fields = {"csrf_token": hidden["csrf_token"], "name": "x"}
    statuses = [(await mo.post(PATH, fields)).status_code for _ in range(51)]
    assert statuses == [200] * 50 + [422]
    assert len((await place.dump())["api_token"]) == 50
