"""What moderators say and do besides deciding: pins, edits, replies, appeals, closed threads, addresses."""

import pytest
import sqlalchemy as sa

from commentsvc.domain.comment import Rendered
from commentsvc.domain.errors import (
    AppealedAlreadyError,
    AppealNotPossibleError,
    CommentChangedError,
    DecisionNotPossibleError,
    NoAddressError,
    NoAppealError,
    OwnerRequiredError,
    PinNotPossibleError,
    UnknownCommentError,
)
from commentsvc.domain.notices import Event
from commentsvc.domain.reasons import FIRST_REASONS, CannedReason
from commentsvc.domain.roles import Role
from commentsvc.domain.status import CommentStatus, Decision
from commentsvc.store import addresses, appeals, decisions, edits, history, moderators, pins, reasons, replies, threads
from commentsvc.store.edits import NewText
from commentsvc.store.published import Sort
from commentsvc.store.replies import TeamReply
from commentsvc.store.schema import appeal, comment_link, comment_version, decision, outbox
from tests.store.make_comments import NOW, Make

pytestmark = pytest.mark.anyio

_TREE: list[object] = [["p", ["a", {"href": "https://www.new.example/"}, "New."]]]
_SHOWN = Rendered("<p>New.</p>", _TREE, "New.", ("https://www.new.example/",), 1)
_NEW = NewText("New.", _SHOWN, b"new digest", b"s" * 16)


async def _moderator(make: Make) -> int:
    def job(conn: sa.Connection) -> int:
        who = moderators.add(conn, name="Mo", blind_index=b"mo", sealed_email=b"sealed", now=NOW)
        moderators.join_sites(conn, who, [make.site.id], Role.MODERATOR, now=NOW)
        return who

    return await make.store.write(job)


async def _pin(make: Make, public_id: str, *, is_pinned: bool = True) -> None:
    mo = await make.store.read(lambda conn: conn.execute(sa.text("SELECT max(id) FROM moderator")).scalar_one())
    await make.store.write(
        lambda conn: pins.pin(conn, public_id, is_pinned=is_pinned, site_ids=[make.site.id], moderator_id=mo, now=NOW)
    )


async def _acts(make: Make) -> list[str]:
    return [row.decision for row in await make.rows(decision)]


@pytest.mark.parametrize("sort", Sort)
async def test_pinned_roots_stand_first_on_page_one_and_nowhere_else(make: Make, sort: Sort) -> None:
    await _moderator(make)
    ids = await make.comments(9)
    for public_id in (ids[7], ids[2]):
        await _pin(make, public_id)
    seen, after = [], None
    while True:
        page = await make.page(sort=sort, after=after, limit=3)
        seen += [each.id for each in page.comments]
        assert [each.id for each in page.comments if each.is_pinned] == ([ids[2], ids[7]] if after is None else [])
        if (after := page.next) is None:
            break
    assert seen[:2] == [ids[2], ids[7]]
    loose = [each for each in ids if each not in {ids[7], ids[2]}]
    assert seen[2:] == (loose if sort is Sort.OLDEST else loose[::-1])


async def test_only_three_public_roots_are_pinned_and_a_rejected_one_no_longer(make: Make) -> None:
    await _moderator(make)
    ids = await make.comments(4)
    reply, pending = await make.comment(parent=ids[0]), await make.comment(status=CommentStatus.PENDING)
    before = (await make.thread()).revision
    for public_id in (*ids[:3], ids[0]):
        await _pin(make, public_id)
    assert (await make.thread()).revision == before + 3
    for public_id in (ids[3], reply, pending):
        with pytest.raises(PinNotPossibleError):
            await _pin(make, public_id)
    await make.decide(ids[1], Decision.REJECT)
    await _pin(make, ids[3])
    assert [each.id for each in (await make.page()).comments if each.is_pinned] == [ids[0], ids[2], ids[3]]
    await _pin(make, ids[3], is_pinned=False)
    assert (await _acts(make)).count("unpin") == 1
    with pytest.raises(UnknownCommentError):
        await _pin(await make.other_site(), ids[3])


async def test_an_edit_keeps_the_former_words_and_tells_the_history_only_digests(make: Make) -> None:
    mo, public_id = await _moderator(make), await make.comment()
    before = (await make.thread()).revision

    async def change(seen: int) -> None:
        await make.store.write(
            lambda conn: edits.edit(
                conn, public_id, _NEW, site_ids=[make.site.id], moderator_id=mo, seen=seen, reason="Typo", now=NOW
            )
        )

    seen = (await make.store.read(lambda conn: edits.editable(conn, public_id, site_ids=[make.site.id]))).version
    former = (await make.row(public_id)).source
    await change(seen)
    row = await make.row(public_id)
    assert (row.source, row.html, row.tree, row.text, row.text_digest) == (
        "New.",
        "<p>New.</p>",
        _TREE,
        "New.",
        b"new digest",
    )
    assert (row.edited_by, row.edited_at, row.state_version) == ("moderator", NOW, seen + 1)
    assert (await make.thread()).revision == before + 1
    (version,) = await make.rows(comment_version)
    assert (version.source, version.moderator_id) == (former, mo)
    assert [(each.domain, each.status) for each in await make.rows(comment_link)] == [("new.example", "approved")]
    entry = (await make.rows(decision))[-1]
    assert entry.details == {"before": edits.digest(former, version.salt), "after": edits.digest("New.", version.salt)}
    assert await make.store.read(lambda conn: history.first_fault(conn, make.site.id)) is None
    with pytest.raises(CommentChangedError):
        await change(seen)
    assert len(await make.rows(comment_version)) == 1


async def test_an_edit_of_what_nobody_sees_moves_no_revision(make: Make) -> None:
    mo, public_id = await _moderator(make), await make.comment(status=CommentStatus.PENDING)
    before = (await make.thread()).revision
    await make.store.write(
        lambda conn: edits.edit(
            conn, public_id, _NEW, site_ids=[make.site.id], moderator_id=mo, seen=0, reason="Typo", now=NOW
        )
    )
    assert (await make.thread()).revision == before


async def test_a_reply_of_a_moderator_is_public_with_the_badge_and_approves_what_it_answers(make: Make) -> None:
    mo, parent = await _moderator(make), await make.comment(status=CommentStatus.PENDING)

    async def reply(seen: CommentStatus) -> str:
        return await make.store.write(
            lambda conn: replies.reply(
                conn,
                parent,
                TeamReply("Mo", "New.", _SHOWN, b"d"),
                site_ids=[make.site.id],
                moderator_id=mo,
                seen=seen,
                now=NOW,
            )
        )

    with pytest.raises(DecisionNotPossibleError):
        await reply(CommentStatus.REJECTED)
    first, second = await reply(CommentStatus.PENDING), await reply(CommentStatus.APPROVED)
    shown = (await make.page()).comments
    assert [(each.id, each.name, each.badge) for each in shown[1:]] == [
        (id_, "Mo", "Moderator") for id_ in (first, second)
    ]
    assert shown[1].key == shown[2].key != shown[0].key
    assert await _acts(make) == ["approve", "reply", "reply"]
    assert (await make.thread()).count == 3


async def _appeal(make: Make, public_id: str) -> None:
    await make.store.write(lambda conn: appeals.add(conn, public_id, "Please.", site_id=make.site.id, now=NOW))


async def test_an_appeal_is_made_once_and_answered_by_a_decision_or_dismissed(make: Make) -> None:
    mo, mine = await _moderator(make), [make.site.id]
    ids = [await make.comment(status=status) for status in (CommentStatus.REJECTED, CommentStatus.SPAM)]
    for public_id in ids:
        await _appeal(make, public_id)
        with pytest.raises(AppealedAlreadyError):
            await _appeal(make, public_id)
    with pytest.raises(AppealNotPossibleError):
        await _appeal(make, await make.comment())

    async def waiting() -> list[str]:
        found = await make.store.read(lambda conn: appeals.waiting(conn, site_ids=mine, limit=9))
        assert await make.store.read(lambda conn: appeals.count_waiting(conn, site_ids=mine, up_to=9)) == len(found)
        return [each.comment.id for each in found]

    assert await waiting() == ids
    assert [row.event for row in await make.rows(outbox)].count(Event.COMMENT_APPEALED) == 2
    entry = next(row for row in await make.rows(decision) if row.decision == "appeal")
    assert (entry.moderator_id, entry.reason, entry.details) == (None, None, {})

    done = await make.decide(ids[0], Decision.APPROVE)
    assert await waiting() == [ids[1]]
    await make.store.write(
        lambda conn: decisions.undo(conn, done.batch, site_ids=mine, moderator_id=mo, now=NOW, since=NOW)
    )
    assert await waiting() == ids

    async def dismiss(public_id: str) -> None:
        await make.store.write(
            lambda conn: appeals.dismiss(conn, public_id, site_ids=mine, moderator_id=mo, message="No.", now=NOW)
        )

    await dismiss(ids[1])
    assert (await make.row(ids[1])).message == "No."
    with pytest.raises(NoAppealError):
        await dismiss(ids[1])
    with pytest.raises(AppealedAlreadyError):
        await _appeal(make, ids[1])
    assert [row.answered_at is None for row in await make.rows(appeal)] == [True, False]


async def test_closing_a_thread_is_told_once(make: Make) -> None:
    mo, _ = await _moderator(make), await make.comment()
    thread = await make.thread()

    async def set_open(*, is_open: bool) -> None:
        await make.store.write(
            lambda conn: threads.set_open_by(
                conn, make.site.id, thread.address, is_open=is_open, moderator_id=mo, now=NOW
            )
        )

    for is_open in (False, False, True):
        await set_open(is_open=is_open)
    assert (await _acts(make))[1:] == ["close_thread", "open_thread"]
    assert (await make.thread()).revision == thread.revision + 2
    await make.comment(address="https://news.example/other", status=CommentStatus.PENDING)
    lively = await make.store.read(lambda conn: threads.lively(conn, make.site.id, limit=9))
    assert [each.thread.address for each in lively] == ["https://news.example/other", thread.address]


async def test_an_address_is_handed_out_to_owners_alone_and_never_without_an_entry(make: Make) -> None:
    mo, public_id, site_id = await _moderator(make), await make.comment(), make.site.id

    async def ask(roles: dict[int, Role], of: str = public_id) -> bytes:
        return await make.store.write(
            lambda conn: addresses.hand_out(conn, of, roles=roles, moderator_id=mo, reason="A threat", now=NOW)
        )

    with pytest.raises(OwnerRequiredError):
        await ask({site_id: Role.MODERATOR})
    with pytest.raises(UnknownCommentError):
        await ask({site_id + 1: Role.OWNER})
    assert await _acts(make) == ["approve"]
    assert await ask({site_id: Role.OWNER}) == b"sealed"
    entry = (await make.rows(decision))[-1]
    assert (entry.decision, entry.reason, entry.details) == ("reveal_address", "A threat", {})
    words = TeamReply("Mo", "New.", _SHOWN, b"d")
    team = await make.store.write(
        lambda conn: replies.reply(
            conn, public_id, words, site_ids=[site_id], moderator_id=mo, seen=CommentStatus.APPROVED, now=NOW
        )
    )
    with pytest.raises(NoAddressError):
        await ask({site_id: Role.OWNER}, team)


async def test_a_new_site_has_a_few_reasons_that_can_all_be_replaced(make: Make) -> None:
    site_id, key = make.site.id, make.site.key
    assert await make.store.read(lambda conn: reasons.of_site(conn, site_id)) == list(FIRST_REASONS)
    new = [CannedReason("B", "b"), CannedReason("A", "a")]
    await make.store.write(lambda conn: reasons.replace(conn, site_id, new))
    assert await make.store.read(lambda conn: reasons.of_sites(conn, [site_id])) == {key: new}
