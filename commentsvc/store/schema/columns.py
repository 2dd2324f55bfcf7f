"""What every table is made of: times in UTC, row ids, references."""

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

_NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = sa.MetaData(naming_convention=_NAMING)

SEALED = "sealed"
"""In a column's `info`: the public service writes it and never reads it."""

RowId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""SQLite numbers rows only in an INTEGER PRIMARY KEY."""


class UtcTime(sa.types.TypeDecorator[datetime]):
    """An aware moment in UTC; SQLite keeps it as text without the zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times; hand SQLite the bare UTC time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without its zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Give back an aware time in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def row_id() -> sa.Column[int]:
    """The row's own number, which never leaves the server."""
    return sa.Column("id", RowId, primary_key=True, autoincrement=True)


def to(table: str, *, name: str | None = None, nullable: bool = False) -> sa.Column[int]:
    """A reference to a row of another table; the column is named after it."""
    return sa.Column(name or f"{table}_id", RowId, sa.ForeignKey(f"{table}.id"), nullable=nullable)


def sealed(name: str, *, nullable: bool) -> sa.Column[bytes]:
    """An address in a sealed box: who cannot open it has no reason to read it, and `grants` sees to it."""
    return sa.Column(name, sa.LargeBinary, nullable=nullable, info={SEALED: True})


def count(name: str) -> sa.Column[int]:
    """A counter that begins at 0."""
    return sa.Column(name, sa.Integer, nullable=False, server_default="0")


def at(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    """A moment."""
    return sa.Column(name, UtcTime, nullable=nullable)
