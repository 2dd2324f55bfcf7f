"""Rows of several tables in one statement, or, on SQLite, in as many as there are rows."""

import asyncio

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from commentsvc.store.engine import Store
from commentsvc.store.insert_together import OutrunError, insert_together
from commentsvc.store.row_ids import next_of
from commentsvc.store.schema import author, setting
from tests.store.count_statements import listening
from tests.store.make_comments import NOW, Make, add_pending, open_thread

pytestmark = pytest.mark.anyio


def _settings(*names: str) -> list[tuple[sa.Table, dict[str, object]]]:
    return [(setting, {"name": name, "value": f'"{name}"'}) for name in names]


async def test_rows_of_two_tables_are_written_in_their_order(store: Store, make: Make, database_url: str) -> None:
    new = (author, {"id": 7, "site_id": make.site.id, "first_seen_at": NOW})
    with listening(store) as heard:
        await store.write(lambda conn: insert_together(conn, [*_settings("a"), new, *_settings("b")]))
    assert len(heard.statements) == (1 if database_url.startswith("postgresql") else 3)
    assert [row.name for row in await make.rows(setting)] == ["a", "b"]
    assert [(row.id, row.site_id, row.first_seen_at, row.approved_count) for row in await make.rows(author)] == [
        (7, make.site.id, NOW, 0)
    ]


async def test_more_rows_than_fit_into_a_statement_are_all_written(store: Store, make: Make) -> None:
    names = [f"name{number:02}" for number in range(20)]
    await store.write(lambda conn: insert_together(conn, _settings(*names)))
    assert [row.name for row in await make.rows(setting)] == names


async def test_nothing_stays_of_rows_of_which_one_cannot_be(store: Store, make: Make) -> None:
    nowhere = (author, {"id": 7, "site_id": make.site.id + 1, "first_seen_at": NOW})
    with pytest.raises(IntegrityError):
        await store.write(lambda conn: insert_together(conn, [*_settings("a"), nowhere]))
    assert await make.rows(setting) == []


async def test_the_next_id_is_one_that_no_row_has(store: Store, make: Make) -> None:
    def add(conn: Connection) -> int:
        row_id: int = conn.execute(sa.select(next_of(conn.dialect.name, author))).scalar_one()
        insert_together(conn, [(author, {"id": row_id, "site_id": make.site.id, "first_seen_at": NOW})])
        return row_id

    found = await asyncio.gather(*(store.write(add) for _ in range(20)))
    assert sorted(found) == [row.id for row in await make.rows(author)]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has one that writes
async def test_a_job_that_was_outrun_is_done_again_and_not_for_ever(store: Store, make: Make) -> None:
    tries = 0

    def write(conn: Connection) -> None:
        nonlocal tries
        tries += 1
        insert_together(conn, _settings("a"))

    await store.write(write)
    with pytest.raises(OutrunError):
        await store.write(write)
    assert tries == 1 + 3
    assert len(await make.rows(setting)) == 1


async def test_a_new_comment_with_all_it_brings_is_one_statement_besides_the_question_for_its_id(
    store: Store, make: Make, database_url: str
) -> None:
    thread, site_id = await make.thread(), make.site.id
    await store.write(lambda conn: add_pending(conn, open_thread(conn, site_id), author_id=None))
    author_id = (await make.rows(author))[0].id
    with listening(store) as heard:
        await store.write(lambda conn: add_pending(conn, thread, author_id=author_id))
    assert len(heard.statements) == (2 if database_url.startswith("postgresql") else 3)
