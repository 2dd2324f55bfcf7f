"""Small facts about the installation itself."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.store.schema import setting
from commentsvc.store.upsert import insert_or_change, insert_or_ignore


def recall(conn: Connection, name: str) -> object | None:
    """The value remembered under this name."""
    return conn.execute(sa.select(setting.c.value).where(setting.c.name == name)).scalar_one_or_none()


def remember_first(conn: Connection, name: str, value: object) -> None:
    """Remember a JSON value under this name, unless there is one."""
    insert_or_ignore(conn, setting, {"name": name, "value": value}, unique=["name"])


def remember(conn: Connection, name: str, value: object) -> None:
    """Remember a JSON value under this name."""
    insert_or_change(conn, setting, {"name": name, "value": value}, unique=["name"], changed="value")
