"""Decisions: every one from every status, once, and with its history."""

import re

import pytest

from commentsvc.domain.status import CommentStatus, Decision, next_status, possible_decisions
from tests.support.moderation import Place, Visitor

pytestmark = pytest.mark.anyio

_PENDING = CommentStatus.PENDING
_NEVER_SENT = [
    ({"decision": "explode"}, 400),
    ({"decision": ""}, 400),
    ({"seen": "unknown"}, 400),
    ({"back": "https://evil.example"}, 400),
    ({"after": "//evil.example"}, 400),
    ({"anchor": "x"}, 400),
    ({"site_id": "1"}, 400),
    ({"moderator_id": "7"}, 400),
    ({"reason": "a" * 501}, 422),
    ({"reason": "\x00"}, 400),
]


def _list_of(status: CommentStatus) -> str:
    return "/moderation" if status is _PENDING else f"/moderation/{status}"


def _text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize("status", CommentStatus)
async def test_every_decision_from_every_status_does_what_the_table_says(
    place: Place, mo: Visitor, status: CommentStatus
) -> None:
    for verb in Decision:
        comment = await place.add_comment(status=status)
        before = await place.dump()
        page = (await mo.get(f"/moderation/comments/{comment}")).text
        is_possible = verb in possible_decisions(status)
        assert (f'name="decision" value="{verb}"' in page) is is_possible
        answer = await mo.decide(comment, verb, page=f"/moderation/comments/{comment}")
        after = await place.dump()
        if is_possible:
            assert answer.status_code == 303
            assert answer.headers["location"].startswith(f"{_list_of(status)}?done={verb}&comment={comment}&batch=")
            assert (await place.statuses())[comment] == next_status(status, verb)
            assert len(after["decision"]) == len(before["decision"]) + 1
            assert max(after["decision"], key=lambda row: str(row["id"]).zfill(9))["moderator_id"] == 1
        else:
            assert answer.status_code == 409
            assert "Nothing was changed." in answer.text
            assert after == before


@pytest.mark.parametrize(
    ("status", "verb", "sentence"),
    [
        (_PENDING, "approve", "Approved. The comment by Ada is public."),
        (_PENDING, "reject", "Rejected. The comment by Ada is not shown to readers."),
        (_PENDING, "mark_spam", "Marked as spam. The comment by Ada is not shown to readers."),
        (_PENDING, "delete", "Deleted. The comment by Ada is gone from the article"),
        (CommentStatus.DELETED, "restore", "Back in the queue. The comment by Ada waits for a decision."),
    ],
)
async def test_the_list_confirms_what_was_done(
    place: Place, mo: Visitor, status: CommentStatus, verb: str, sentence: str
) -> None:
    comment = await place.add_comment(status=status)
    answer = await mo.decide(comment, verb, page=_list_of(status))
    assert "Ada" not in answer.headers["location"]
    assert sentence in _text((await mo.get(answer.headers["location"])).text)


async def test_nobody_can_make_up_a_confirmation(place: Place, mo: Visitor) -> None:
    comment = await place.add_comment()
    for query in (f"done=approve&comment={comment}", f"done=x&comment={comment}", "done=approve"):
        assert 'role="status"' not in (await mo.get(f"/moderation?{query}")).text


async def test_after_a_decision_the_next_card_is_there(place: Place, mo: Visitor) -> None:
    first, second, third = [await place.add_comment() for _ in range(3)]
    assert (await mo.decide(second, "approve")).headers["location"].endswith(f"#c-{third}")
    assert (await mo.decide(first, "approve")).headers["location"].endswith(f"#c-{third}")
    assert "#" not in (await mo.decide(third, "approve")).headers["location"]


async def test_a_double_click_does_no_harm(place: Place, mo: Visitor) -> None:
    comment = await place.add_comment()
    action = f"/moderation/comments/{comment}/decisions"
    fields = await mo.hidden("/moderation", action=action) | {"decision": "approve"}
    assert (await mo.post(action, fields)).status_code == 303
    before = await place.dump()
    answer = await mo.post(action, fields)
    assert answer.status_code == 409
    assert "The comment by Ada was approved by Mo on 2 March 2026, 09:30 UTC" in _text(answer.text)
    assert await place.dump() == before


async def test_the_slower_of_two_moderators_is_told_who_was_faster_and_overwrites_nothing(
    place: Place, mo: Visitor
) -> None:
    """From `approved`, `reject` is possible; but the slower one meant to reject a comment that was waiting."""
    await place.add_moderator("ida@desk.example", name="Ida")
    ida = await place.signed_in("ida@desk.example")
    comment = await place.add_comment()
    action = f"/moderation/comments/{comment}/decisions"
    fields = await mo.hidden("/moderation", action=action) | {"decision": "reject"}
    assert (await ida.decide(comment, "approve", reason="Well put.")).status_code == 303
    before = await place.dump()
    answer = await mo.post(action, fields)
    assert answer.status_code == 409
    assert "was approved by Ida" in _text(answer.text)
    assert "Well put." in answer.text
    assert await place.dump() == before
    again = await mo.decide(comment, "reject", page=f"/moderation/comments/{comment}")
    assert again.status_code == 303


async def test_a_comments_page_shows_its_whole_history_with_reasons(place: Place, mo: Visitor) -> None:
    comment = await place.add_comment()
    await mo.decide(comment, "reject", reason="  Off   topic\u202e. ")
    place.time.pass_by(hours=2)
    await mo.decide(comment, "approve", page="/moderation/rejected")
    words = _text((await mo.get(f"/moderation/comments/{comment}")).text)
    assert "2 March 2026, 09:30 UTC : written by Ada" in words
    assert "2 March 2026, 09:30 UTC : rejected by Mo Off topic." in words
    assert "2 March 2026, 11:30 UTC : approved by Mo" in words
    assert "This comment is approved ." in words


async def test_what_a_policy_published_is_said_to_be_its_doing(place: Place, mo: Visitor) -> None:
    comment = await place.add_comment(status=CommentStatus.APPROVED)
    assert "approved by the site\u2019s policy" in _text((await mo.get(f"/moderation/comments/{comment}")).text)


async def test_what_our_own_form_never_sends_is_refused(place: Place, mo: Visitor) -> None:
    comment = await place.add_comment()
    before = await place.dump()
    for fields, status in _NEVER_SENT:
        answer = await mo.decide(comment, **{"decision": "approve", **fields})
        assert answer.status_code == status, fields
    assert await place.dump() == before


async def test_no_return_address_leads_elsewhere(place: Place, mo: Visitor) -> None:
    comment = await place.add_comment()
    answer = await mo.decide(comment, "approve", site="//evil.example\r\nX: y")
    assert answer.headers["location"].startswith("/moderation?site=%2F%2Fevil.example%0D%0AX%3A+y&")


async def test_a_decision_is_whole_history_counts_revision_and_outbox(place: Place, mo: Visitor) -> None:
    comment = await place.add_comment()
    before = await place.dump()
    await mo.decide(comment, "approve")
    after = await place.dump()
    assert after["thread"][0]["revision"] == before["thread"][0]["revision"] + 1  # type: ignore[operator]  # numbers
    assert after["thread"][0]["approved_count"] == after["author"][0]["approved_count"] == 1
    assert [row["event"] for row in after["outbox"]] == ["comment_approved"]
