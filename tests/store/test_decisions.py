"""A decision is one transaction: status, history, counts, revision, outbox; or nothing at all."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from commentsvc.domain.acts import Act
from commentsvc.domain.comment import PastDecision
from commentsvc.domain.errors import DecisionNotPossibleError, UnknownCommentError
from commentsvc.domain.status import CommentStatus, Decision, next_status
from commentsvc.store import authors, decisions, moderators
from commentsvc.store.engine import Store
from commentsvc.store.schema import author, comment, decision, outbox, thread
from tests.store.count_statements import listening
from tests.store.make_comments import NOW, Make, decide

pytestmark = pytest.mark.anyio

APPROVED, PENDING = CommentStatus.APPROVED, CommentStatus.PENDING
MATRIX = [(status, verb) for status in CommentStatus for verb in Decision]


async def _everything(make: Make) -> list[Any]:
    return [await make.rows(table) for table in (comment, decision, outbox, thread, author)]


def _is_possible(status: CommentStatus, verb: Decision) -> bool:
    try:
        next_status(status, verb)
    except DecisionNotPossibleError:
        return False
    return True


@pytest.mark.parametrize(("before", "verb"), [each for each in MATRIX if _is_possible(*each)])
async def test_a_possible_decision_does_all_of_it(make: Make, before: CommentStatus, verb: Decision) -> None:
    public_id = await make.comment(status=before)
    after = next_status(before, verb)
    (old_author,), old_thread = await make.rows(author), await make.thread()
    old_row, told = await make.row(public_id), len(await make.rows(outbox))

    decided = await make.decide(public_id, verb, now=NOW + timedelta(hours=1), reason="because")

    row, new_thread, (new_author,) = await make.row(public_id), await make.thread(), await make.rows(author)
    assert (decided.comment, decided.before, decided.after) == (public_id, before, after)
    assert (row.status, row.is_visible) == (after, after is APPROVED)
    assert row.decided_at == NOW + timedelta(hours=1)
    assert row.state_version == old_row.state_version + 1
    assert new_thread.count == int(after is APPROVED)
    assert new_thread.revision == old_thread.revision + (APPROVED in {before, after})
    for status in (APPROVED, CommentStatus.REJECTED, CommentStatus.SPAM):
        step = (after is status) - (before is status)
        assert getattr(new_author, f"{status}_count") - getattr(old_author, f"{status}_count") == step
    last = (await make.rows(decision))[-1]
    assert (last.decision, last.from_status, last.to_status, last.reason) == (verb, before, after, "because")
    events = [notice.event for notice in (await make.rows(outbox))[told:]]
    assert events == ([f"comment_{after}"] if before is PENDING or after is APPROVED else [])


@pytest.mark.parametrize(("before", "verb"), [each for each in MATRIX if not _is_possible(*each)])
async def test_an_impossible_decision_changes_nothing(make: Make, before: CommentStatus, verb: Decision) -> None:
    public_id = await make.comment(status=before)
    everything = await _everything(make)
    with pytest.raises(DecisionNotPossibleError):
        await make.decide(public_id, verb)
    assert await _everything(make) == everything


async def test_a_second_click_is_an_error_and_does_no_harm(make: Make) -> None:
    public_id = await make.comment(status=PENDING)
    await make.decide(public_id, Decision.APPROVE)
    everything = await _everything(make)
    with pytest.raises(DecisionNotPossibleError):
        await make.decide(public_id, Decision.APPROVE)
    assert await _everything(make) == everything


async def test_another_sites_comment_is_as_good_as_absent(make: Make) -> None:
    other = await make.other_site()
    theirs = await other.comment(status=PENDING)
    everything = await _everything(make)
    for public_id in (theirs, "a" * 24):
        with pytest.raises(UnknownCommentError):
            await make.decide(public_id, Decision.APPROVE)
    with pytest.raises(UnknownCommentError):
        await make.store.write(lambda conn: decide(conn, theirs, Decision.APPROVE, []))
    assert await _everything(make) == everything
    await other.decide(theirs, Decision.APPROVE)


async def test_a_moderator_of_several_sites_decides_on_all_of_them(store: Store, make: Make) -> None:
    other = await make.other_site()
    both = [make.site.id, other.site.id]
    for public_id in (await make.comment(status=PENDING), await other.comment(status=PENDING)):
        await store.write(lambda conn, public_id=public_id: decide(conn, public_id, Decision.APPROVE, both))  # type: ignore[misc]
    assert [row.status for row in await make.rows(comment)] == [APPROVED, APPROVED]


async def test_the_history_tells_who_what_why_and_when(store: Store, make: Make) -> None:
    public_id = await make.comment(status=PENDING)
    moderator_id = await store.write(
        lambda conn: moderators.add(conn, name="Mo", blind_index=b"i", sealed_email=b"s", now=NOW)
    )
    later = NOW + timedelta(minutes=5)
    await make.decide(public_id, Decision.MARK_SPAM, moderator_id=moderator_id, reason="advert")
    await make.decide(public_id, Decision.RESTORE, now=later)

    past = await store.read(lambda conn: decisions.past(conn, public_id, site_ids=[make.site.id]))
    assert past == [
        PastDecision(Act.MARK_SPAM, PENDING, CommentStatus.SPAM, "Mo", "advert", {}, past[0].batch, NOW),
        PastDecision(Act.RESTORE, CommentStatus.SPAM, PENDING, None, None, {}, past[1].batch, later),
    ]
    assert past[0].batch != past[1].batch
    other = await make.other_site()
    assert await store.read(lambda conn: decisions.past(conn, public_id, site_ids=[other.site.id])) == []


async def test_a_decision_that_fails_at_its_end_leaves_nothing(store: Store, make: Make) -> None:
    public_id = await make.comment(status=PENDING)
    everything = await _everything(make)

    def decide_and_fail(conn: sa.Connection) -> None:
        decide(conn, public_id, Decision.APPROVE, [make.site.id])
        raise LookupError("after everything")

    with pytest.raises(LookupError):
        await store.write(decide_and_fail)
    assert await _everything(make) == everything


async def test_an_authors_record_follows_every_change_of_mind(store: Store, make: Make) -> None:
    public_id = await make.comment(status=PENDING)
    author_id = (await make.row(public_id)).author_id
    verbs = (Decision.APPROVE, Decision.REJECT, Decision.MARK_SPAM, Decision.DELETE, Decision.RESTORE)
    found = []
    for verb in verbs:
        await make.decide(public_id, verb)
        record = await store.read(lambda conn: authors.record(conn, author_id))
        found.append((record.approved, record.rejected, record.spam))
    assert found == [(1, 0, 0), (0, 1, 0), (0, 0, 1), (0, 0, 0), (0, 0, 0)]


async def test_a_decision_costs_the_same_few_statements_in_a_long_thread(
    store: Store, make: Make, database_url: str
) -> None:
    root = await make.comment()
    await make.comments(100, parent=root)
    reply = await make.comment(parent=root, status=PENDING)
    with listening(store) as heard:
        await make.decide(reply, Decision.APPROVE)
    locks = 4 if database_url.startswith("postgresql") else 0
    assert len(heard.statements) == 19 + locks  # also: reports are settled, the search index told
