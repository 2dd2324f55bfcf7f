"""The queue and its sister lists, as moderators read them."""

import re

import pytest

from commentsvc.domain.comment import Rendered
from commentsvc.domain.findings import Finding, Leaning
from commentsvc.domain.status import CommentStatus
from tests.support.moderation import Place, Visitor

pytestmark = pytest.mark.anyio

_CARD = re.compile(r'<article class="comment card" id="c-([a-z2-7]{24})"')


async def _ids(visitor: Visitor, path: str = "/moderation") -> list[str]:
    return _CARD.findall((await visitor.get(path)).text)


def _text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


async def test_an_empty_queue_says_so(mo: Visitor) -> None:
    assert "Nothing is waiting." in (await mo.get("/moderation")).text


async def test_the_queue_shows_what_waits_oldest_first_and_the_other_lists_newest_first(
    place: Place, mo: Visitor
) -> None:
    made = {status: [await place.add_comment(status=status) for _ in range(3)] for status in CommentStatus}
    assert await _ids(mo) == made[CommentStatus.PENDING]
    for status in CommentStatus:
        if status is not CommentStatus.PENDING:
            assert await _ids(mo, f"/moderation/{status}") == made[status][::-1]


async def test_a_card_tells_all_that_is_needed_to_decide(place: Place, mo: Visitor) -> None:
    root = await place.add_comment(
        "What nobody asked for", name="Bo", email="bo@reader.example", status=CommentStatus.APPROVED
    )
    for status in (CommentStatus.APPROVED, CommentStatus.APPROVED, CommentStatus.APPROVED, CommentStatus.REJECTED):
        await place.add_comment(status=status)
    place.time.pass_by(hours=5)
    await place.add_comment(
        "I **disagree**",
        rendered=Rendered("", [["p", "I ", ["strong", "disagree"]]], "I disagree", (), 1),
        website="https://www.ada.example/about",
        parent=root,
        findings=[Finding("links", Leaning.HOLD, "3 links (this site allows 2)", "https://a.example")],
    )
    page = (await mo.get("/moderation")).text
    assert "<p>I <strong>disagree</strong></p>" in page
    assert '<a href="https://www.ada.example/about" rel="ugc nofollow noopener noreferrer">ada.example</a>' in page
    assert '<a href="https://gazette.example/bread" rel="noopener noreferrer"><bdi>Bread and roses</bdi></a>' in page
    assert '<time datetime="2026-03-02T14:30:00Z">2 March 2026, 14:30 UTC</time>' in page
    assert ">I **disagree**</pre>" in page
    words = _text(page)
    assert "3 approved, 1 rejected, first seen 2 March 2026" in words
    assert "Answers Bo : What nobody asked for" in words
    assert "Needs a look: 3 links (this site allows 2) https://a.example" in words
    assert "The Gazette" in words


async def test_a_first_post_is_called_one(place: Place, mo: Visitor) -> None:
    await place.add_comment(email="new@reader.example")
    assert "first comment" in (await mo.get("/moderation")).text
    place.time.pass_by(hours=1)
    second = await place.add_comment(email="new@reader.example")
    page = (await mo.get(f"/moderation/comments/{second}")).text
    assert "nothing decided yet, first seen 2 March 2026" in page


async def test_pages_of_twenty_follow_each_other_without_gap_or_repetition(place: Place, mo: Visitor) -> None:
    made = [await place.add_comment() for _ in range(45)]
    seen: list[str] = []
    path: str | None = "/moderation"
    lengths = []
    while path is not None:
        page = (await mo.get(path)).text
        lengths.append(len(_CARD.findall(page)))
        seen += _CARD.findall(page)
        following = re.search(r'href="([^"]+)" rel="next"', page)
        path = None if following is None else following[1].replace("&amp;", "&")
    assert lengths == [20, 20, 5]
    assert seen == made


async def test_a_page_goes_on_where_it_was_when_its_last_comment_has_been_decided(place: Place, mo: Visitor) -> None:
    made = [await place.add_comment() for _ in range(22)]
    await mo.decide(made[19], "approve")
    assert await _ids(mo, f"/moderation?after={made[19]}") == made[20:]
    await mo.decide(made[20], "approve", page=f"/moderation?after={made[19]}")
    await mo.decide(made[21], "approve", page=f"/moderation?after={made[19]}")
    assert "That was the last one here." in (await mo.get(f"/moderation?after={made[19]}")).text


async def test_the_lists_can_be_narrowed_to_one_site(place: Place) -> None:
    await place.add_site("herald", "The Herald")
    await place.add_moderator("ida@desk.example", name="Ida", of=["gazette", "herald"])
    ida = await place.signed_in("ida@desk.example")
    ours, theirs = await place.add_comment(site="gazette"), await place.add_comment(site="herald")
    assert await _ids(ida) == [ours, theirs]
    assert await _ids(ida, "/moderation?site=herald") == [theirs]
    assert await _ids(ida, "/moderation?site=") == [ours, theirs]
    answer = await ida.decide(theirs, "approve", page="/moderation?site=herald")
    assert answer.headers["location"].startswith(f"/moderation?site=herald&done=approve&comment={theirs}&batch=")


async def test_the_navigation_counts_and_stops_at_a_thousand(
    place: Place, mo: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        await place.add_comment()
    await place.add_comment(status=CommentStatus.SPAM)
    words = _text((await mo.get("/moderation")).text)
    assert "Queue 3 Approved 0 Rejected 0 Spam 1 Deleted 0" in words
    monkeypatch.setattr("commentsvc.moderation.frame.COUNT_UP_TO", 3)
    assert "Queue 2+ Approved 0" in _text((await mo.get("/moderation")).text)


async def test_a_moderator_without_a_site_is_told_so(place: Place) -> None:
    await place.add_moderator("ida@desk.example", name="Ida", of=[])
    await place.add_comment()
    page = (await (await place.signed_in("ida@desk.example")).get("/moderation")).text
    assert "You do not look after any site yet." in page
    assert not _CARD.findall(page)


async def test_an_address_that_makes_no_sense_is_refused_on_a_page(mo: Visitor) -> None:
    for query in ("page=2", "after=x", "after=%00", "site=gazette&site=gazette", "comment=1"):
        answer = await mo.get(f"/moderation?{query}")
        assert answer.status_code == 400, query
        assert answer.headers["content-type"].startswith("text/html")
