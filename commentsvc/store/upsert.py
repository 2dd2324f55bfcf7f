"""INSERT … ON CONFLICT, which both engines speak but SQLAlchemy spells twice."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection


def insert_or_ignore(conn: Connection, table: sa.Table, values: Mapping[str, object], *, unique: list[str]) -> Any:  # noqa: ANN401 - what a primary key may be
    """Insert a row unless one with the same unique columns is there.

    Returns:
        The new row's id (or whatever its primary key begins with); None if there was one already.
    """
    key = next(iter(table.primary_key))
    if conn.dialect.name == "postgresql":
        pg = postgresql.insert(table).values(values).on_conflict_do_nothing(index_elements=unique)
        return conn.execute(pg.returning(key)).scalar_one_or_none()
    lite = sqlite.insert(table).values(values).on_conflict_do_nothing(index_elements=unique)
    return conn.execute(lite.returning(key)).scalar_one_or_none()


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
