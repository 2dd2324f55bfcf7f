"""Comments in the order in which they are written: by time, but each after the one that it answers.

Nothing here recurses, however long a chain of replies is.
"""

import heapq
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from commentsvc.domain.imports import Item


@dataclass(slots=True)
class Ordered:
    """A file's comments, ready to be gone through."""

    items: list[Item]
    orphans: set[str] = field(default_factory=set)
    """Ids of those whose parent is missing, or that answer each other in a ring: they stand as roots."""


def order_items(found: Mapping[str, Item], place_of: Callable[[Item], str], elsewhere: Collection[str] = ()) -> Ordered:
    """Put parents before their replies.

    Args:
        found: Id → comment, in the order of the file.
        place_of: Which thread it is in: what stands in another one is no parent.
        elsewhere: Ids of parents that are not in the file and are known all the same.
    """
    ordered = Ordered([])
    replies: dict[str, list[int]] = {}
    ready: list[tuple[datetime, int]] = []
    items = list(found.values())
    numbers = {item.id: number for number, item in enumerate(items)}
    for number, item in enumerate(items):
        parent = found.get(item.parent) if item.parent is not None else None
        if parent is not None and place_of(parent) == place_of(item):
            replies.setdefault(parent.id, []).append(number)
            continue
        if item.parent is not None and item.parent not in elsewhere:
            item.parent = None
            ordered.orphans.add(item.id)
        ready.append((item.created_at, number))
    heapq.heapify(ready)
    done = _go_through(items, replies, ready, ordered)
    for number in _ring_breakers(items, numbers, done):
        if done[number]:
            continue
        items[number].parent = None
        ordered.orphans.add(items[number].id)
        done = _go_through(items, replies, [(items[number].created_at, number)], ordered, done)
    return ordered


def answered(items: Sequence[Item], kept: Collection[str]) -> set[str]:
    """Ids of comments below which something stands that is kept.

    Args:
        items: Each after its parent.
        kept: Ids.
    """
    found: set[str] = set()
    for item in reversed(items):
        if item.parent is not None and (item.id in kept or item.id in found):
            found.add(item.parent)
    return found


def _go_through(
    items: Sequence[Item],
    replies: Mapping[str, list[int]],
    ready: list[tuple[datetime, int]],
    ordered: Ordered,
    done: list[bool] | None = None,
) -> list[bool]:
    done = done if done is not None else [False] * len(items)
    while ready:
        _, number = heapq.heappop(ready)
        if done[number]:
            continue
        done[number] = True
        ordered.items.append(items[number])
        for reply in replies.get(items[number].id, ()):
            heapq.heappush(ready, (items[reply].created_at, reply))
    return done


def _ring_breakers(items: Sequence[Item], numbers: Mapping[str, int], done: Sequence[bool]) -> Iterator[int]:
    """The earliest comment of each ring; whatever is left hangs on a ring."""
    seen = list(done)
    for start in range(len(items)):
        path: list[int] = []
        number = start
        while not seen[number]:
            seen[number] = True
            path.append(number)
            number = numbers[items[number].parent or ""]
        if number in path:
            ring = path[path.index(number) :]
            yield min(ring, key=lambda each: (items[each].created_at, each))
