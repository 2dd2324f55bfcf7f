"""Bringing a database's tables up to date, with Alembic, for both engines."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from commentsvc.domain.errors import CommentsvcError

_FOLDER = Path(__file__).with_name("migrations")
_LOCK = 0x636F6D6D656E74  # "comment"; any number that only we use


class DatabaseNewerError(CommentsvcError):
    """The database was written by a newer version of this program."""

    code, status = "database_newer", 503
    public = "The service is being updated. Please try again in a few minutes."


class MigrationsMissingError(CommentsvcError):
    """The database is older than this program, and nobody has run `commentsvc migrate`."""

    code, status = "migrations_missing", 503
    public = "The service is being updated. Please try again in a few minutes."


def upgrade(conn: Connection) -> None:
    """Run the migrations that are missing; on PostgreSQL, one process at a time.

    Raises:
        DatabaseNewerError: The database knows a revision that this program does not.
    """
    if conn.dialect.name == "postgresql":
        conn.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    config = _config(conn)
    if _is_behind(conn, config):
        command.upgrade(config, "head")


def check_revision(conn: Connection) -> None:
    """Only look.

    Raises:
        DatabaseNewerError: The database knows a revision that this program does not.
        MigrationsMissingError: The database lacks some.
    """
    if _is_behind(conn, _config(conn)):
        raise MigrationsMissingError("The database is older than this program. Run `commentsvc migrate`.")


def _config(conn: Connection) -> Config:
    config = Config(attributes={"connection": conn})
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    return config


def _is_behind(conn: Connection, config: Config) -> bool:
    ours = ScriptDirectory.from_config(config)
    found = MigrationContext.configure(conn).get_current_revision()
    known = {script.revision for script in ours.walk_revisions()}
    if found is not None and found not in known:
        raise DatabaseNewerError(
            f"The database was written by a newer version of commentsvc (revision {found}). Update this one."
        )
    return found != ours.get_current_head()
