"""The exported file: its form is described in docs/privacy.md, and a field once given keeps its name and meaning."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from commentsvc.domain.clock import wire_time
from commentsvc.domain.rights import HeldPerson, HeldWords
from commentsvc.domain.site import Site

FORMAT = "commentsvc.person"
VERSION = 1


def export_of(site: Site, person: HeldPerson, written: Sequence[HeldWords], now: datetime) -> dict[str, object]:
    """All that is held, as JSON: times in UTC, what is absent null."""
    about = {
        "address": {"is_held": person.has_sealed_address, "form": "sealed; this export cannot open it"},
        "blind_index": {"is_held": person.has_blind_index},
        "first_seen_at": person.first_seen_at,
        "confirmed_at": person.confirmed_at,
        "last_told_at": person.last_told_at,
        "muted_at": person.muted_at,
        "record": {"approved": person.approved, "rejected": person.rejected, "spam": person.spam},
        "is_blocked": person.is_blocked,
    }
    told: dict[str, object] = _json(
        {
            "format": FORMAT,
            "version": VERSION,
            "exported_at": now,
            "site": {"key": site.key, "name": site.name},
            "author": about,
            "subscriptions": [asdict(each) for each in person.subscriptions],
            "mails": [asdict(each) for each in person.mails],
            "comments": [asdict(each) for each in written],
        }
    )
    return told


def _json(value: Any) -> Any:  # noqa: ANN401 - any part of the file
    if isinstance(value, datetime):
        return wire_time(value)
    if isinstance(value, dict):
        return {name: _json(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_json(part) for part in value]
    return value
