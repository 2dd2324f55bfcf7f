"""Small facts about the installation itself."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.store.schema import setting


def recall(conn: Connection, name: str) -> object | None:
    """The value remembered under this name."""
    return conn.execute(sa.select(setting.c.value).where(setting.c.name == name)).scalar_one_or_none()


def remember(conn: Connection, name: str, value: object) -> None:
    """Remember a JSON value under this name."""
    if conn.execute(sa.update(setting).where(setting.c.name == name).values(value=value)).rowcount == 0:
        conn.execute(sa.insert(setting).values(name=name, value=value))
