"""Rows of several tables that are written at once: what a new comment brings along.

PostgreSQL is given all of them in one statement, because the way there and back costs more than what is done at its
end. SQLite has no way to go, and gets them one by one.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from commentsvc.store.compiled_once import CompiledOnce

Row = tuple[sa.Table, Mapping[str, object]]
_Shape = tuple[tuple[sa.Table, tuple[str, ...]], ...]

_AT_ONCE = 8
"""Rows of one statement, at most."""
_STATEMENTS = 64
"""So many are kept. They differ in their tables and columns alone; new comments need about a dozen."""
_UNIQUE_VIOLATION = "23505"


class OutrunError(Exception):
    """Somebody else has just written a row with the same unique columns; done again, the job will see it."""


def insert_together(conn: Connection, rows: Sequence[Row]) -> None:
    """Insert rows that may refer to those before them.

    Raises:
        OutrunError: One is there already, on PostgreSQL; on SQLite nobody else writes meanwhile.
    """
    if conn.dialect.name != "postgresql":
        for table, values in rows:
            _of_one(table).run(conn, values)
        return
    try:
        for first in range(0, len(rows), _AT_ONCE):
            _insert_at_once(conn, rows[first : first + _AT_ONCE])
    except IntegrityError as error:
        if getattr(error.orig, "sqlstate", None) == _UNIQUE_VIOLATION:
            raise OutrunError from error
        raise


def _insert_at_once(conn: Connection, rows: Sequence[Row]) -> None:
    values = {
        name: value
        for number, (_, given) in enumerate(rows)
        for name, value in zip(_names(number, given), given.values(), strict=True)
    }
    _of_several(tuple((table, tuple(given)) for table, given in rows)).run(conn, values)


@cache
def _of_one(table: sa.Table) -> CompiledOnce:
    return CompiledOnce(sa.insert(table))


@lru_cache(maxsize=_STATEMENTS)
def _of_several(shape: _Shape) -> CompiledOnce:
    inserts = [
        sa.insert(table).values(
            {
                column: sa.bindparam(name, type_=table.c[column].type)
                for column, name in zip(columns, _names(number, columns), strict=True)
            }
        )
        for number, (table, columns) in enumerate(shape)
    ]
    written = [insert.cte(f"row_{number}") for number, insert in enumerate(inserts)]
    return CompiledOnce(sa.select(sa.literal_column("1")).add_cte(*written))


def _names(number: int, columns: Iterable[str]) -> list[str]:
    """What the parameters of one row are called; the same column may be in another row too."""
    return [f"row_{number}_{column}" for column in columns]
