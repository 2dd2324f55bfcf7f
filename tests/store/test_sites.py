"""Sites, what is kept of them in memory, small facts, and rendering anew."""

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy.exc import IntegrityError, StatementError

from commentsvc.domain.comment import Rendered
from commentsvc.domain.errors import UnknownSiteError
from commentsvc.domain.site import EmailPolicy, HoldPolicy, SitePolicy
from commentsvc.domain.status import CommentStatus
from commentsvc.store import remembered, rerendering, sessions, sites
from commentsvc.store.engine import Store
from commentsvc.store.site_directory import SiteDirectory
from tests.store.count_statements import listening
from tests.store.make_comments import NOW, Make, new_make

pytestmark = pytest.mark.anyio

POLICY = SitePolicy(HoldPolicy.FLAGGED, EmailPolicy.OPTIONAL, max_links=7, close_after_days=30)


async def test_a_site_comes_back_as_it_was_stored(store: Store) -> None:
    origins = ["https://z.example", "https://a.example"]
    added = await store.write(lambda conn: sites.add(conn, key="z", name="Z", origins=origins, policy=POLICY, now=NOW))
    assert (added.origins, added.policy, added.revision) == (tuple(origins), POLICY, 1)
    assert await store.read(lambda conn: sites.by_key(conn, "z")) == added
    assert await store.read(lambda conn: sites.by_key(conn, "Z")) is None
    with pytest.raises(IntegrityError):
        await store.write(lambda conn: sites.add(conn, key="z", name="", origins=[], policy=POLICY, now=NOW))


async def test_a_changed_site_moves_its_revision_and_replaces_its_origins(store: Store, make: Make) -> None:
    other = await make.other_site()
    changed = replace(make.site, name="New", origins=("https://new.example",), policy=POLICY)
    await store.write(lambda conn: sites.change(conn, changed))
    await store.write(lambda conn: sites.change(conn, replace(other.site, origins=())))
    found = await store.read(sites.all_sites)
    assert found[0] == replace(changed, revision=2)
    assert (found[1].key, found[1].origins) == (other.site.key, ())
    assert await store.read(lambda conn: sites.with_ids(conn, [make.site.id])) == found[:1]
    assert await store.read(lambda conn: sites.is_registered(conn, "https://new.example"))
    assert not await store.read(lambda conn: sites.is_registered(conn, "https://news.example"))


async def test_the_directory_reads_once_for_everybody_and_again_when_it_is_old(store: Store, make: Make) -> None:
    now = 100.0
    directory = SiteDirectory(store, monotonic=lambda: now, max_age_seconds=2.0)
    with listening(store) as heard:
        found = await asyncio.gather(*(directory.by_key("news") for _ in range(50)))
        assert set(found) == {make.site}
        assert await directory.has_origin("https://news.example")
        now = 101.9
        assert await directory.by_key("news") == make.site
        assert len(heard.statements) == 1

    later = await new_make(store, key="later")
    with pytest.raises(UnknownSiteError):
        await directory.by_key("later")
    assert not await directory.has_origin("https://later.example")
    now = 102.0
    assert await directory.by_key("later") == later.site
    assert await directory.has_origin("https://later.example")


async def test_what_is_remembered_is_recalled_and_replaced(store: Store) -> None:
    assert await store.read(lambda conn: remembered.recall(conn, "a")) is None
    for value in ({"keys": ["ä", 1]}, "text", 7):
        await store.write(lambda conn, value=value: remembered.remember(conn, "a", value))  # type: ignore[misc]
        assert await store.read(lambda conn: remembered.recall(conn, "a")) == value


async def test_a_time_without_its_zone_is_refused(store: Store) -> None:
    naive = datetime(2026, 11, 22)  # noqa: DTZ001 - that is the point
    with pytest.raises(StatementError, match="without its zone"):
        await store.write(lambda conn: sessions.touch(conn, b"a", now=naive))


async def test_outdated_comments_are_listed_page_by_page_and_rendered_anew(store: Store, make: Make) -> None:
    shown = await make.comments(3)
    held = await make.comment(address="https://news.example/b", status=CommentStatus.PENDING)
    seen: list[str] = []
    last = 0
    while True:
        page = await store.read(
            lambda conn, last=last: rerendering.outdated(conn, version=2, after_row_id=last, limit=3)  # type: ignore[misc]
        )
        if not page:
            break
        seen += [each.public_id for each in page]
        last = page[-1].row_id
    assert seen == [*shown, held]
    assert await store.read(lambda conn: rerendering.outdated(conn, version=1, after_row_id=0, limit=9)) == []

    before, other = await make.thread(), await make.thread("https://news.example/b")
    new = Rendered("<p>New.</p>", ["New."], "New.", (), 2)
    results = [((await make.row(public_id)).id, new) for public_id in seen]
    await store.write(lambda conn: rerendering.replace(conn, results))
    assert {(await make.row(public_id)).html for public_id in seen} == {"<p>New.</p>"}
    assert (await make.row(held)).source == "Words."
    assert (await make.thread()).revision == before.revision + 1
    assert (await make.thread("https://news.example/b")).revision == other.revision
    await store.write(lambda conn: rerendering.replace(conn, []))
