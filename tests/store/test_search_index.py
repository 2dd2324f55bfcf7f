"""The full-text index follows every change of a comment, and forgets what was erased."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from commentsvc.domain.comment import Rendered
from commentsvc.domain.status import CommentStatus, Decision
from commentsvc.store import rerendering, search_index
from commentsvc.store.engine import Store
from commentsvc.store.schema import comment
from tests.store.make_comments import Make, new_make

pytestmark = pytest.mark.anyio


async def test_it_is_in_step_after_a_post_a_decision_and_new_markup_and_a_lag_would_be_seen(
    store: Store, make: Make
) -> None:
    ids = [(await make.row(await make.comment(status=status))).id for status in CommentStatus]

    async def lagging() -> list[int]:
        return await store.read(lambda conn: search_index.out_of_step(conn, ids))

    assert await lagging() == []
    waiting = await make.comment(status=CommentStatus.PENDING)
    await make.decide(waiting, Decision.MARK_SPAM)
    assert await lagging() == []
    new = Rendered("<p>Others.</p>", [["p", "Others."]], "Others.", (), 2)
    await store.write(lambda conn: rerendering.replace(conn, [(ids[0], new)]))
    assert await lagging() == []
    await store.write(lambda conn: conn.execute(sa.update(comment).where(comment.c.id == ids[1]).values(text="New")))
    assert await lagging() == [ids[1]]
    await store.write(lambda conn: search_index.renew(conn, ids))
    assert await lagging() == []


async def test_erased_words_are_gone_from_the_files_after_the_index_was_compacted(tmp_path: Path) -> None:
    file = tmp_path / "comments.db"
    canaries = [f"canary{number}{'feather' * 5}" for number in range(50)]

    def found() -> int:
        files = b"".join(path.read_bytes() for path in tmp_path.glob("comments.db*"))
        return sum(canary.encode() in files for canary in canaries)

    store = Store(f"sqlite+aiosqlite:///{file}")
    await store.open()
    make = await new_make(store)
    rows = [(await make.row(await make.comment(status=CommentStatus.PENDING, name=canary))).id for canary in canaries]
    assert found() == 50

    def erase(conn: sa.Connection) -> None:
        conn.execute(sa.update(comment).values(name="", source="", html="", tree=[], text=""))
        search_index.renew(conn, rows)
        search_index.compact(conn)

    await store.write(erase)
    await store.close()
    with closing(sqlite3.connect(file)) as conn:
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert found() == 0
