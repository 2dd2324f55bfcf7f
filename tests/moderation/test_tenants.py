"""A moderator of one site sees and touches nothing of another; what is foreign is as good as absent."""

import re

import pytest

from commentsvc.domain.ids import new_public_id
from commentsvc.domain.status import CommentStatus, Decision
from tests.support.moderation import Place, Visitor

pytestmark = pytest.mark.anyio


@pytest.fixture
async def herald(place: Place) -> str:
    """A site that Mo does not look after; its key."""
    await place.add_site("herald", "The Herald")
    await place.add_moderator("ida@desk.example", name="Ida", of=["herald"])
    return "herald"


def _neutral(text: str, *ids: str) -> str:
    """Without what differs by itself: the ids that were asked for, and the moment, which moves when it may."""
    for each in ids:
        text = text.replace(each, "ID")
    return re.sub(r'data-cursor="[0-9.]+"', 'data-cursor="MOMENT"', text)


@pytest.mark.parametrize("status", CommentStatus)
async def test_no_list_shows_a_foreign_comment_or_counts_it(
    place: Place, mo: Visitor, herald: str, status: CommentStatus
) -> None:
    foreign = await place.add_comment("canary", site=herald, name="Foreigner", status=status)
    path = "/moderation" if status is CommentStatus.PENDING else f"/moderation/{status}"
    empty = (await mo.get(path)).text
    for text in (foreign, "canary", "Foreigner", "The Herald"):
        assert text not in empty
    assert '<span class="count">1</span>' not in empty
    ida = await place.signed_in("ida@desk.example")
    assert foreign in (await ida.get(path)).text


@pytest.mark.parametrize("status", CommentStatus)
async def test_a_foreign_comments_page_is_the_same_as_an_absent_ones(
    place: Place, mo: Visitor, herald: str, status: CommentStatus
) -> None:
    foreign, absent = await place.add_comment(site=herald, status=status), new_public_id()
    answers = [await mo.get(f"/moderation/comments/{each}") for each in (foreign, absent, "x")]
    assert [answer.status_code for answer in answers] == [404] * 3
    assert len({answer.content for answer in answers}) == 1


@pytest.mark.parametrize("status", CommentStatus)
async def test_a_decision_on_a_foreign_comment_is_the_same_as_on_an_absent_one(
    place: Place, mo: Visitor, herald: str, status: CommentStatus
) -> None:
    foreign, absent = await place.add_comment(site=herald, status=status), new_public_id()
    token = (await mo.hidden("/moderation", action="/moderation/sign-out"))["csrf_token"]
    before = await place.dump()
    for verb in Decision:
        fields = {"csrf_token": token, "decision": verb, "seen": status}
        answers = [await mo.post(f"/moderation/comments/{each}/decisions", fields) for each in (foreign, absent, "x")]
        assert [answer.status_code for answer in answers] == [404] * 3
        assert len({answer.content for answer in answers}) == 1
    assert await place.dump() == before


async def test_a_foreign_site_cannot_be_chosen(mo: Visitor, herald: str) -> None:
    foreign, absent = await mo.get(f"/moderation?site={herald}"), await mo.get("/moderation?site=nothing")
    assert foreign.status_code == absent.status_code == 404
    assert foreign.content == absent.content


async def test_a_foreign_comment_is_neither_a_cursor_nor_a_confirmation(place: Place, mo: Visitor, herald: str) -> None:
    foreign, absent = await place.add_comment(site=herald, status=CommentStatus.APPROVED), new_public_id()
    own = await place.add_comment()
    pages = [_neutral((await mo.get(f"/moderation?after={each}")).text, each) for each in (foreign, absent)]
    assert own not in pages[0]
    assert pages[0] == pages[1]
    done = [
        _neutral((await mo.get(f"/moderation?done=approve&comment={each}")).text, each) for each in (foreign, absent)
    ]
    assert done[0] == done[1]


async def test_a_moderator_taken_off_a_site_is_out_with_the_next_request(place: Place, mo: Visitor) -> None:
    comment = await place.add_comment()
    await place.leave_sites(1)
    assert (await mo.get(f"/moderation/comments/{comment}")).status_code == 404
