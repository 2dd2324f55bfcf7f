"""After a rotation the worker puts everything under the newest keys, and then the old ones open and find nothing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from commentsvc.domain.clock import Clocks
from commentsvc.domain.emails import EmailAddress
from commentsvc.domain.errors import NoPrivateKeyError
from commentsvc.domain.findings import Leaning
from commentsvc.domain.rules import Rule, RuleKind
from commentsvc.domain.second_factor import SECRET_BYTES
from commentsvc.domain.status import CommentStatus
from commentsvc.notify import reseal_addresses
from commentsvc.notify.reseal_addresses import ResealAddresses
from commentsvc.store import authors, moderators, resealing, second_factors
from commentsvc.store.resealing import Newest
from commentsvc.store.schema import author, comment, decision, moderator, outbox, rule, subscription
from commentsvc.vault.blind_index import BlindIndex
from commentsvc.vault.keys import KeyRing, new_key_ring
from commentsvc.vault.opening import Opener
from commentsvc.vault.rotation import KeyKind, rotated
from commentsvc.vault.sealing import Sealer
from commentsvc.vault.secret_keeper import BoxedSecrets
from tests.notify.desk import Desk

pytestmark = pytest.mark.anyio

ADA, MO = EmailAddress("ada@reader.example"), EmailAddress("mo@desk.example")
SECRET = b"S" * SECRET_BYTES
_LABELS = sa.text("SELECT tokens FROM comment_search")


def _chore(desk: Desk, ring: KeyRing) -> ResealAddresses:
    return ResealAddresses(desk.place.store, ring, Clocks(lambda: desk.place.time.now, desk.place.time.monotonic))


async def _all_of_it(chore: ResealAddresses) -> int:
    done = 0
    while step := await chore.do():
        done += step
    return done


async def _rows(desk: Desk, table: sa.Table) -> Sequence[Any]:
    return await desk.place.store.read(lambda conn: conn.execute(sa.select(table).order_by(*table.primary_key)).all())


def _use(desk: Desk, ring: KeyRing) -> None:
    """What a service does that was started with these keys."""
    desk.place.ring, desk.place.index, desk.place.sealer = ring, BlindIndex(ring), Sealer(ring)


async def test_what_was_sealed_before_a_rotation_is_under_the_newest_keys_after_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reseal_addresses, "_AT_ONCE", 2)
    await desk.place.add_site("herald", "The Herald")
    readers = [EmailAddress(f"reader{number}@mail.example") for number in range(5)]
    for reader in readers:
        for site in ("gazette", "herald"):
            await desk.place.add_comment(email=reader.reveal(), site=site)
    await desk.place.add_comment(email=None)
    old, new = desk.place.ring, rotated(desk.place.ring, list(KeyKind))
    closed = BoxedSecrets(old).close(SECRET, moderator_id=desk.moderator)
    await desk.place.store.write(lambda conn: second_factors.begin(conn, desk.moderator, closed))

    assert await _all_of_it(_chore(desk, new)) == 11

    only_new = KeyRing(new.signing[:1], new.index[:1], new.sealing[:1])
    keys = {1: "gazette", 2: "herald"}
    found = await _rows(desk, author)
    for row in found[:10]:
        email = Opener(only_new).open(row.sealed_email)
        assert email in readers
        assert row.blind_index == BlindIndex(only_new).of(email, site_key=keys[row.site_id])
        with pytest.raises(NoPrivateKeyError):
            Opener(old).open(row.sealed_email)
    assert (found[10].sealed_email, found[10].blind_index) == (None, None)
    who = (await _rows(desk, moderator))[0]
    assert Opener(only_new).open(who.sealed_email) == MO
    assert who.blind_index == BlindIndex(only_new).of_moderator(MO)
    assert BoxedSecrets(only_new).open(who.sealed_totp_secret, moderator_id=who.id) == SECRET
    assert who.totp_confirmed_at is None


async def test_nothing_is_asked_where_there_is_nothing_to_do_and_seldom_when_all_is_done(desk: Desk) -> None:
    await desk.place.add_comment()
    only_one = _chore(desk, desk.place.ring)
    await desk.place.store.close()
    assert await only_one.do() == 0  # the store would have refused
    await desk.place.store.open()

    old, new = desk.place.ring, rotated(desk.place.ring, [KeyKind.SEALING])
    chore = _chore(desk, new)
    assert await _all_of_it(chore) == 2
    _use(desk, old)  # a service that was not restarted yet
    await desk.place.add_comment(email="late@mail.example")
    assert await chore.do() == 0
    desk.place.time.pass_by(seconds=3_601)
    assert await _all_of_it(chore) == 1


async def test_what_does_not_open_is_left_alone_and_hinders_nothing(desk: Desk) -> None:
    await desk.place.add_comment()
    strange, new = new_key_ring(), rotated(desk.place.ring, list(KeyKind))
    _use(desk, strange)
    await desk.place.add_comment(email="lost@mail.example")
    await desk.place.add_comment(email="damaged@mail.example")
    broken = sa.update(author).where(author.c.id == 3).values(sealed_email=b"\x01" + strange.sealing[0].id + b"x")
    await desk.place.store.write(lambda conn: conn.execute(broken))
    before = await _rows(desk, author)

    assert await _all_of_it(_chore(desk, new)) == 4

    after = await _rows(desk, author)
    assert after[1:] == before[1:]
    assert Opener(new).open(after[0].sealed_email) == ADA


async def test_an_address_that_was_erased_meanwhile_does_not_come_back(desk: Desk) -> None:
    await desk.place.add_comment()
    new = rotated(desk.place.ring, list(KeyKind))
    newest = Newest(new.sealing[0].id, new.index[0].id)
    store, now = desk.place.store, desk.place.time.now
    (old,) = await store.read(lambda conn: resealing.old_authors(conn, newest, after=0, limit=9))
    (who,) = await store.read(lambda conn: resealing.old_moderators(conn, newest, after=0, limit=9))
    erase = sa.update(author).values(sealed_email=None, blind_index=None)
    await store.write(lambda conn: conn.execute(erase))
    await store.write(lambda conn: conn.execute(sa.update(moderator).values(sealed_totp_secret=b"new")))

    is_done = await store.write(lambda conn: resealing.renew_author(conn, old, sealed_email=b"a", blind_index=b"b"))
    is_moderator_done = await store.write(
        lambda conn: resealing.renew_moderator(
            conn, who, sealed_email=b"a", blind_index=b"b", closed_secret=None, nobody=b"n", now=now
        )
    )

    assert (is_done, is_moderator_done) == (False, False)
    assert [(row.sealed_email, row.blind_index) for row in await _rows(desk, author)] == [(None, None)]
    assert [row.sealed_totp_secret for row in await _rows(desk, moderator)] == [b"new"]


@pytest.mark.parametrize("is_earlier_one_old", [True, False])
async def test_one_address_that_was_filed_twice_becomes_one_author(desk: Desk, *, is_earlier_one_old: bool) -> None:
    """One process knew the new keys already, another only the old ones: each filed the same reader."""
    place, old = desk.place, desk.place.ring
    new = rotated(old, list(KeyKind))
    first, second = (old, new) if is_earlier_one_old else (new, old)
    _use(desk, first)
    one = await place.add_comment("One remark.", status=CommentStatus.APPROVED)
    _use(desk, replace(second, index=second.index[:1]))  # it does not find the other's row
    place.time.pass_by(seconds=60)
    two = await place.add_comment("Another remark.", status=CommentStatus.SPAM)
    assert [row.id for row in await _rows(desk, author)] == [1, 2]
    await place.add_rule(Rule(RuleKind.AUTHOR, "2", Leaning.SPAM))
    now = place.time.now
    told = {"last_told_at": now, "muted_at": now, "public_id": "p" * 24}
    wish = {
        "public_id": "w" * 24, "site_id": 1, "author_id": 2, "comment_id": 2, "thread_id": 1, "created_at": now
    }  # fmt: skip
    await place.store.write(lambda conn: conn.execute(sa.update(author).where(author.c.id == 2).values(told)))
    await place.store.write(lambda conn: conn.execute(sa.insert(subscription).values(wish)))
    notice = {"site_id": 1, "author_id": 2, "event": "x", "created_at": now, "due_at": now}
    await place.store.write(lambda conn: conn.execute(sa.insert(outbox).values(notice)))

    await _all_of_it(_chore(desk, new))

    (left,) = await _rows(desk, author)
    assert left.id == 1
    assert (left.approved_count, left.rejected_count, left.spam_count) == (1, 0, 1)
    assert left.first_seen_at < now == left.muted_at == left.last_told_at
    assert (left.public_id, left.confirmed_at) == ("p" * 24, None)
    assert Opener(new).open(left.sealed_email) == ADA
    assert left.blind_index == BlindIndex(new).of(ADA, site_key="gazette")
    assert left.sealed_email[1:5] == new.sealing[0].id
    assert {row.public_id: row.author_id for row in await _rows(desk, comment)} == {one: 1, two: 1}
    for table in (subscription, outbox):
        assert [row.author_id for row in await _rows(desk, table) if row.author_id] == [1]
    assert [(row.pattern, row.author_id) for row in await _rows(desk, rule)] == [("1", 1)]
    labels = await place.store.read(lambda conn: conn.execute(_LABELS).scalars().all())
    assert [("/a1" in each, "/a2" in each) for each in labels] == [(True, False)] * 2
    found_again = await place.store.write(
        lambda conn: authors.find_or_add(
            conn,
            site_id=1,
            blind_indexes=BlindIndex(new).candidates(ADA, site_key="gazette"),
            sealed_email=b"-",
            now=now,
        )
    )
    assert found_again == 1


async def test_two_rules_about_the_same_author_both_stay(desk: Desk) -> None:
    place, new = desk.place, rotated(desk.place.ring, list(KeyKind))
    await place.add_comment()
    _use(desk, replace(new, index=new.index[:1]))
    await place.add_comment()
    for pattern in ("1", "2"):
        await place.add_rule(Rule(RuleKind.AUTHOR, pattern, Leaning.HOLD))

    await _all_of_it(_chore(desk, new))

    assert [(row.pattern, row.author_id) for row in await _rows(desk, rule)] == [("1", 1), ("2", 1)]


async def test_an_author_without_comments_is_merged_too(desk: Desk) -> None:
    place, new = desk.place, rotated(desk.place.ring, list(KeyKind))
    await place.add_comment()
    lone = {
        "site_id": 1,
        "blind_index": BlindIndex(new).of(ADA, site_key="gazette"),
        "sealed_email": Sealer(new).seal(ADA),
        "first_seen_at": place.time.now,
    }
    await place.store.write(lambda conn: conn.execute(sa.insert(author).values(lone)))

    await _all_of_it(_chore(desk, new))

    assert [row.id for row in await _rows(desk, author)] == [1]


@pytest.mark.parametrize("is_earlier_one_old", [True, False])
async def test_of_two_accounts_with_one_address_the_earlier_stays_and_the_later_is_disabled(
    desk: Desk, *, is_earlier_one_old: bool
) -> None:
    """They are not merged: that would give a moderator's rights to whoever asked for the second account."""
    place, old = desk.place, desk.place.ring
    new = rotated(old, list(KeyKind))
    first, second = (old, new) if is_earlier_one_old else (new, old)
    _use(desk, first)
    one = await place.add_moderator("jo@desk.example", name="Jo")
    _use(desk, replace(second, index=second.index[:1]))
    two = await place.add_moderator("jo@desk.example", name="Jo again")

    await _all_of_it(_chore(desk, new))

    rows = {row.id: row for row in await _rows(desk, moderator)}
    jo = EmailAddress("jo@desk.example")
    assert rows[one].blind_index == BlindIndex(new).of_moderator(jo)
    assert (rows[one].disabled_at, rows[two].disabled_at) == (None, place.time.now)
    assert rows[two].blind_index.startswith(new.index[0].id)
    assert {Opener(new).open(row.sealed_email) for row in (rows[one], rows[two])} == {jo}
    found = await place.store.read(lambda conn: moderators.by_index(conn, BlindIndex(new).moderator_candidates(jo)))
    assert found is not None
    assert found.id == one
    acts = [(row.decision, row.subject) for row in await _rows(desk, decision)]
    assert acts == [("disable_member", f"member:{two}")]


async def test_what_still_needs_a_key_is_counted_and_what_cannot_be_moved_is_forgotten(desk: Desk) -> None:
    place, old = desk.place, desk.place.ring
    index_id, sealing_id, now = old.index[0].id, old.sealing[0].id, place.time.now
    await place.add_comment()
    await place.add_comment(email="gone@mail.example")
    prints = BlindIndex(old).fingerprint(b"content", site_key="gazette")
    await place.store.write(lambda conn: conn.execute(sa.update(comment).values(submission_fingerprint=prints)))
    gone = sa.update(author).where(author.c.id == 2).values(sealed_email=None)
    await place.store.write(lambda conn: conn.execute(gone))
    uses = await place.store.read(lambda conn: resealing.uses_of_index_key(conn, index_id, now=now))
    assert uses == {"authors": 1, "moderators": 1, "second factors": 0, "comments of the last day": 2}
    uses = await place.store.read(lambda conn: resealing.uses_of_sealing_key(conn, sealing_id))
    assert uses == {"authors": 1, "moderators": 1}

    await _all_of_it(_chore(desk, rotated(old, list(KeyKind))))

    later = now + timedelta(days=1)
    uses = await place.store.read(lambda conn: resealing.uses_of_index_key(conn, index_id, now=later))
    assert set(uses.values()) == {0}
    uses = await place.store.read(lambda conn: resealing.uses_of_sealing_key(conn, sealing_id))
    assert set(uses.values()) == {0}
    assert await place.store.write(lambda conn: resealing.forget_index_key(conn, index_id)) == 3
    assert await place.store.write(lambda conn: resealing.forget_index_key(conn, index_id)) == 0
    assert {row.submission_fingerprint for row in await _rows(desk, comment)} == {None}
    assert [row.blind_index is None for row in await _rows(desk, author)] == [False, True]
