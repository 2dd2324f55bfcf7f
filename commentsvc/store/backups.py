"""What the database remembers of its backups: one is made at a time, and the last one can be asked for."""

from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.backups import LastBackup, Rotation
from commentsvc.store import remembered
from commentsvc.store.schema import setting

_NAME = "last_backup"


def last(conn: Connection) -> LastBackup:
    """What is known of the last one."""
    return _as_last(remembered.recall(conn, _NAME))


def begin(conn: Connection, rotation: Rotation, *, now: datetime) -> bool:
    """Whether a backup is due and nobody else makes it; whoever is told True makes it."""
    remembered.remember_first(conn, _NAME, {})
    row = sa.select(setting.c.value).where(setting.c.name == _NAME).with_for_update()
    known = _as_last(conn.execute(row).scalar_one())
    if not known.is_due(rotation, now):
        return False
    _remember(conn, replace(known, begun_at=now))
    return True


def note_done(conn: Connection, *, at: datetime) -> None:
    """Remember a backup that was written and checked.

    Args:
        conn: In a transaction that writes.
        at: When it was begun: what came later is not in it.
    """
    _remember(conn, LastBackup(finished_at=at, unremoved=last(conn).unremoved))


def note_removal(conn: Connection, why: str | None) -> None:
    """Remember why older ones could not be removed; None: they are gone."""
    known = last(conn)
    if known.unremoved != why:
        _remember(conn, replace(known, unremoved=why))


def note_failed(conn: Connection, why: str, *, now: datetime) -> None:
    """Remember that a backup failed, and why, in words without a reader's."""
    _remember(conn, replace(last(conn), begun_at=None, failed_at=now, why=why))


def _remember(conn: Connection, known: LastBackup) -> None:
    value = {
        "begun_at": _text(known.begun_at),
        "finished_at": _text(known.finished_at),
        "failed_at": _text(known.failed_at),
        "why": known.why,
        "unremoved": known.unremoved,
    }
    remembered.remember(conn, _NAME, value)


def _as_last(value: object) -> LastBackup:
    if not isinstance(value, dict):
        return LastBackup()
    moments = {name: _moment(value.get(name)) for name in ("begun_at", "finished_at", "failed_at")}
    return LastBackup(**moments, why=value.get("why"), unremoved=value.get("unremoved"))


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _moment(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None
