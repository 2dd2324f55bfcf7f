"""What a backup is: its head, the tables in it, and where the last one stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from commentsvc.domain.errors import CommentsvcError

FORMAT = 1
"""Raised whenever an older program could no longer read what a newer one writes."""


class BackupError(CommentsvcError):
    """A backup cannot be written, read or restored; the message says what to do about it."""

    code, status = "backup_unusable", 500


class Kind(StrEnum):
    """What a column holds; both engines mean the same by it."""

    INTEGER = "integer"
    TEXT = "text"
    BOOLEAN = "boolean"
    BYTES = "bytes"
    MOMENT = "moment"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Shape:
    """A table as it stands in a backup: its columns in their order, by name."""

    table: str
    columns: Mapping[str, Kind]


@dataclass(frozen=True, slots=True)
class Head:
    """What a backup says of itself before its rows."""

    revision: str
    """Of the schema, as migrations name it."""
    created_at: datetime
    engine: str
    """Where it was made; it restores into either."""
    counts: Mapping[str, int]
    """Table → rows, in the order in which they come."""

    @property
    def rows(self) -> int:
        """Of all tables together."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Rotation:
    """When a scheduled backup is due."""

    every: timedelta
    tries_again_after: timedelta = timedelta(hours=1)
    gives_up_after: timedelta = timedelta(hours=6)
    """A backup that was begun so long ago and is not finished has died."""


@dataclass(frozen=True, slots=True)
class LastBackup:
    """What the database remembers of its backups."""

    begun_at: datetime | None = None
    """Of one that is being made."""
    finished_at: datetime | None = None
    """Of the newest one that was written and checked."""
    failed_at: datetime | None = None
    """Of the last try, if it failed."""
    why: str | None = None
    unremoved: str | None = None
    """Why older ones are still there that were to be removed."""

    def is_due(self, rotation: Rotation, now: datetime) -> bool:
        """Whether the next one is to be begun now."""
        if self.finished_at is not None and self.finished_at > now - rotation.every:
            return False
        if self.begun_at is not None and self.begun_at > now - rotation.gives_up_after:
            return False
        return self.failed_at is None or self.failed_at <= now - rotation.tries_again_after
