"""Moderators, their sessions and links, and the words on a site's list."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from commentsvc.domain.roles import Role
from commentsvc.store import moderators, sessions
from commentsvc.store.engine import Store
from commentsvc.store.schema import membership
from commentsvc.store.sessions import Session
from tests.store.make_comments import NOW, Make

pytestmark = pytest.mark.anyio

HOUR = timedelta(hours=1)


async def _add(store: Store, name: str) -> int:
    return await store.write(
        lambda conn: moderators.add(conn, name=name, blind_index=name.encode(), sealed_email=b"sealed", now=NOW)
    )


async def test_a_moderator_is_found_by_any_index_and_looks_after_sites(store: Store, make: Make) -> None:
    moderator_id, sites = await _add(store, "Mo"), [make.site.id, (await make.other_site()).site.id]
    await store.write(lambda conn: moderators.join_sites(conn, moderator_id, sites, Role.MODERATOR, now=NOW))
    await store.write(lambda conn: moderators.join_sites(conn, moderator_id, sites[:1], Role.OWNER, now=NOW + HOUR))
    await store.write(lambda conn: moderators.set_password(conn, moderator_id, "hash"))

    found = await store.read(lambda conn: moderators.by_index(conn, [b"old", b"Mo"]))
    assert found is not None
    assert (found.id, found.name, found.password_hash, found.is_disabled) == (moderator_id, "Mo", "hash", False)
    assert found.roles == {sites[0]: Role.OWNER, sites[1]: Role.MODERATOR}
    assert found.site_ids == set(sites)
    assert {row.created_at for row in await make.rows(membership)} == {NOW}
    assert await store.read(lambda conn: moderators.by_id(conn, moderator_id)) == found
    assert "hash" not in repr(found)
    assert "sealed'" not in repr(found)


async def test_an_address_belongs_to_one_moderator(store: Store) -> None:
    await _add(store, "Mo")
    with pytest.raises(IntegrityError):
        await _add(store, "Mo")
    await _add(store, "Jo")
    assert [each.name for each in await store.read(moderators.all_moderators)] == ["Mo", "Jo"]
    assert await store.read(lambda conn: moderators.by_index(conn, [b"nobody"])) is None
    assert await store.read(lambda conn: moderators.by_id(conn, 99)) is None


async def _session(store: Store, digest: bytes, *, idle: timedelta = HOUR, old: timedelta = 5 * HOUR) -> Session | None:
    found = await store.read(lambda conn: sessions.find(conn, digest, seen_since=NOW - idle, created_since=NOW - old))
    if found is None:
        return None
    known, owner = found
    assert await store.read(lambda conn: moderators.by_id(conn, known.moderator_id)) == owner
    return known


async def test_a_session_ends_when_it_is_idle_or_old_or_ended(store: Store) -> None:
    moderator_id = await _add(store, "Mo")
    began = NOW - 4 * HOUR
    await store.write(lambda conn: sessions.start(conn, b"a", moderator_id, device="", now=began))
    assert await _session(store, b"a") is None
    await store.write(lambda conn: sessions.touch(conn, b"a", now=NOW))
    assert await _session(store, b"a") == Session(moderator_id, began, NOW)
    assert await _session(store, b"a", old=4 * HOUR) is None
    assert await _session(store, b"a", idle=timedelta(0)) is None
    assert await _session(store, b"b") is None
    await store.write(lambda conn: sessions.end(conn, b"a"))
    assert await _session(store, b"a") is None


async def test_all_of_ones_sessions_end_and_nobody_elses(store: Store) -> None:
    mine, theirs = await _add(store, "Mo"), await _add(store, "Jo")
    for digest, owner in ((b"a", mine), (b"b", mine), (b"c", theirs)):
        await store.write(lambda conn, d=digest, o=owner: sessions.start(conn, d, o, device="", now=NOW))  # type: ignore[misc]
    await store.write(lambda conn: sessions.end_all(conn, mine))
    assert [await _session(store, digest) is not None for digest in (b"a", b"b", b"c")] == [False, False, True]


async def test_what_nobody_can_use_any_more_is_forgotten(store: Store) -> None:
    owner = await _add(store, "Mo")
    for digest, began in ((b"old", NOW - 9 * HOUR), (b"idle", NOW - 2 * HOUR), (b"fresh", NOW)):
        await store.write(lambda conn, d=digest, b=began: sessions.start(conn, d, owner, device="", now=b))  # type: ignore[misc]
    await store.write(lambda conn: sessions.touch(conn, b"old", now=NOW))
    await store.write(lambda conn: sessions.end_old(conn, seen_before=NOW - HOUR, created_before=NOW - 8 * HOUR))
    forever = timedelta(days=99)
    left = [await _session(store, d, idle=forever, old=forever) is not None for d in (b"old", b"idle", b"fresh")]
    assert left == [False, False, True]


async def test_a_link_lets_in_once_and_in_time(store: Store) -> None:
    owner = await _add(store, "Mo")
    await store.write(lambda conn: sessions.add_link(conn, b"link", owner, expires_at=NOW + HOUR))

    assert await store.read(lambda conn: sessions.link_owner(conn, b"link", now=NOW)) == owner
    assert await store.write(lambda conn: sessions.use_link(conn, b"link", now=NOW + HOUR)) is None
    assert await store.write(lambda conn: sessions.use_link(conn, b"other", now=NOW)) is None
    assert await store.write(lambda conn: sessions.use_link(conn, b"link", now=NOW)) == owner
    assert await store.write(lambda conn: sessions.use_link(conn, b"link", now=NOW)) is None
    assert await store.read(lambda conn: sessions.link_owner(conn, b"link", now=NOW)) is None
