"""The history of a site: numbered entries, each bound to the one before it by a hash."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from commentsvc.domain.acts import Act
from commentsvc.domain.status import CommentStatus

BEFORE_THE_FIRST = bytes(32)
"""What the first entry of a site is chained to."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One act, with everything that its hash covers."""

    site_id: int
    number: int
    """1, 2, 3, … per site, without gaps."""
    act: Act
    subject: str
    """What it was done to: a comment's public id, ``thread:ADDRESS``, ``rule:7``, ``member:3``, ``site:KEY``."""
    moderator_id: int | None
    """Row id; None: the service itself, by the site's policy, or the writer."""
    from_status: CommentStatus | None
    to_status: CommentStatus | None
    reason: str | None
    """For the history, as the moderator typed it."""
    details: Mapping[str, object]
    """JSON values: what the act needs besides, never a reader's words or address."""
    batch: str
    """The same for all that was done in one go and is undone in one go; public."""
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a site's history: note it down, and nobody can shorten or rewrite what came before."""

    number: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Fault:
    """The first entry that is not what was written."""

    number: int
    why: str


def entry_hash(previous: bytes, entry: Entry) -> bytes:
    """SHA-256 over the hash before it and the canonical JSON of an entry; 32 bytes.

    Source:
        RFC 8785 (sorted names, no insignificant space) for values that are text, whole numbers, null, lists and
        objects, as ours are; non-ASCII characters stand escaped.
    """
    return content_hash(previous, as_json(entry))


def content_hash(previous: bytes, content: Mapping[str, object]) -> bytes:
    """The same over an entry that is JSON already, as an export has it."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":")).encode("ascii")
    return hashlib.sha256(previous + canonical).digest()


def as_json(entry: Entry) -> dict[str, object]:
    """An entry as it is hashed and exported."""
    return {
        "version": 1,
        "site": entry.site_id,
        "number": entry.number,
        "act": str(entry.act),
        "subject": entry.subject,
        "moderator": entry.moderator_id,
        "from": None if entry.from_status is None else str(entry.from_status),
        "to": None if entry.to_status is None else str(entry.to_status),
        "reason": entry.reason,
        "details": dict(entry.details),
        "batch": entry.batch,
        "at": entry.created_at.astimezone(UTC).isoformat(timespec="microseconds"),
    }
