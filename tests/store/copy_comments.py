"""Very many comments, made by the database itself from one."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.store.schema import comment

number = sa.literal_column("n.i", sa.Integer)
"""1, 2, 3 … in an expression for a copy's column."""
FIRST = 1_000_000
"""Copies have the row ids from here on."""


def copy_many(conn: Connection, public_id: str, many: int, **columns: sa.ColumnElement[Any]) -> None:
    """Copy a comment `many` times; row ids are ``FIRST + number``, public ids ``copyNUMBER``."""
    start = sa.select(sa.literal(1).label("i")).cte("n", recursive=True)
    numbers = start.union_all(sa.select(start.c.i + 1).where(start.c.i < many))
    own: dict[str, sa.ColumnElement[Any]] = {
        "id": FIRST + number,
        "public_id": sa.literal("copy") + sa.cast(number, sa.Text),
        **columns,
    }
    values = [own.get(column.name, column).label(column.name) for column in comment.columns]
    query = sa.select(*values).select_from(sa.join(numbers, comment, sa.true())).where(comment.c.public_id == public_id)
    conn.execute(sa.insert(comment).from_select([column.name for column in comment.columns], query))
