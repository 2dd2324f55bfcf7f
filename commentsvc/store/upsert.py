"""INSERT … ON CONFLICT, which both engines speak but SQLAlchemy spells twice."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from commentsvc.store.compiled_once import CompiledOnce


def insert_or_ignore(conn: Connection, table: sa.Table, values: Mapping[str, object], *, unique: list[str]) -> Any:  # noqa: ANN401 - what a primary key may be
    """Insert a row unless one with the same unique columns is there.

    Returns:
        The new row's id (or whatever its primary key begins with); None if there was one already.
    """
    return _insert_or_ignore(conn.dialect.name, table, tuple(unique)).run(conn, values).scalar_one_or_none()


def insert_or_change(
    conn: Connection, table: sa.Table, values: Mapping[str, object], *, unique: list[str], changed: str
) -> None:
    """Insert a row, or give the one with the same unique columns the new value of the column `changed`."""
    others = {changed: values[changed]}
    if conn.dialect.name == "postgresql":
        pg = postgresql.insert(table).values(values)
        conn.execute(pg.on_conflict_do_update(index_elements=unique, set_=others))
    else:
        lite = sqlite.insert(table).values(values)
        conn.execute(lite.on_conflict_do_update(index_elements=unique, set_=others))


@cache
def _insert_or_ignore(dialect: str, table: sa.Table, unique: tuple[str, ...]) -> CompiledOnce:
    """Put together once, and not for each row."""
    key = next(iter(table.primary_key))
    if dialect == "postgresql":
        return CompiledOnce(postgresql.insert(table).on_conflict_do_nothing(index_elements=unique).returning(key))
    return CompiledOnce(sqlite.insert(table).on_conflict_do_nothing(index_elements=unique).returning(key))
