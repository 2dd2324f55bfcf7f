"""Threads move on: readers see something else now, and whoever keeps finished answers hears of it after the commit."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.store.schema import thread

_REMEMBERED = 10_000
_NOTED = "commentsvc.moved"


def move_on(conn: Connection, thread_ids: Collection[int], also: Mapping[str, Any] | None = None) -> None:
    """Move the revision of threads in which readers see something else from now on.

    Args:
        conn: In a transaction that writes; after its commit `Moves` is told.
        thread_ids: Row ids.
        also: Other columns to set in the same statement.
    """
    if not thread_ids:
        return
    values = {"revision": thread.c.revision + 1, **(also or {})}
    conn.execute(sa.update(thread).where(thread.c.id.in_(thread_ids)).values(values))
    conn.info.setdefault(_NOTED, set()).update(thread_ids)


def take_noted(conn: Connection) -> frozenset[int]:
    """Row ids of the threads that moved on in this transaction, to be told once it is committed."""
    return frozenset(conn.info.pop(_NOTED, ()))


class Moves:
    """When threads last moved on, in steps that only grow.

    Whoever keeps an answer takes `now` before reading the database, and compares it with `of` later: an answer that is
    older than the last step of its thread has to be asked for again.
    """

    def __init__(self) -> None:
        self._now = 0
        self._all_at = 0
        self._at: dict[int, int] = {}
        self._listeners: list[Callable[[Collection[int]], None]] = []

    def on_own(self, listener: Callable[[Collection[int]], None]) -> None:
        """Let somebody hear, after each commit of this process, which threads it moved on."""
        self._listeners.append(listener)

    @property
    def now(self) -> int:
        """The last step of all."""
        return self._now

    def of(self, thread_id: int | None) -> int:
        """The last step that may have changed this thread; None: of all, for a thread that is not there yet."""
        if thread_id is None:
            return self._now
        return self._at.get(thread_id, self._all_at)

    def tell(self, thread_ids: Collection[int]) -> None:
        """These have moved on."""
        self._now += 1
        if len(self._at) + len(thread_ids) > _REMEMBERED:
            self._forget()
        else:
            self._at.update(dict.fromkeys(thread_ids, self._now))

    def tell_own(self, thread_ids: Collection[int]) -> None:
        """These have moved on by a commit of this process."""
        self.tell(thread_ids)
        for listener in self._listeners:
            listener(thread_ids)

    def tell_all(self) -> None:
        """Any may have moved on: another process wrote, or its word may have been missed."""
        self._now += 1
        self._forget()

    def _forget(self) -> None:
        self._all_at = self._now
        self._at.clear()
