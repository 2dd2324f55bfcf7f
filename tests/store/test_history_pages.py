"""The history as it is read: by keyset, everything done in one go as one line, filtered."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from commentsvc.domain.acts import Act
from commentsvc.domain.history import Fault
from commentsvc.domain.status import CommentStatus, Decision
from commentsvc.store import decisions, history, history_export, history_pages
from commentsvc.store.engine import Store
from commentsvc.store.history_pages import BY_NOBODY, PastFilter, PastPage
from commentsvc.store.schema import moderator
from tests.store.make_comments import NOW, Make
from tests.store.test_history import _open_the_wall

pytestmark = pytest.mark.anyio
PENDING = CommentStatus.PENDING


async def _moderator(store: Store, name: str) -> int:
    values = {"name": name, "blind_index": name.encode(), "sealed_email": b"s", "created_at": NOW}
    query = sa.insert(moderator).values(values).returning(moderator.c.id)
    return int(await store.write(lambda conn: conn.execute(query).scalar_one()))


async def _page(make: Make, after: int | None = None, limit: int = 50, **wanted: Any) -> PastPage:
    return await make.store.read(
        lambda conn: history_pages.page(
            conn, make.site.id, PastFilter(**wanted), after=after, limit=limit, entries_each=3
        )
    )


def _numbers(page: PastPage) -> list[int]:
    return [line.last.number for line in page.lines]


async def _many(make: Make, count: int, who: int | None, verb: Decision = Decision.REJECT) -> str:
    ids = [await make.comment(status=PENDING) for _ in range(count)]
    mine = [make.site.id]
    many = await make.store.write(
        lambda conn: decisions.decide_many(conn, ids, verb, site_ids=mine, moderator_id=who, reason=None, now=NOW)
    )
    return many.batch


async def test_lines_come_newest_first_each_once_whatever_the_size_of_the_page(make: Make) -> None:
    for _ in range(7):
        await make.comment()
    seen, after = list[int](), None
    while True:
        page = await _page(make, after, limit=3)
        seen += _numbers(page)
        after = page.next
        if after is None:
            break
    assert seen == [7, 6, 5, 4, 3, 2, 1]


async def test_what_was_done_in_one_go_is_one_line_with_its_count(store: Store, make: Make) -> None:
    who = await _moderator(store, "Mo")
    await make.comment()
    batch = await _many(make, 5, who)
    await make.comment()
    page = await _page(make)
    assert [(line.last.number, line.count, len(line.entries)) for line in page.lines] == [
        (7, 1, 0),
        (6, 5, 3),
        (1, 1, 0),
    ]
    assert [entry.number for entry in page.lines[1].entries] == [6, 5, 4]
    one_by_one = await _page(make, batch=batch)
    assert [(line.last.number, line.count) for line in one_by_one.lines] == [(n, 1) for n in (6, 5, 4, 3, 2)]
    assert _numbers(await _page(make, after=6, limit=1)) == [1]


async def test_each_filter_shows_what_it_says_and_nothing_else(store: Store, make: Make) -> None:
    mo, ida = await _moderator(store, "Mo"), await _moderator(store, "Ida")
    by_mo = await make.comment(status=PENDING)
    await make.decide(by_mo, Decision.APPROVE, moderator_id=mo)
    await make.decide(by_mo, Decision.REJECT, moderator_id=ida, now=NOW + timedelta(days=1))
    await make.comment(status=CommentStatus.SPAM)
    hands = await store.read(lambda conn: history_pages.hands(conn, make.site.id))
    assert [(hand.name, hand.handle) for hand in hands] == [("Ida", 2), ("Mo", 1)]
    assert _numbers(await _page(make, handle=1)) == [1]
    assert _numbers(await _page(make, handle=2)) == [2]
    assert _numbers(await _page(make, handle=BY_NOBODY)) == [3]
    assert _numbers(await _page(make, handle=3)) == []  # an entry of nobody's names nobody
    assert _numbers(await _page(make, handle=99)) == []
    assert _numbers(await _page(make, act=Act.MARK_SPAM)) == [3]
    assert _numbers(await _page(make, comment=by_mo)) == [2, 1]
    assert _numbers(await _page(make, since=NOW + timedelta(hours=1))) == [2]
    assert _numbers(await _page(make, before=NOW + timedelta(hours=1))) == [3, 1]
    assert _numbers(await _page(make, handle=1, act=Act.REJECT)) == []


async def test_another_sites_entries_are_absent_whatever_is_asked(store: Store, make: Make) -> None:
    other = await make.other_site()
    who = await _moderator(store, "Mo")
    foreign = await other.comment(status=PENDING)
    done = await other.decide(foreign, Decision.APPROVE, moderator_id=who)
    for wanted in ({}, {"comment": foreign}, {"batch": done.batch}, {"handle": 1}):
        assert (await _page(make, **wanted)).lines == []
    assert await store.read(lambda conn: history_pages.hands(conn, make.site.id)) == []
    assert len((await _page(other, comment=foreign)).lines) == 1


async def test_scripts_read_on_from_where_they_were(store: Store, make: Make) -> None:
    for _ in range(5):
        await make.comment()
    portion = await store.read(lambda conn: history_pages.portion(conn, make.site.id, after=2, limit=2))
    assert [entry.number for entry in portion] == [3, 4]


async def test_an_export_tells_of_itself_and_ends_there(store: Store, make: Make) -> None:
    await make.comment()
    here = make.site.id
    head = await store.write(
        lambda conn: history_export.begin(conn, here, key="news", moderator_id=None, form="jsonl", now=NOW)
    )
    await make.comment()
    told = [each async for portion in history_export.entries(store, here, up_to=head.number) for each in portion]
    assert [(each.entry.number, each.entry.act) for each in told] == [(1, Act.APPROVE), (2, Act.EXPORT_HISTORY)]
    assert told[1].previous == told[0].own
    assert told[1].own == head.hash == await store.read(lambda conn: history.hash_at(conn, here, 2))
    assert await store.read(lambda conn: history.hash_at(conn, here, 9)) is None


@pytest.mark.parametrize("change", ["decision = 'nonsense'", "to_status = 'nonsense'", "details = '[1]'"])
async def test_a_row_that_we_could_not_have_written_is_named_too(store: Store, make: Make, change: str) -> None:
    for _ in range(4):
        await make.comment()
    await store.write(_open_the_wall)
    await store.write(lambda conn: conn.execute(sa.text(f"UPDATE decision SET {change} WHERE number = 3")))
    found = await store.read(lambda conn: history.first_fault(conn, make.site.id))
    assert found == Fault(3, "its content is not what was written")


@pytest.mark.parametrize("change", ["details = 'no JSON'", "created_at = 'no time'"])
async def test_what_cannot_even_be_read_is_named(store: Store, make: Make, change: str) -> None:
    """SQLite keeps anything in any column; PostgreSQL would refuse such values itself."""
    for _ in range(4):
        await make.comment()
    is_sqlite = await store.read(lambda conn: conn.dialect.name == "sqlite")
    await store.write(_open_the_wall)
    change = change if is_sqlite else "reason = 'other'"
    await store.write(lambda conn: conn.execute(sa.text(f"UPDATE decision SET {change} WHERE number = 3")))
    found = await store.read(lambda conn: history.first_fault(conn, make.site.id))
    assert found == Fault(3, "its content is not what was written")
