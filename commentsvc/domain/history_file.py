"""An exported history: one entry a line, exactly as it was hashed, so that anybody can check it without us."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from commentsvc.domain.history import BEFORE_THE_FIRST, Entry, Fault, Head, as_json, content_hash


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """What an exported history is worth."""

    head: Head
    """Of the part without fault."""
    fault: Fault | None
    hashes: dict[int, bytes]
    """Of the entries that were asked for, as far as they are there."""


def as_line(entry: Entry, *, previous: bytes, own: bytes, moderator: str | None) -> str:
    """One line of the export, without its end.

    Args:
        entry: What the hash covers.
        previous: The hash before it.
        own: Its hash.
        moderator: Display name, for people; no hash covers it, because names change.
    """
    line = {"entry": as_json(entry), "previous_hash": previous.hex(), "hash": own.hex(), "moderator_name": moderator}
    return json.dumps(line, ensure_ascii=False, separators=(",", ":"))


def check_file(lines: Iterable[str], *, wanted: frozenset[int] = frozenset()) -> CheckedFile:
    """Walk an export from its first line; it must begin with entry 1.

    Args:
        lines: As `as_line` makes them; empty ones are passed over.
        wanted: Numbers of entries whose hashes somebody noted down.
    """
    head = Head(0, BEFORE_THE_FIRST)
    hashes: dict[int, bytes] = {}
    for line in lines:
        if not line.strip():
            continue
        fault, head = _step(line, head)
        if fault is not None:
            return CheckedFile(head, fault, hashes)
        if head.number in wanted:
            hashes[head.number] = head.hash
    return CheckedFile(head, None, hashes)


def _step(line: str, before: Head) -> tuple[Fault | None, Head]:
    """The head after one more line, or what is wrong with it."""
    number = before.number + 1
    try:
        read = json.loads(line)
        entry, previous, own = read["entry"], bytes.fromhex(read["previous_hash"]), bytes.fromhex(read["hash"])
        is_next, is_as_written = entry["number"] == number, own == content_hash(previous, entry)
    except (KeyError, RecursionError, TypeError, ValueError):
        return Fault(number, "the line is no entry of a history"), before
    if not is_next:
        return Fault(number, f"entry {number} is missing"), before
    if previous != before.hash:
        return Fault(number, "it is not chained to the entry before it"), before
    if not is_as_written:
        return Fault(number, "its content is not what was written"), before
    return None, Head(number, own)
