"""What PostgreSQL lets the public service do: everything that it needs, and to read no sealed address."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import ExecutableDDLElement
from sqlalchemy.sql.compiler import DDLCompiler

from commentsvc.store.schema import decision, metadata
from commentsvc.store.schema.columns import SEALED

_EVERYTHING = "SELECT, INSERT, UPDATE, DELETE"
_ALL_BUT_READING = "INSERT, UPDATE, DELETE"
_FEWER = {
    decision.name: "SELECT, INSERT",  # the history only grows
    "alembic_version": "SELECT",
}
"""Tables that the service changes less of."""


class _Grant(ExecutableDDLElement):
    """GRANT, or with `is_taken` REVOKE ALL, for one role."""

    inherit_cache = False

    def __init__(
        self, role: str, on: str, name: str, rights: str = "", *, columns: Sequence[str] = (), is_taken: bool = False
    ) -> None:
        self.role, self.on, self.name, self.rights = role, on, name, rights
        self.columns, self.is_taken = columns, is_taken


@compiles(_Grant, "postgresql")
def _spell(grant: _Grant, compiler: DDLCompiler, **_: object) -> str:
    quote = compiler.preparer.quote_identifier
    on, role = f"{grant.on} {quote(grant.name)}", quote(grant.role)
    if grant.is_taken:
        return f"REVOKE ALL ON {on} FROM {role}"
    columns = f" ({', '.join(map(quote, grant.columns))})" if grant.columns else ""
    return f"GRANT {grant.rights}{columns} ON {on} TO {role}"


def is_known(conn: Connection, role: str) -> bool:
    """Whether the database server has a role of this name."""
    found = conn.execute(sa.text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role})
    return found.first() is not None


def may_do_all(conn: Connection, role: str) -> bool:
    """Whether a role has the owner's rights anyway: it is the owner, belongs to it, or is a superuser."""
    query = sa.text("SELECT pg_has_role(:role, current_user, 'MEMBER')")
    return bool(conn.execute(query, {"role": role}).scalar_one())


def grant(conn: Connection, role: str) -> None:
    """Give a role what the public service needs, and take whatever else it had on our tables.

    To be run again after each migration.

    Args:
        conn: As the owner of the tables, in a transaction that writes, on PostgreSQL.
        role: Known to the server.
    """
    found = sa.inspect(conn)
    conn.execute(_Grant(role, "SCHEMA", found.default_schema_name or "public", "USAGE"))
    for name in found.get_table_names():
        conn.execute(_Grant(role, "TABLE", name, is_taken=True))
        readable = readable_columns(name)
        rights = _FEWER.get(name, _ALL_BUT_READING if readable else _EVERYTHING)
        conn.execute(_Grant(role, "TABLE", name, rights))
        if readable:
            conn.execute(_Grant(role, "TABLE", name, "SELECT", columns=readable))
    for name in found.get_sequence_names():
        conn.execute(_Grant(role, "SEQUENCE", name, "USAGE"))


def readable_columns(table: str) -> list[str]:
    """The columns that may be read of a table which has others; empty if all of it may be read."""
    columns = metadata.tables[table].columns if table in metadata.tables else ()
    some = [column.name for column in columns if SEALED not in column.info]
    return some if len(some) < len(columns) else []
