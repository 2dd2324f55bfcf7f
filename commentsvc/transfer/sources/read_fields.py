"""Values out of records that may hold anything."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from commentsvc.domain.emails import EmailAddress
from commentsvc.domain.text import clean_line

LONGEST_ID = 200
_SPELLED = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,]\d+)?\s*(?:(Z|UTC)|([+-]\d\d):?(\d\d))?(?:\s.*)?", re.ASCII
)
"""As databases and Go print times: ``2021-10-08 15:32:27.5 +0800 CST``."""
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)
NO_TIME = "Its time cannot be read."
NO_ID = "It has no id."


def text(record: Mapping[str, Any], name: str) -> str:
    """A text; empty if there is none. Numbers are taken as they are written."""
    value = record.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value)


def identity(record: Mapping[str, Any], name: str) -> str:
    """An id, on one line; empty if there is none."""
    return clean_line(text(record, name))[:LONGEST_ID]


def flag(record: Mapping[str, Any], name: str) -> bool:
    """True, or a word or number for it."""
    value = record.get(name)
    return value is True or (isinstance(value, str | int) and str(value).lower() in {"1", "true"})


def number(record: Mapping[str, Any], name: str) -> int:
    """A whole number; 0 if there is none."""
    value = record.get(name)
    try:
        return int(value) if isinstance(value, str | int) else 0
    except ValueError:
        return 0


def email(record: Mapping[str, Any], name: str) -> EmailAddress | None:
    """What was typed as an address."""
    found = text(record, name)
    return EmailAddress(found) if found else None


def moment(value: object) -> datetime | None:
    """A time: as it is mostly spelled, in UTC without a zone, or seconds since 1970; None if it is none, or absurd."""
    try:
        if isinstance(value, str):
            found = _spelled(value.strip())
        elif isinstance(value, int | float) and not isinstance(value, bool):
            found = datetime.fromtimestamp(value, UTC)
        else:
            return None
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return found if _EARLIEST <= found < _LATEST else None


def record(value: object) -> dict[str, Any]:
    """A record; an empty one if it is none."""
    return value if isinstance(value, dict) else {}


def _spelled(text: str) -> datetime:
    found = _SPELLED.fullmatch(text)
    if found is None:
        raise ValueError("no time")
    day, time, utc, hours, minutes = found.groups()
    zone = "+00:00" if utc or hours is None else f"{hours}:{minutes}"
    return datetime.fromisoformat(f"{day}T{time}{zone}")
