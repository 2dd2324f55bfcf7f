"""Filling an empty database from a backup: in one transaction, and counted afterwards."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.backups import BackupError, Kind, Shape
from commentsvc.store import remembered, search_index
from commentsvc.store.migrating import knows, revision_of, upgrade
from commentsvc.store.schema import RowId, UtcTime, comment, setting

_TYPES: dict[Kind, Any] = {
    Kind.INTEGER: RowId,
    Kind.TEXT: sa.Text(),
    Kind.BOOLEAN: sa.Boolean(),
    Kind.BYTES: sa.LargeBinary(),
    Kind.MOMENT: UtcTime(),
    Kind.JSON: sa.JSON(),
}
_INDEXED_AT_ONCE = 500
_NUMBERED = sa.text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :last)")


def prepare(conn: Connection, revision: str) -> None:
    """Make the tables as they were when the backup was made.

    Raises:
        BackupError: The backup is of a newer schema, or the database holds something.
    """
    if not knows(revision):
        raise BackupError(
            f"The backup was made by a newer version of commentsvc (revision {revision}). Install that version first."
        )
    found = revision_of(conn)
    if found is None:
        upgrade(conn, revision)
    elif found != revision:
        raise BackupError(
            f"The database has tables of revision {found} already and the backup is of {revision}. Name a database "
            "without any tables."
        )
    filled = [name for name in _tables(conn) - {setting.name, "alembic_version"} if _has_rows(conn, name)]
    if filled:
        raise BackupError(
            f"The database is not empty: there are rows in {', '.join(sorted(filled))}. A backup is restored into an "
            "empty one only."
        )
    conn.execute(sa.delete(setting))


def check_shape(conn: Connection, shape: Shape) -> None:
    """Refuse a table that the database does not have, or has otherwise.

    Raises:
        BackupError: It is none of the schema's.
    """
    columns = _columns(conn, shape.table) if shape.table in _tables(conn) else set()
    if columns != set(shape.columns):
        raise BackupError(
            f"The backup's table {shape.table} is not like the one of its revision. It cannot be restored."
        )


def add(conn: Connection, shape: Shape, rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of a table that `check_shape` has passed."""
    table = _table(shape)
    names = list(shape.columns)
    values = [dict(zip(names, row, strict=True)) for row in rows]
    if values:
        conn.execute(sa.insert(table), values)


def finish(conn: Connection, shapes: Collection[Shape]) -> None:
    """Let numbering go on after the last row, bring the schema up to date, and make the full-text index."""
    if conn.dialect.name == "postgresql":
        for shape in shapes:
            _number_on(conn, shape)
    upgrade(conn)
    after = 0
    while True:
        query = sa.select(comment.c.id).where(comment.c.id > after).order_by(comment.c.id).limit(_INDEXED_AT_ONCE)
        ids = conn.execute(query).scalars().all()
        if not ids:
            return
        search_index.renew(conn, ids)
        after = ids[-1]


def count(conn: Connection, shape: Shape) -> int:
    """The rows that a table has now."""
    return conn.execute(sa.select(sa.func.count()).select_from(_table(shape))).scalar_one()


def check_key(conn: Connection, public_keys: Collection[bytes]) -> None:
    """Refuse a backup whose addresses were sealed for others.

    Raises:
        BackupError: None of these keys is the remembered one.
    """
    known = remembered.recall(conn, "sealing_key")
    if known is not None and known not in {key.hex() for key in public_keys}:
        raise BackupError(
            "The key file does not belong to this backup. Put the one in its place that was in use when it was made."
        )


def _number_on(conn: Connection, shape: Shape) -> None:
    table = _table(shape)
    if "id" not in shape.columns or shape.columns["id"] is not Kind.INTEGER:
        return
    last = conn.execute(sa.select(sa.func.max(table.c.id))).scalar_one()
    if last is not None:
        conn.execute(_NUMBERED, {"table": shape.table, "last": last})


def _table(shape: Shape) -> sa.TableClause:
    return sa.table(shape.table, *(sa.column(name, _TYPES[kind]) for name, kind in shape.columns.items()))


def _tables(conn: Connection) -> set[str]:
    """Ours: what the full-text index is made of is not asked for."""
    return {name for name in sa.inspect(conn).get_table_names() if not name.startswith("comment_search")}


def _columns(conn: Connection, name: str) -> set[str]:
    return {column["name"] for column in sa.inspect(conn).get_columns(name)}


def _has_rows(conn: Connection, name: str) -> bool:
    return conn.execute(sa.select(sa.literal(1)).select_from(sa.table(name)).limit(1)).first() is not None
