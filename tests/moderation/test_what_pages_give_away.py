"""What every page has, and what none may have: headers, no address, no markup of strangers, no change by looking."""

import re

import pytest
from starlette.routing import Route

from commentsvc.domain.findings import Finding, Leaning
from commentsvc.domain.status import CommentStatus
from commentsvc.web.security_headers import CONTENT_SECURITY_POLICY
from tests.support.moderation import ROUTES, Place, Visitor

pytestmark = pytest.mark.anyio

_GETS = sorted(
    {
        route.path
        for route in ROUTES
        if isinstance(route, Route) and "GET" in (route.methods or ()) and route.path.startswith("/moderation")
    }
)
_HOSTILE = '"><img src=x onerror=XSSHIT(1)>{{7*7}}'
_ALLOWED_INLINE = re.compile(r"\son[a-z]+=|<script|\sstyle=", re.IGNORECASE)


def _address(path: str, comment: str) -> str:
    return path.replace("{id}", comment)


async def _pages(place: Place, visitor: Visitor, comment: str) -> dict[str, str]:
    return {path: (await visitor.get(_address(path, comment))).text for path in _GETS}


def test_there_are_pages_to_look_at() -> None:
    assert len(_GETS) >= 9


@pytest.mark.parametrize("path", _GETS)
async def test_looking_at_a_page_changes_nothing(place: Place, mo: Visitor, path: str) -> None:
    comment = await place.add_comment()
    before = await place.dump()
    for method in ("GET", "HEAD", "OPTIONS"):
        for visitor in (mo, place.browser()):
            await visitor.http.request(method, _address(path, comment))
    assert await place.dump() == before


@pytest.mark.parametrize("path", _GETS)
async def test_every_page_comes_with_its_headers(place: Place, mo: Visitor, path: str) -> None:
    visitor = place.browser() if path in {"/moderation/sign-in", "/moderation/link"} else mo
    answer = await visitor.get(_address(path, await place.add_comment()))
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] in {"same-origin", "strict-origin"}
    assert answer.headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("path", ["/moderation", "/moderation/comments/x"])
async def test_answers_that_are_no_pages_are_kept_by_no_cache_either(place: Place, path: str) -> None:
    answer = await place.browser().get(path)
    assert (answer.status_code, answer.headers["cache-control"]) == (303, "no-store")


async def test_whatever_strangers_write_stays_text(place: Place, mo: Visitor) -> None:
    finding = Finding("words", Leaning.SPAM, _HOSTILE, _HOSTILE)
    await place.add_site("evil", _HOSTILE)
    await place.add_moderator("eve@desk.example", name=_HOSTILE, of=["gazette", "evil"])
    eve = await place.signed_in("eve@desk.example")
    root = await place.add_comment(_HOSTILE, html="<p>ok</p>", name=_HOSTILE, status=CommentStatus.APPROVED)
    everywhere = dict(html="<p>ok</p>", name=_HOSTILE, title=_HOSTILE, site="evil", findings=[finding])
    comment = await place.add_comment(_HOSTILE, **everywhere)  # type: ignore[arg-type]  # as the names say
    await place.add_comment(_HOSTILE, html="<p>ok</p>", name=_HOSTILE, parent=root)
    answer = await eve.decide(comment, "reject", reason=_HOSTILE)
    pages = await _pages(place, eve, comment)
    pages["confirmation"] = (await eve.get(answer.headers["location"])).text
    pages["refusal"] = (await eve.decide(comment, "restore", page=f"/moderation/comments/{comment}", seen="spam")).text
    assert sum("XSSHIT" in text for text in pages.values()) >= 9
    for path, text in pages.items():
        assert "<img" not in text, path
        assert "49" not in re.sub(r'value="[^"]*"', "", text), path
        assert not _ALLOWED_INLINE.search(re.sub(r"&lt;.*?&gt;", "", text)), path


async def test_no_page_holds_an_address(place: Place, mo: Visitor) -> None:
    comment = await place.add_comment(email="canary.reader@hidden.example")
    await mo.decide(comment, "approve")
    for path, text in (await _pages(place, mo, comment)).items():
        assert "canary" not in text, path
        assert "desk.example" not in text, path
        assert "@" not in text, path


async def test_an_unknown_page_below_moderation_is_not_found(mo: Visitor) -> None:
    assert (await mo.get("/moderation/nothing")).status_code == 404
    assert (await mo.http.put("/moderation")).status_code == 405
