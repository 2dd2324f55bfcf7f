"""No other site can make a moderator's browser do anything: each kind of form, by every way in.

That no route stands beside the gate is tested in tests/system/test_role_matrix.py, for every one there is.
"""

import pytest

from tests.support.moderation import PASSWORD, ROUTES, Place, Visitor

pytestmark = pytest.mark.anyio

_POSTS = [
    "/moderation/account/password",
    "/moderation/claims",
    "/moderation/comments/{id}/decisions",
    "/moderation/comments/{id}/like/decisions",
    "/moderation/decisions",
    "/moderation/link",
    "/moderation/sign-in",
    "/moderation/sign-out",
    "/moderation/undo",
]
_OPEN = {"/moderation/sign-in", "/moderation/link"}
_OURS = "https://comments.example"
_FOREIGN: list[dict[str, str]] = [
    {"Sec-Fetch-Site": "cross-site", "Origin": _OURS},
    {"Sec-Fetch-Site": "same-site", "Origin": "https://www.comments.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "http://comments.example"},
    {"Origin": "https://comments.example.evil.example"},
    {"Origin": "https://comments.example:8443"},
    {"Origin": "null"},
    {},
]


async def _fields(place: Place, path: str, comment: str) -> dict[str, str]:
    """What would do something if it came from our own page, without the token."""
    return {
        "/moderation/sign-in": {"email": "mo@desk.example", "password": PASSWORD},
        "/moderation/link": {"token": await place.new_link(1)},
        "/moderation/account/password": {
            "current_password": PASSWORD,
            "new_password": "nine small green apples",
            "repeated_password": "nine small green apples",
        },
        "/moderation/sign-out": {"everywhere": "yes"},
        "/moderation/comments/{id}/decisions": {"decision": "approve", "seen": "pending"},
        "/moderation/searches": {"name": "All that waits", "search": "status=pending"},
        "/moderation/searches/{saved}/removal": {},
        "/moderation/bulk": {"search": "status=pending", "decision": "approve"},
        "/moderation/bulk/{bulk}": {},
        "/moderation/bulk/{bulk}/undo": {},
        "/moderation/comments/{id}/like/decisions": {"by": "author", "decision": "approve", "seen": "pending"},
        "/moderation/decisions": {"comments": comment, "decision": "approve", "seen": "pending"},
        "/moderation/undo": {"batch": await place.add_batch() if path == "/moderation/undo" else ""},
        "/moderation/claims": {"comments": comment},
    }[path]


async def _token(visitor: Visitor, path: str) -> str:
    page, action = ("/moderation/sign-in", path) if path in _OPEN else ("/moderation/account", "/moderation/sign-out")
    return (await visitor.hidden(page, action="/moderation/sign-in" if path in _OPEN else action))["csrf_token"]


async def _visitor(place: Place, path: str) -> Visitor:
    return place.browser() if path in _OPEN else await place.signed_in()


async def _address(place: Place, path: str, comment: str) -> str:
    """The path with what it is about, made if need be."""
    address = path.replace("{id}", comment)
    if "{saved}" in path:
        address = address.replace("{saved}", await place.keep_search(1))
    return address.replace("{bulk}", await place.start_bulk(1)) if "{bulk}" in path else address


def test_no_other_method_changes_anything() -> None:
    assert set(_POSTS) <= {route.path for route in ROUTES}
    for route in ROUTES:
        assert (route.methods or set()) <= {"GET", "HEAD", "POST"}


@pytest.mark.parametrize("path", _POSTS)
async def test_a_form_from_our_own_page_works(place: Place, path: str) -> None:
    """So that the refusals below can fail."""
    comment = await place.add_comment()
    fields = await _fields(place, path, comment)
    visitor = await _visitor(place, path)
    token = await _token(visitor, path)
    address = await _address(place, path, comment)
    before = await place.dump()
    answer = await visitor.post(address, fields | {"csrf_token": token})
    assert answer.status_code in {200, 303}, answer.text
    assert await place.dump() != before


async def test_a_browser_says_in_one_of_three_ways_that_the_form_is_ours(place: Place, mo: Visitor) -> None:
    for headers in ({"Origin": _OURS}, {"Sec-Fetch-Site": "none"}, {"Sec-Fetch-Site": "same-origin", "Origin": "null"}):
        action = f"/moderation/comments/{await place.add_comment()}/decisions"
        fields = await mo.hidden("/moderation", action=action)
        assert (await mo.post(action, fields | {"decision": "approve"}, headers)).status_code == 303, headers


@pytest.mark.parametrize("path", _POSTS)
async def test_a_form_from_elsewhere_is_refused_and_changes_nothing(place: Place, path: str) -> None:
    comment = await place.add_comment()
    fields = await _fields(place, path, comment)
    visitor = await _visitor(place, path)
    token = await _token(visitor, path)
    address = await _address(place, path, comment)
    before = await place.dump()
    for headers in _FOREIGN:
        answer = await visitor.post(address, fields | {"csrf_token": token}, headers)
        assert answer.status_code == 403, headers
        assert "did not come from our own page" in answer.text
    assert await place.dump() == before


@pytest.mark.parametrize("path", _POSTS)
async def test_a_form_without_the_browsers_own_token_is_refused_and_changes_nothing(place: Place, path: str) -> None:
    comment = await place.add_comment()
    await place.add_moderator("ida@desk.example", name="Ida")
    fields = await _fields(place, path, comment)
    visitor = await _visitor(place, path)
    own = await _token(visitor, path)
    others = await _token(await _visitor(place, path), path)
    idas = await _token(await place.signed_in("ida@desk.example"), "/moderation/sign-out")
    strangers = await _token(place.browser(), "/moderation/sign-in")
    address = await _address(place, path, comment)
    before = await place.dump()
    for token in ("", "x", others, idas, strangers, f"{own}x", own[:-1], own.swapcase()):
        answer = await visitor.post(address, fields | {"csrf_token": token})
        assert answer.status_code == 403, token
    refused = {403} if fields else {415}  # a form without any field has not even a type
    assert (await visitor.post(address, fields)).status_code in refused
    assert await place.dump() == before


@pytest.mark.parametrize("path", _POSTS)
async def test_a_token_ends_with_its_session(place: Place, path: str) -> None:
    comment = await place.add_comment()
    fields = await _fields(place, path, comment)
    visitor = await _visitor(place, path)
    token = await _token(visitor, path)
    place.time.pass_by(days=15)
    address = await _address(place, path, comment)
    before = await place.dump()
    answer = await visitor.post(address, fields | {"csrf_token": token})
    assert answer.status_code == (403 if path in _OPEN else 303)
    assert answer.headers.get("location", "/moderation/sign-in?").startswith("/moderation/sign-in?")
    assert await place.dump() == before


@pytest.mark.parametrize("path", [path for path in _POSTS if path not in _OPEN])
async def test_without_a_session_every_form_leads_to_the_sign_in_page(place: Place, path: str) -> None:
    comment = await place.add_comment()
    fields = await _fields(place, path, comment)
    visitor = place.browser()
    token = await _token(visitor, "/moderation/sign-in")
    address = await _address(place, path, comment)
    before = await place.dump()
    answer = await visitor.post(address, fields | {"csrf_token": token})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/moderation/sign-in?next=")
    assert await place.dump() == before


@pytest.mark.parametrize("path", _POSTS)
async def test_only_plain_forms_of_a_bounded_size_are_read(place: Place, path: str) -> None:
    visitor = await _visitor(place, path)
    address = await _address(place, path, await place.add_comment())
    ours = {"Sec-Fetch-Site": "same-origin"}
    for kind in ("application/json", "text/plain", "multipart/form-data; boundary=x"):
        answer = await visitor.http.post(address, content=b"{}", headers=ours | {"Content-Type": kind})
        assert answer.status_code == 415
    form = ours | {"Content-Type": "application/x-www-form-urlencoded"}
    assert (await visitor.http.post(address, content=b"a=" + b"b" * 9_000, headers=form)).status_code == 413
    assert (await visitor.http.post(address, content=b"a=%FF", headers=form)).status_code == 400
