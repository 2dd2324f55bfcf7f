"""Reading whole tables for a backup: every row of one snapshot, in portions, in terms that both engines share."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.backups import Kind, Shape
from commentsvc.store.schema import UtcTime, metadata

AT_ONCE = 200
"""Rows in memory; a comment with its words, HTML and tree has some ten thousand characters."""

_KINDS: tuple[tuple[type[Any], Kind], ...] = (
    (UtcTime, Kind.MOMENT),
    (sa.Boolean, Kind.BOOLEAN),
    (sa.Integer, Kind.INTEGER),
    (sa.LargeBinary, Kind.BYTES),
    (sa.JSON, Kind.JSON),
    (sa.Text, Kind.TEXT),
)


def shapes() -> list[Shape]:
    """Every table of the present schema; what a row refers to comes before it. The full-text index is none of them."""
    return [
        Shape(table.name, {column.name: _kind(column) for column in table.columns}) for table in metadata.sorted_tables
    ]


def count(conn: Connection, shape: Shape) -> int:
    """The rows of one table."""
    return conn.execute(sa.select(sa.func.count()).select_from(metadata.tables[shape.table])).scalar_one()


def rows(conn: Connection, shape: Shape) -> Iterator[Sequence[Sequence[Any]]]:
    """All rows of one table in the order of their key, in portions; a reply comes after what it answers."""
    table = metadata.tables[shape.table]
    query = sa.select(*(table.c[name] for name in shape.columns)).order_by(*table.primary_key)
    yield from conn.execute(query.execution_options(yield_per=AT_ONCE)).partitions()


def _kind(column: sa.Column[Any]) -> Kind:
    for kind, ours in _KINDS:
        if isinstance(column.type, kind):
            return ours
    raise TypeError(f"{column} has a type that a backup does not know")
