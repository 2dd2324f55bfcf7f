"""Ids of rows that are written soon, so that others can be written with them by the same statement."""

import sqlalchemy as sa


def next_of(dialect: str, table: sa.Table) -> sa.ColumnElement[int]:
    """The next id of a table: on PostgreSQL nobody else's from now on, on SQLite in a transaction that writes."""
    if dialect == "postgresql":
        return sa.func.nextval(f"{table.name}_id_seq", type_=sa.BigInteger)
    last = sa.select(sa.func.max(table.c.id)).correlate(None).scalar_subquery()
    return sa.func.coalesce(last, 0) + 1
