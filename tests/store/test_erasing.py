"""Erasing, as the tables and the files have it: addresses, names, words, by wish and by age."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from commentsvc.domain.acts import Act
from commentsvc.domain.errors import (
    AppealNotPossibleError,
    CommentChangedError,
    DecisionNotPossibleError,
)
from commentsvc.domain.findings import Finding, Leaning
from commentsvc.domain.notices import Channel, Event
from commentsvc.domain.rights import Erased, Erasure
from commentsvc.domain.rules import Rule, RuleKind
from commentsvc.domain.status import CommentStatus, Decision
from commentsvc.domain.subscriptions import Scope, Wish
from commentsvc.store import (
    appeals,
    authors,
    change_rules,
    decisions,
    edits,
    erasing,
    history,
    own_data,
    retention,
    search_index,
    submissions,
)
from commentsvc.store.engine import Store
from commentsvc.store.retention import SessionsKept
from commentsvc.store.schema import (
    appeal,
    author,
    comment,
    comment_finding,
    comment_link,
    comment_version,
    decision,
    outbox,
    subscription,
    thread,
)
from tests.store.make_comments import NOW, Make, add_pending, decide, new_author, new_make, open_thread

pytestmark = pytest.mark.anyio

DAY = timedelta(days=1)
CANARY = "xylophone"


async def _ada(make: Make, index: bytes = b"ada") -> int:
    return await make.store.write(lambda conn: new_author(conn, make.site.id, index))


async def _erase(make: Make, who: int, what: Erasure, **more: Any) -> Erased:
    if not more:
        return await erasing.erase_person(make.store, who, what, act=Act.ERASE, now=NOW + DAY)
    portion = partial(erasing.erase_portion, author_id=who, what=what, act=Act.ERASE, batch="b" * 24, now=NOW + DAY)
    return await make.store.write(partial(portion, **more))


async def _person(make: Make, who: int) -> Any:
    query = sa.select(author).where(author.c.id == who)
    return await make.store.read(lambda conn: conn.execute(query).one())


async def _written(make: Make, who: int, status: CommentStatus = CommentStatus.APPROVED, **more: Any) -> str:
    return await make.comment(status=status, author_id=who, **more)


async def test_without_the_address_the_words_keep_their_name_and_nobody_finds_their_author(make: Make) -> None:
    who = await _ada(make)
    public_id = await _written(make, who, wish=Wish(Scope.REPLIES))
    await make.store.write(lambda conn: _fill_outbox(conn, make, who))
    before = (await make.row(public_id), await make.thread())
    assert await _erase(make, who, Erasure.ADDRESS) == Erased(addresses=1)
    row = await _person(make, who)
    assert (row.sealed_email, row.blind_index, row.public_id, row.last_told_at) == (None, None, None, None)
    assert await make.rows(subscription) == []
    assert [each.author_id for each in await make.rows(outbox)] == [None] * len(await make.rows(outbox))
    assert (await make.row(public_id), await make.thread()) == before
    assert await _ada(make) != who  # the address, typed again, is somebody new


def _fill_outbox(conn: sa.Connection, make: Make, who: int) -> None:
    wish = conn.execute(sa.select(subscription.c.id)).scalar_one()
    same = {"site_id": make.site.id, "channel": Channel.MAIL, "created_at": NOW, "due_at": NOW}
    conn.execute(sa.insert(outbox).values(event=Event.DATA_ASKED, author_id=who, subscription_id=None, **same))
    conn.execute(sa.insert(outbox).values(event=Event.REPLY_PUBLISHED, author_id=None, subscription_id=wish, **same))


async def test_without_the_name_words_stand_under_deleted_and_are_no_longer_one_writers(make: Make) -> None:
    who = await _ada(make)
    ids = [await _written(make, who, website="https://ada.example/") for _ in range(2)]
    other = await make.comment(name="Bo")
    revision = (await make.thread()).revision
    assert await _erase(make, who, Erasure.NAME) == Erased(addresses=1, names=2)
    rows = [await make.row(each) for each in ids]
    assert [(row.name, row.website, row.source) for row in rows] == [("deleted", None, "Words.")] * 2
    assert len({row.pseudonym for row in rows} | {b"p" * 16}) == 3
    assert (await make.row(other)).name == "Bo"
    after = await make.thread()
    assert (after.revision, after.count) == (revision + 1, 3)
    indexed = [row.id for row in rows]
    assert await make.store.read(lambda conn: search_index.out_of_step(conn, indexed)) == []


async def test_without_the_words_an_empty_place_holds_the_replies(make: Make) -> None:
    who = await _ada(make)
    root = await _written(make, who)
    answer = await make.comment(parent=root, name="Bo")
    alone, waiting, refused = (
        await _written(make, who),
        await _written(make, who, CommentStatus.PENDING),
        await _written(make, who, CommentStatus.REJECTED),
    )
    revision = (await make.thread()).revision
    assert await _erase(make, who, Erasure.WORDS) == Erased(addresses=1, words=4)
    page = await make.page()
    assert [(each.id, each.is_tombstone, each.replies) for each in page.comments if each.id != answer] == [
        (root, True, 1)
    ]
    assert [each.id for each in (await make.replies(root)).comments] == [answer]
    after = await make.thread()
    assert (after.revision, after.count) == (revision + 1, 1)
    statuses = [(await make.row(each)).status for each in (root, alone, waiting, refused)]
    assert statuses == ["deleted", "deleted", "deleted", "rejected"]
    assert (await _person(make, who)).approved_count == 0


async def test_nothing_of_the_words_is_left_in_any_table(make: Make) -> None:
    who = await _ada(make)
    public_id = await make.store.write(lambda conn: _everything_about(conn, make, who))
    assert await _tables_with(make, CANARY) >= {
        "comment",
        "comment_version",
        "appeal",
        "comment_link",
        "comment_search",
    }
    await _erase(make, who, Erasure.WORDS)
    assert await _tables_with(make, CANARY) == set()
    row = await make.row(public_id)
    assert (row.idempotency_digest, row.submission_fingerprint, row.text_digest, row.tree) == (None, None, b"", [])
    for table in (comment_version, comment_link, appeal):
        assert await make.rows(table) == []
    assert [each.phase for each in await make.rows(comment_finding)] == ["word_list"]  # to count by; it has no words
    assert await make.store.read(lambda conn: history.first_fault(conn, make.site.id)) is None


def _everything_about(conn: sa.Connection, make: Make, who: int) -> str:
    """A comment with the canary wherever a reader's words can get to."""
    there, once = open_thread(conn, make.site.id), submissions.Once(b"key", (b"fingerprint",))
    site = f"https://{CANARY}.example/"
    public_id = add_pending(conn, there, author_id=who, name=CANARY, website=site, source=CANARY, once=once)
    decide(conn, public_id, Decision.REJECT, [make.site.id], message=None)
    appeals.add(conn, public_id, CANARY, site_id=make.site.id, now=NOW)
    finding = Finding("word_list", Leaning.HOLD, f"{CANARY} is on the list", CANARY)
    tree: list[object] = [["p", ["a", {"href": site}, CANARY]]]
    row = conn.execute(sa.select(comment).where(comment.c.public_id == public_id)).one()
    submissions.note_links(conn, row.id, make.site.id, tree, CommentStatus.REJECTED)
    submissions.note_findings(conn, row.id, make.site.id, [finding])
    told = {"phase": "word_list", "leaning": "hold", "words": finding.words, "trigger": CANARY}
    words = {"html": f"<p>{CANARY}</p>", "tree": tree, "text": CANARY, "message": CANARY, "findings": [told]}
    conn.execute(sa.update(comment).where(comment.c.id == row.id).values(words))
    former = {"comment_id": row.id, "source": CANARY, "salt": b"s" * 16, "edited_by": "author", "replaced_at": NOW}
    conn.execute(sa.insert(comment_version).values(former))
    search_index.renew(conn, [row.id])
    return public_id


async def _tables_with(make: Make, word: str) -> set[str]:
    """Names of the tables in which a word stands."""

    def job(conn: sa.Connection) -> set[str]:
        names = [*comment.metadata.tables, "comment_search"]
        rows = {name: conn.execute(sa.select(sa.text("*")).select_from(sa.text(name))).all() for name in names}
        return {name for name, found in rows.items() if any(word in str(value) for row in found for value in row)}

    return await make.store.read(job)


async def test_the_history_says_how_much_went_and_not_whose(make: Make) -> None:
    who = await _ada(make)
    await _written(make, who)
    await _erase(make, who, Erasure.WORDS)
    entry = (await make.rows(decision))[-1]
    assert (entry.decision, entry.moderator_id, entry.comment_id, entry.subject) == ("erase", None, None, "site:news")
    assert entry.details == {"addresses": 1, "words": 1}
    assert await make.store.read(lambda conn: history.first_fault(conn, make.site.id)) is None


async def test_much_is_erased_in_portions_and_the_address_goes_with_the_last(make: Make) -> None:
    who = await _ada(make)
    for _ in range(5):
        await _written(make, who)
    first = await _erase(make, who, Erasure.WORDS, limit=2)
    assert first == Erased(words=2, is_finished=False)
    assert (await _person(make, who)).sealed_email is not None
    second = await _erase(make, who, Erasure.WORDS, limit=2, after=first.reached)
    assert second == Erased(words=2, is_finished=False)
    missed = await _erase(make, who, Erasure.WORDS, limit=2, after=2**40)  # as if one had come in behind it
    assert (missed, missed.reached) == (Erased(is_finished=False), 0)
    assert await _erase(make, who, Erasure.WORDS, limit=2, after=missed.reached) == Erased(addresses=1, words=1)
    assert (await make.thread()).count == 0
    assert await _erase(make, who, Erasure.WORDS, limit=2) == Erased()


async def test_what_is_erased_is_not_decided_on_edited_undone_or_appealed_any_more(make: Make) -> None:
    who = await _ada(make)
    gone, refused = await _written(make, who), await _written(make, who, CommentStatus.REJECTED)
    batch = (await make.decide(await _written(make, who, CommentStatus.PENDING), Decision.APPROVE)).batch
    seen = (await make.row(gone)).state_version
    await _erase(make, who, Erasure.WORDS)
    for public_id, verb in ((gone, Decision.RESTORE), (refused, Decision.APPROVE)):
        with pytest.raises(DecisionNotPossibleError):
            await make.decide(public_id, verb)
    site_ids = [make.site.id]
    undone = await make.store.write(
        lambda conn: decisions.undo(conn, batch, site_ids=site_ids, moderator_id=None, now=NOW, since=NOW - DAY)
    )
    assert (len(undone.decided), len(undone.skipped)) == (0, 1)
    with pytest.raises(AppealNotPossibleError):
        await make.store.write(lambda conn: appeals.add(conn, refused, "Why?", site_id=make.site.id, now=NOW))
    for version in (seen, (await make.row(gone)).state_version):
        with pytest.raises(CommentChangedError):
            await make.store.write(partial(_edit, public_id=gone, make=make, version=version))
    assert await make.store.read(lambda conn: submissions.proven_author(conn, make.site.id, gone)) is None


def _edit(conn: sa.Connection, public_id: str, make: Make, version: int) -> None:
    new: Any = None  # it is refused before anybody looks at it
    edits.edit(conn, public_id, new, site_ids=[make.site.id], moderator_id=1, seen=version, reason="x", now=NOW)


async def test_the_index_of_a_blocked_author_stays_as_long_as_the_block(make: Make) -> None:
    who, until = await _ada(make), NOW + 10 * DAY
    block = Rule(RuleKind.AUTHOR, str(who), Leaning.SPAM, None, until)
    await make.store.write(lambda conn: change_rules.add(conn, make.site.id, block, moderator_id=None, now=NOW))
    await _erase(make, who, Erasure.ADDRESS)
    row = await _person(make, who)
    assert (row.sealed_email, row.blind_index) == (None, b"ada")
    assert await make.store.read(lambda conn: authors.find(conn, site_id=make.site.id, blind_indexes=[b"ada"])) is None
    assert await _retain_addresses(make, before=None, now=NOW + 2 * DAY) == Erased()
    await _retain_addresses(make, before=None, now=until)
    assert (await _person(make, who)).blind_index is None


async def test_a_blocked_author_who_writes_again_can_be_answered_again(make: Make) -> None:
    who = await _ada(make)
    block = Rule(RuleKind.AUTHOR, str(who), Leaning.SPAM)
    await make.store.write(lambda conn: change_rules.add(conn, make.site.id, block, moderator_id=None, now=NOW))
    await _erase(make, who, Erasure.ADDRESS)
    assert await _ada(make) == who
    assert (await _person(make, who)).sealed_email == b"sealed"


async def _retain_addresses(make: Make, *, before: Any, now: Any) -> Erased:
    def job(conn: sa.Connection) -> Erased:
        due = retention.addresses_due(conn, make.site.id, before=before, now=now, after_row_id=0, limit=100)
        return retention.erase_addresses(conn, make.site.id, due, before=before, now=now)

    return await make.store.write(job)


@pytest.mark.parametrize(
    ("told", "wrote", "is_due"),
    [(None, NOW, True), (NOW, NOW, True), (NOW + 5 * DAY, NOW, False), (None, NOW + 5 * DAY, False)],
)
async def test_an_address_goes_after_the_last_comment_or_notice(
    make: Make, told: Any, wrote: Any, *, is_due: bool
) -> None:
    who = await _ada(make)
    await make.store.write(lambda conn: conn.execute(sa.update(author).values(last_told_at=told)))
    there = await make.thread()
    public_id = await make.store.write(lambda conn: add_pending(conn, there, author_id=who, now=wrote))
    now = NOW + 91 * DAY
    assert await _retain_addresses(make, before=now - 90 * DAY, now=now) == Erased(addresses=int(is_due))
    assert ((await _person(make, who)).sealed_email is None) is is_due
    assert (await make.row(public_id)).source == "Words."
    assert await _retain_addresses(make, before=None, now=now + 9_999 * DAY) == Erased()


async def test_refused_words_go_after_their_time_and_nothing_else(make: Make) -> None:
    ids = {status: await make.comment(status=status) for status in CommentStatus}
    restored = await make.comment(status=CommentStatus.REJECTED)
    await make.decide(restored, Decision.RESTORE)
    appealed = await make.comment(status=CommentStatus.REJECTED)
    await make.store.write(lambda conn: appeals.add(conn, appealed, "Why?", site_id=make.site.id, now=NOW))
    revision = (await make.thread()).revision

    async def retain(now: Any) -> Erased:
        return await make.store.write(
            lambda conn: retention.erase_words(conn, make.site.id, before=now - 30 * DAY, now=now, limit=10)
        )

    assert await retain(NOW + 30 * DAY) == Erased()
    assert await retain(NOW + 31 * DAY) == Erased(words=3)
    assert await retain(NOW + 31 * DAY) == Erased()
    empty = {status for status, each in ids.items() if (await make.row(each)).source == ""}
    assert empty == {CommentStatus.REJECTED, CommentStatus.SPAM, CommentStatus.DELETED}
    assert [(await make.row(each)).status for each in ids.values()] == list(CommentStatus)
    assert [(await make.row(each)).source for each in (restored, appealed)] == ["Words."] * 2
    assert (await make.thread()).revision == revision
    assert (await make.rows(decision))[-1].details == {"words": 3}


async def test_old_mails_and_what_has_expired_are_swept_away(make: Make) -> None:
    await make.comment()
    kept = SessionsKept(idle=timedelta(hours=12), absolute=timedelta(days=14))

    def sweep(conn: sa.Connection) -> int:
        return retention.sweep(conn, kept=kept, now=NOW + 31 * DAY)

    count = len(await make.rows(outbox))
    new = {"site_id": make.site.id, "event": "a", "created_at": NOW + 30 * DAY, "due_at": NOW}
    await make.store.write(lambda conn: conn.execute(sa.insert(outbox).values(new)))
    assert await make.store.write(sweep) == count > 0
    assert [row.event for row in await make.rows(outbox)] == ["a"]


async def test_the_index_finds_what_was_refused(store: Store) -> None:
    """On SQLite by name; PostgreSQL decides by what it has counted."""

    def plan(conn: sa.Connection) -> str:
        if conn.dialect.name != "sqlite":
            return "ix_comment_refused"
        seen: list[str] = []

        def note(_conn: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
            if "NOT (EXISTS" in statement and not seen:
                seen.append("")
                rows = conn.connection.cursor().execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
                seen[0] = str(rows)

        sa.event.listen(conn, "before_cursor_execute", note)
        retention.erase_words(conn, 1, before=NOW, now=NOW, limit=10)
        return seen[0]

    assert "ix_comment_refused" in await store.write(plan)


async def test_everything_of_one_author_is_shown_and_nobody_elses(make: Make) -> None:
    who, other = await _ada(make), await _ada(make, b"bo")
    public_id = await make.store.write(lambda conn: _everything_about(conn, make, who))
    mine = [public_id, await _written(make, who, CommentStatus.PENDING, wish=Wish(Scope.REPLIES))]
    await _written(make, other)
    found = await make.store.read(lambda conn: own_data.words(conn, who))
    assert [each.id for each in found] == mine[::-1]
    whole = found[1]
    assert (whole.source, whole.message, whole.former[0].source) == (CANARY, CANARY, CANARY)
    assert whole.appeal is not None
    assert (whole.appeal.text, whole.link_domains) == (CANARY, [f"{CANARY}.example"])
    assert [(each.act, each.to_status) for each in whole.decisions] == [("reject", "rejected")]
    person = await make.store.read(lambda conn: own_data.person(conn, who, now=NOW))
    assert (person.comments, person.has_sealed_address, person.has_blind_index, person.is_blocked) == (
        2, True, True, False,
    )  # fmt: skip
    assert [each.comment for each in person.subscriptions] == mine[1:]
    assert len(await make.store.read(lambda conn: own_data.words(conn, who, newest=1))) == 1


async def test_asking_is_the_same_for_everybody_and_three_mails_are_the_most(make: Make) -> None:
    who = await _ada(make)

    async def ask(index: bytes, now: Any = NOW) -> list[Any]:
        await make.store.write(lambda conn: own_data.ask(conn, site_id=make.site.id, blind_indexes=[index], now=now))
        return [row.author_id for row in await make.rows(outbox)]

    assert await ask(b"nobody") == [None]
    asked = [await ask(b"ada") for _ in range(4)]
    assert asked[-1] == [None, who, who, who, None]
    assert (await ask(b"ada", NOW + timedelta(hours=6)))[-1] == who


@pytest.mark.parametrize("level", Erasure)
async def test_the_bytes_are_gone_from_the_files(tmp_path: Path, level: Erasure) -> None:
    file, canaries = tmp_path / "comments.db", [f"canary{number}{'feather' * 5}" for number in range(60)]
    address = b"sealed-address-of-somebody" * 4

    def found(needles: list[bytes]) -> int:
        content = b"".join(path.read_bytes() for path in tmp_path.glob("comments.db*"))
        return sum(needle in content for needle in needles)

    store = Store(f"sqlite+aiosqlite:///{file}")
    await store.open()
    make = await new_make(store)
    who = await _ada(make, b"index-of-somebody" * 2)
    await store.write(lambda conn: conn.execute(sa.update(author).values(sealed_email=address)))
    for canary in canaries:
        await _written(make, who, name=f"n{canary}", source=f"w{canary}")
    names, words = ([f"{kind}{canary}".encode() for canary in canaries] for kind in "nw")
    assert found([address, b"index-of-somebody" * 2]) == 2
    assert (found(names), found(words)) == (60, 60)
    await _erase(make, who, level)
    assert await store.scrub()
    assert found([address, b"index-of-somebody" * 2]) == 0
    assert found(names) == (60 if level is Erasure.ADDRESS else 0)
    assert found(words) == (0 if level is Erasure.WORDS else 60)
    assert (tmp_path / "comments.db-wal").stat().st_size == 0
    await store.close()


async def test_a_reader_in_the_way_delays_the_scrubbing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commentsvc.store.sqlite._PRAGMAS", ("PRAGMA busy_timeout = 1",))
    store = Store(f"sqlite+aiosqlite:///{tmp_path / 'comments.db'}")
    await store.open()
    with closing(sqlite3.connect(tmp_path / "comments.db")) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM comment").fetchone()
        await store.write(
            lambda conn: conn.execute(sa.insert(thread.metadata.tables["setting"]).values(name="a", value=1))
        )
        assert not await store.scrub()
        other.rollback()
    assert await store.scrub()
    await store.close()


async def test_scrubbing_works_on_both(make: Make) -> None:
    await make.comment()
    assert await make.store.scrub()
