"""Words that their own writer changes or deletes: what is kept, what readers and moderators see, and who wins."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.acts import Act
from commentsvc.domain.comment import Rendered
from commentsvc.domain.errors import (
    DecisionNotPossibleError,
    EditNotPossibleError,
    UnknownCommentError,
    UnseenWordsError,
)
from commentsvc.domain.findings import Finding, Leaning
from commentsvc.domain.notices import Event
from commentsvc.domain.own_words import words_mark
from commentsvc.domain.roles import Role
from commentsvc.domain.status import CommentStatus, Decision
from commentsvc.store import (
    appeals,
    decisions,
    edits,
    erasing,
    history,
    moderators,
    own_comments,
    own_words,
    replies,
    search_index,
)
from commentsvc.store.edits import NewText
from commentsvc.store.replies import TeamReply
from commentsvc.store.schema import appeal, author, comment_finding, comment_link, comment_version, decision, outbox
from tests.store.make_comments import NOW, Make

pytestmark = pytest.mark.anyio

_TREE: list[object] = [["p", ["a", {"href": "https://www.new.example/"}, "New."]]]
_SHOWN = Rendered("<p>New.</p>", _TREE, "New.", ("https://www.new.example/",), 1)
_NEW = NewText("New.", _SHOWN, b"new digest", b"s" * 16)
_FINDING = Finding("links", Leaning.HOLD, "1 link (this site allows none)", "https://www.new.example/")


def _edit(
    conn: Connection, public_id: str, make: Make, *, is_held: bool = False, new: NewText = _NEW, at: Any = NOW
) -> None:
    row = own_words.editable(conn, public_id, make.site, at=at)
    waits = is_held and row.status == CommentStatus.APPROVED
    own_words.edit(conn, row, new, [_FINDING], is_held=waits, now=at)


async def _moderator(make: Make) -> int:
    def job(conn: Connection) -> int:
        who = moderators.add(conn, name="Mo", blind_index=b"mo", sealed_email=b"sealed", now=NOW)
        moderators.join_sites(conn, who, [make.site.id], Role.MODERATOR, now=NOW)
        return who

    return await make.store.write(job)


async def test_new_words_take_the_place_of_the_former_ones_which_are_kept(make: Make) -> None:
    public_id = await make.comment()
    former, revision = await make.row(public_id), (await make.thread()).revision
    await make.store.write(partial(_edit, public_id=public_id, make=make))
    row = await make.row(public_id)
    assert (row.source, row.html, row.text, row.text_digest, row.status) == (
        "New.", "<p>New.</p>", "New.", b"new digest", "approved",
    )  # fmt: skip
    assert (row.edited_by, row.edited_at, row.state_version) == ("author", NOW, former.state_version + 1)
    assert (await make.thread()).revision == revision + 1
    (version,) = await make.rows(comment_version)
    assert (version.source, version.edited_by, version.moderator_id) == (former.source, "author", None)
    assert [(each.domain, each.status) for each in await make.rows(comment_link)] == [("new.example", "approved")]
    assert [each.phase for each in await make.rows(comment_finding)] == ["links"]
    assert await make.store.read(lambda conn: search_index.out_of_step(conn, [row.id])) == []
    entry = (await make.rows(decision))[-1]
    assert (entry.decision, entry.moderator_id, entry.to_status) == (Act.EDIT, None, None)
    assert entry.details == {"before": edits.digest(former.source, b"s" * 16), "after": edits.digest("New.", b"s" * 16)}
    assert await make.store.read(lambda conn: history.first_fault(conn, make.site.id)) is None
    shown = (await make.page()).comments[0]
    assert (shown.edited_at, shown.edited_by) == (NOW, None)


async def test_what_is_held_again_is_seen_by_nobody_and_waits_with_its_replies_place(make: Make) -> None:
    root = await make.comment()
    answer, alone = await make.comment(parent=root), await make.comment()
    told = len(await make.rows(outbox))
    for public_id in (root, alone):
        await make.store.write(partial(_edit, public_id=public_id, make=make, is_held=True))
    assert [(each.id, each.is_tombstone, each.html) for each in (await make.page()).comments] == [
        (root, True, ""), (answer, False, "<p>Words.</p>"),
    ]  # fmt: skip
    assert (await make.thread()).count == 1
    row = await make.row(root)
    assert (row.status, row.source) == ("pending", "New.")
    assert await make.store.read(lambda conn: search_index.out_of_step(conn, [row.id])) == []
    assert {each.status for each in await make.rows(comment_link)} == {"pending"}
    entry = (await make.rows(decision))[-1]
    assert (entry.decision, entry.moderator_id, entry.from_status, entry.to_status) == (
        Act.EDIT, None, "approved", "pending",
    )  # fmt: skip
    assert [each.event for each in (await make.rows(outbox))[told:]] == [Event.COMMENT_PENDING] * 2
    await make.decide(root, Decision.APPROVE)
    assert [each.html for each in (await make.page()).comments] == ["<p>New.</p>", "<p>Words.</p>"]


async def test_what_waits_and_is_changed_goes_on_waiting_and_moves_nothing(make: Make) -> None:
    public_id = await make.comment(status=CommentStatus.PENDING)
    revision = (await make.thread()).revision
    await make.store.write(partial(_edit, public_id=public_id, make=make, is_held=True))
    assert (await make.row(public_id)).status == "pending"
    assert (await make.thread()).revision == revision


async def test_only_in_its_time_and_only_as_long_as_nobody_decided_otherwise(make: Make) -> None:
    public_id = await make.comment(status=CommentStatus.PENDING)
    other, refused = await make.other_site(), await make.comment(status=CommentStatus.REJECTED)
    last = NOW + timedelta(minutes=15)
    never = Make(make.store, replace(make.site, policy=replace(make.site.policy, edit_minutes=0)))
    mo = await _moderator(make)
    changed = await make.comment()
    await make.store.write(
        lambda conn: edits.edit(
            conn, changed, _NEW, site_ids=[make.site.id], moderator_id=mo, seen=1, reason="A number", now=NOW
        )
    )
    for of, whose, at in (
        (public_id, make, last),
        (public_id, never, NOW),
        (refused, make, NOW),
        (changed, make, NOW),
    ):
        with pytest.raises(EditNotPossibleError):
            await make.store.write(partial(_edit, public_id=of, make=whose, at=at))
    with pytest.raises(UnknownCommentError):
        await make.store.write(partial(_edit, public_id=public_id, make=other))
    await make.store.write(partial(_edit, public_id=public_id, make=make, at=last - timedelta(seconds=1)))
    found = await make.store.read(lambda conn: own_comments.own(conn, [public_id, refused, changed]))
    assert {each: own.may_edit_until for each, (_, own) in found.items()} == {
        public_id: last, refused: None, changed: None,
    }  # fmt: skip


async def test_nobody_approves_words_that_they_have_not_seen(make: Make) -> None:
    mo, public_id = await _moderator(make), await make.comment(status=CommentStatus.PENDING)
    seen = words_mark((await make.row(public_id)).source)
    await make.store.write(partial(_edit, public_id=public_id, make=make))
    for words in (seen, None):
        with pytest.raises(UnseenWordsError):
            await make.decide(public_id, Decision.APPROVE, moderator_id=mo, words=words)
    mine = [make.site.id]
    for marks in (None, {public_id: seen}):
        many = await make.store.write(
            lambda conn, marks=marks: decisions.decide_many(  # type: ignore[misc]  # bound at once
                conn,
                [public_id],
                Decision.APPROVE,
                site_ids=mine,
                moderator_id=mo,
                reason=None,
                words=marks,
                now=NOW,
            )
        )
        assert (many.decided, many.skipped) == ([], [public_id])
    said = TeamReply("Mo", "New.", _SHOWN, b"d")
    answer = partial(
        replies.reply,
        parent=public_id,
        words=said,
        site_ids=mine,
        moderator_id=mo,
        seen=CommentStatus.PENDING,
        now=NOW,
    )
    for words in (seen, None):
        with pytest.raises(UnseenWordsError):
            await make.store.write(partial(answer, words_seen=words))
    assert (await make.row(public_id)).status == "pending"
    await make.decide(public_id, Decision.REJECT, moderator_id=mo)  # which shows nobody anything
    await make.decide(public_id, Decision.RESTORE, moderator_id=mo)
    await make.store.write(partial(answer, words_seen=words_mark("New.")))
    assert (await make.row(public_id)).status == "approved"


async def test_a_decision_and_a_change_at_one_moment_never_publish_unseen_words(make: Make) -> None:
    mo = await _moderator(make)
    for number in range(10):
        public_id = await make.comment(status=CommentStatus.PENDING)
        seen = words_mark((await make.row(public_id)).source)
        approve = make.decide(public_id, Decision.APPROVE, moderator_id=mo, words=seen)
        change = make.store.write(partial(_edit, public_id=public_id, make=make, is_held=True))
        both = (approve, change) if number % 2 else (change, approve)
        outcomes = await asyncio.gather(*both, return_exceptions=True)
        assert {type(each).__name__ for each in outcomes} <= {"Decided", "NoneType", "UnseenWordsError"}
        row = await make.row(public_id)
        assert (row.status, row.source, row.is_visible) == ("pending", "New.", False)


async def test_a_writer_deletes_the_comment_and_its_words_and_an_empty_place_holds_the_replies(make: Make) -> None:
    root = await make.comment()
    answer = await make.comment(parent=root)
    await make.store.write(partial(_edit, public_id=root, make=make))
    for _ in range(2):
        assert await _delete(make, root) is CommentStatus.DELETED
    assert [(each.id, each.is_tombstone) for each in (await make.page()).comments] == [(root, True), (answer, False)]
    row = await make.row(root)
    assert (row.status, row.source, row.name, row.erased_at) == ("deleted", "", "deleted", NOW)
    assert await make.rows(comment_version) == await make.rows(comment_link) == []
    entries = [each for each in await make.rows(decision) if each.decision == Act.DELETE_OWN]
    assert [(each.moderator_id, each.from_status, each.to_status) for each in entries] == [
        (None, "approved", "deleted")
    ]
    assert await make.store.read(lambda conn: history.first_fault(conn, make.site.id)) is None
    with pytest.raises(DecisionNotPossibleError):
        await make.decide(root, Decision.RESTORE)
    assert (await make.thread()).count == 1
    with pytest.raises(UnknownCommentError):
        await _delete(await make.other_site(), root)


async def _delete(make: Make, public_id: str) -> CommentStatus:
    return await make.store.write(lambda conn: own_words.delete(conn, public_id, site_id=make.site.id, now=NOW))


async def test_in_every_status_it_is_gone_and_the_record_of_its_writer_stays(make: Make) -> None:
    for status in CommentStatus:
        public_id = await make.comment(status=status)
        if status is CommentStatus.REJECTED:
            asked = partial(appeals.add, public_id=public_id, text="Why?", site_id=make.site.id, now=NOW)
            await make.store.write(asked)
        assert await _delete(make, public_id) is CommentStatus.DELETED
        row = await make.row(public_id)
        assert (row.status, row.source, row.is_visible) == ("deleted", "", False)
        assert await make.store.read(lambda conn, of=row.id: search_index.out_of_step(conn, [of])) == []  # type: ignore[misc]
    assert await make.rows(appeal) == []
    records = [(each.approved_count, each.rejected_count, each.spam_count) for each in await make.rows(author)]
    assert records == [(0, 0, 0), (0, 0, 0), (0, 1, 0), (0, 0, 1), (0, 0, 0)]


async def test_what_time_has_erased_stays_what_it_was(make: Make) -> None:
    public_id = await make.comment(status=CommentStatus.REJECTED)
    row = await make.row(public_id)
    await make.store.write(lambda conn: erasing.erase_words(conn, [row], is_moved=False, now=NOW))
    assert await _delete(make, public_id) is CommentStatus.REJECTED


async def test_the_files_are_to_be_scrubbed_once(make: Make) -> None:
    for _ in range(2):
        await _delete(make, await make.comment())
    assert [await make.store.write(erasing.take_scrub_due) for _ in range(2)] == [True, False]


async def test_deleting_while_a_moderator_decides_leaves_it_deleted(make: Make) -> None:
    for _ in range(5):
        public_id = await make.comment(status=CommentStatus.PENDING)
        outcomes = await asyncio.gather(
            _delete(make, public_id), make.decide(public_id, Decision.APPROVE), return_exceptions=True
        )
        assert {type(each).__name__ for each in outcomes} <= {"CommentStatus", "Decided", "DecisionNotPossibleError"}
        assert (await make.row(public_id)).status == "deleted"
    counted = await make.store.read(lambda conn: conn.execute(sa.select(sa.func.sum(author.c.approved_count))).scalar())
    assert (counted, (await make.thread()).count) == (0, 0)
