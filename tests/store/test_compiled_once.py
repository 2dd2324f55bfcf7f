"""Statements that are compiled once: found again without looking, with other values, and never mixed up."""

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import CacheStats

from commentsvc.store.compiled_once import CompiledOnce
from commentsvc.store.engine import Store
from commentsvc.store.schema import setting

pytestmark = pytest.mark.anyio


def _by_name() -> CompiledOnce:
    return CompiledOnce(sa.select(setting.c.value).where(setting.c.name == sa.bindparam("wanted")))


async def test_a_statement_is_compiled_once_whatever_the_engine_forgets(store: Store) -> None:
    by_name = _by_name()

    def how(conn: Connection) -> CacheStats:
        conn.engine.clear_compiled_cache()
        context = by_name.run(conn, {"wanted": "a"}).context
        assert context is not None
        return context.cache_hit

    assert await store.read(how) is CacheStats.CACHE_MISS
    assert await store.read(how) is CacheStats.CACHE_HIT


async def test_one_row_several_rows_and_fewer_columns_are_told_apart(store: Store) -> None:
    add, by_name = CompiledOnce(sa.insert(setting)), _by_name()

    def job(conn: Connection) -> list[object]:
        add.run(conn, {"name": "a", "value": 1})
        add.run(conn, [{"name": "b", "value": 2}, {"name": "c", "value": 3}])
        add.run(conn, {"value": 4, "name": "d"})
        return [by_name.run(conn, {"wanted": name}).scalar_one() for name in "abcd"]

    assert await store.write(job) == [1, 2, 3, 4]
