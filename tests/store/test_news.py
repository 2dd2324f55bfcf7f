"""What is told to those who listen: everything once, in order, whoever writes meanwhile."""

import asyncio

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from commentsvc.domain.status import CommentStatus, Decision
from commentsvc.store import news
from commentsvc.store.engine import Store
from commentsvc.store.news import Cursor, News
from commentsvc.store.schema import comment
from tests.store.make_comments import Make

pytestmark = pytest.mark.anyio


async def _told(store: Store, cursor: Cursor, *, count: int) -> News:
    """News, once they are so many: PostgreSQL holds them back while anybody on the server writes, in any database."""
    async with asyncio.timeout(60):
        while True:
            found = await store.read(lambda conn: news.since(conn, cursor, limit=10))
            if len(found.comments) + len(found.moved) >= count:
                return found
            await asyncio.sleep(0.02)


async def test_new_comments_and_decisions_are_told_once(store: Store, make: Make) -> None:
    before = await store.read(news.now)
    waiting = await make.comment(status=CommentStatus.PENDING)
    decided = await make.comment(status=CommentStatus.PENDING)
    await make.decide(decided, Decision.APPROVE)

    found = await _told(store, before, count=2)

    assert [each.id for each in found.comments] == [waiting]
    assert [each.id for each in found.moved] == [decided]
    again = await store.read(lambda conn: news.since(conn, found.until, limit=10))
    assert (again.comments, again.moved, again.until) == ([], [], found.until)


@pytest.mark.parametrize("ends_by", ["commit", "rollback"])
async def test_a_row_that_appears_late_is_not_passed_over(
    store: Store, make: Make, database_url: str, ends_by: str
) -> None:
    """On SQLite nobody writes meanwhile; on PostgreSQL the later comment waits for the earlier one."""
    if not database_url.startswith("postgresql"):
        assert await store.read(lambda conn: conn.scalar(sa.text("PRAGMA journal_mode"))) == "wal"  # one writer
        return
    begin = await store.read(news.now)
    first = await make.comment(status=CommentStatus.PENDING)
    before = (await _told(store, begin, count=1)).until
    engine = create_async_engine(database_url)
    async with engine.connect() as other:
        slow = await other.begin()
        row = (await other.execute(sa.select(comment).where(comment.c.public_id == first))).one()._asdict()
        late = row | {"public_id": "late", "text_digest": b"late"}
        del late["id"]
        await other.execute(sa.insert(comment).values(late))
        quick = await make.comment(status=CommentStatus.PENDING)
        held_back = await store.read(lambda conn: news.since(conn, before, limit=10))
        assert (held_back.comments, held_back.until) == ([], before)
        await (slow.commit() if ends_by == "commit" else slow.rollback())
    await engine.dispose()
    wanted = (["late"] if ends_by == "commit" else []) + [quick]
    told = await _told(store, before, count=len(wanted))
    assert [each.id for each in told.comments] == wanted
