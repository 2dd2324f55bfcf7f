"""What every page has, and what none may have: headers, no address, no markup of strangers, no change by looking."""

import itertools
import re

import pytest

from commentsvc.domain.findings import Finding, Leaning
from commentsvc.domain.rules import Rule, RuleKind
from commentsvc.domain.status import CommentStatus
from commentsvc.web.security_headers import CONTENT_SECURITY_POLICY
from tests.support.moderation import ROUTES, Place, Visitor

pytestmark = pytest.mark.anyio

_NO_PAGES = {"/moderation/events", "/moderation/feed", "/moderation/sign-in/code"}
"""A stream that does not end, a feed for whoever holds its secret link, and a way back to the sign-in page: they have
tests of their own."""
_GETS = sorted({route.path for route in ROUTES if "GET" in (route.methods or ())} - _NO_PAGES)
_HOSTILE = '"><img src=x onerror=XSSHIT(1)>{{7*1000003}}'
_ALLOWED_INLINE = re.compile(r'\son[a-z]+=|<script(?! type="module" src="/static/)|\sstyle=', re.IGNORECASE)


def _address(path: str, comment: str) -> str:
    return path.replace("{id}", comment).replace("{key}", "gazette").replace("{number}", "1")


async def _pages(visitor: Visitor, comment: str) -> dict[str, str]:
    return {path: (await visitor.get(_address(path, comment))).text for path in _GETS}


def test_there_are_pages_to_look_at() -> None:
    assert len(_GETS) >= 9


async def test_looking_at_a_page_changes_nothing(place: Place, mo: Visitor) -> None:
    comment = await place.add_comment()
    before = await place.dump()
    for path, method in itertools.product(_GETS, ("GET", "HEAD", "OPTIONS")):
        for visitor in (mo, place.browser()):
            await visitor.http.request(method, _address(path, comment))
    assert await place.dump() == before


async def test_every_page_comes_with_its_headers(place: Place, mo: Visitor) -> None:
    comment = await place.add_comment()
    for path in _GETS:
        visitor = place.browser() if path in {"/moderation/sign-in", "/moderation/link"} else mo
        answer = await visitor.get(_address(path, comment))
        assert answer.headers["content-type"] == "text/html; charset=utf-8", path
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


async def test_whatever_strangers_write_stays_text(place: Place) -> None:
    finding = Finding("words", Leaning.SPAM, _HOSTILE, _HOSTILE)
    await place.add_site("evil", _HOSTILE)
    await place.add_rule(Rule(RuleKind.WORD, _HOSTILE, Leaning.HOLD, _HOSTILE))
    await place.add_moderator("eve@desk.example", name=_HOSTILE, of=["gazette", "evil"])
    eve = await place.signed_in("eve@desk.example")
    root = await place.add_comment(_HOSTILE, html="<p>ok</p>", name=_HOSTILE, status=CommentStatus.APPROVED)
    comment = await place.add_comment(
        _HOSTILE, html="<p>ok</p>", name=_HOSTILE, title=_HOSTILE, site="evil", findings=[finding]
    )
    await place.add_comment(_HOSTILE, html="<p>ok</p>", name=_HOSTILE, parent=root)
    answer = await eve.decide(comment, "reject", reason=_HOSTILE)
    pages = await _pages(eve, comment)
    pages["confirmation"] = (await eve.get(answer.headers["location"])).text
    pages["refusal"] = (await eve.decide(comment, "restore", page=f"/moderation/comments/{comment}", seen="spam")).text
    assert sum("XSSHIT" in text for text in pages.values()) >= 9
    for path, text in pages.items():
        assert "<img" not in text, path
        assert "7000021" not in text, path
        assert not _ALLOWED_INLINE.search(re.sub(r"&lt;.*?&gt;", "", text)), path


async def test_no_page_holds_an_address(place: Place, mo: Visitor) -> None:
    comment = await place.add_comment(email="canary.reader@hidden.example")
    await mo.post(
        f"/moderation/comments/{comment}/block",
        await mo.hidden(f"/moderation/comments/{comment}/block", action="/moderation/comments") | {"author": "yes"},
    )
    await mo.decide(comment, "approve")
    for path, text in (await _pages(mo, comment)).items():
        assert "canary" not in text, path
        assert "desk.example" not in text, path
        assert "@" not in text, path


async def test_an_unknown_page_below_moderation_is_not_found(mo: Visitor) -> None:
    assert (await mo.get("/moderation/nothing")).status_code == 404
    assert (await mo.http.put("/moderation")).status_code == 405
