"""Bringing a database's tables up to date, with Alembic, for both engines."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from commentsvc.domain.errors import DatabaseNewerError, MigrationsMissingError

_FOLDER = Path(__file__).with_name("migrations")
_LOCK = 0x636F6D6D656E74  # "comment"; any number that only we use


def upgrade(conn: Connection, to: str = "head") -> None:
    """Run the migrations that are missing; on PostgreSQL, one process at a time.

    Args:
        conn: In a transaction.
        to: The revision to stop at.

    Raises:
        DatabaseNewerError: The database knows a revision that this program does not.
    """
    if conn.dialect.name == "postgresql":
        conn.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    config = _config(conn)
    if _is_behind(conn, config):
        command.upgrade(config, to)


def check_revision(conn: Connection) -> None:
    """Only look.

    Raises:
        DatabaseNewerError: The database knows a revision that this program does not.
        MigrationsMissingError: The database lacks some.
    """
    if _is_behind(conn, _config(conn)):
        raise MigrationsMissingError("The database is older than this program. Run `commentsvc migrate`.")


def revision_of(conn: Connection) -> str | None:
    """The revision of a database's tables; None if it has none."""
    return MigrationContext.configure(conn).get_current_revision()


def knows(revision: str) -> bool:
    """Whether this program has the migration of that name."""
    return revision in {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def _config(conn: Connection | None = None) -> Config:
    config = Config(attributes={"connection": conn})
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    return config


def _is_behind(conn: Connection, config: Config) -> bool:
    ours = ScriptDirectory.from_config(config)
    found = revision_of(conn)
    known = {script.revision for script in ours.walk_revisions()}
    if found is not None and found not in known:
        raise DatabaseNewerError(
            f"The database was written by a newer version of commentsvc (revision {found}). Update this one."
        )
    return found != ours.get_current_head()
