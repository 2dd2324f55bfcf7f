"""An import: a file is read whole, put in order, and written in portions; whoever is interrupted begins again."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from sqlalchemy.engine import Connection

from commentsvc.domain.errors import InvalidInputError
from commentsvc.domain.imports import (
    Fault,
    ImportFileError,
    Item,
    Outcome,
    Reader,
    Remark,
    SourceStatus,
    StatusChoice,
)
from commentsvc.domain.status import CommentStatus
from commentsvc.store import import_ledger, importing
from commentsvc.store.engine import Store
from commentsvc.store.importing import NewComment, NewThread
from commentsvc.transfer.map_threads import ThreadMap
from commentsvc.transfer.order_items import Ordered, answered, order_items
from commentsvc.transfer.prepare_comment import Preparing

MOST_COMMENTS = 1_000_000
"""In one file; all of them are in memory while they are put in order."""
_AT_ONCE = 100

_HERE = "It is here already."
_TWICE = "Its id occurs twice in the file; the first one counts."
_BY_ITSELF = "What it answers is not here: it stands by itself."
_OF_STATUS: Mapping[SourceStatus, str] = {
    SourceStatus.SPAM: "It is spam in its source.",
    SourceStatus.DELETED: "It is deleted in its source.",
    SourceStatus.REJECTED: "It was rejected in its source.",
    SourceStatus.HIDDEN: "Its article is not public in its source.",
    SourceStatus.NO_COMMENT: "It is no reader's comment: a pingback, for instance.",
}


@dataclass(slots=True)
class Imported:
    """What became of a file."""

    found: int = 0
    new: int = 0
    empty: int = 0
    """Of those, places without words."""
    known: int = 0
    skipped: int = 0
    faults: int = 0
    reasons: Counter[str] = field(default_factory=Counter)


class Importing:
    """One import.

    Args:
        store: Open.
        preparing: For which site, from which source, with which keys.
        thread_map: Finds articles.
        status: Where the comments are to stand.
        remark: Is told of everything that is not imported as it was.
        is_dry: Only look.
        advance: Is told how many comments were gone through.
    """

    def __init__(
        self,
        store: Store,
        preparing: Preparing,
        thread_map: ThreadMap,
        *,
        status: StatusChoice,
        remark: Callable[[Remark], None],
        is_dry: bool,
        advance: Callable[[int], None],
    ) -> None:
        self._store, self._preparing, self._threads = store, preparing, thread_map
        self._status, self._tell, self._is_dry, self._advance = status, remark, is_dry, advance
        self._site, self._source = preparing.site, preparing.source
        self.done = Imported()

    async def run(self, read: Reader, path: Path) -> Imported:
        """Read the file, and write what is in it.

        Raises:
            ImportFileError: The file cannot be used; nothing was written.
        """
        found = self._found(read(path))
        ordered = order_items(found, self._place, await self._parents_elsewhere(found))
        kept = {item.id for item in ordered.items if self._wanted(item) and self._is_mapped(item)}
        in_use = answered(ordered.items, kept)
        is_begun = False
        for first in range(0, len(ordered.items), _AT_ONCE):
            items = ordered.items[first : first + _AT_ONCE]
            portion = await self._portion(items, ordered, in_use)
            if portion and not self._is_dry and not is_begun:
                note = partial(importing.begin, site=self._site, source=self._source, count=len(found))
                await self._store.write(partial(note, now=self._preparing.now))
                is_begun = True
            await self._write(portion)
            self._advance(len(items))
        return self.done

    def _found(self, read: Iterator[Item | Fault]) -> dict[str, Item]:
        found: dict[str, Item] = {}
        for each in read:
            self.done.found += 1
            if self.done.found > MOST_COMMENTS:
                raise ImportFileError(f"The file has more than {MOST_COMMENTS:,} comments; import it in parts.")
            if isinstance(each, Fault):
                self._skip(each.id, each.reason, is_fault=True)
            elif each.id in found:
                self._skip(each.id, _TWICE, is_fault=True)
            else:
                found[each.id] = each
        return found

    async def _parents_elsewhere(self, found: Mapping[str, Item]) -> set[str]:
        """Parents that are not in this file, but came with an earlier one."""
        asked = {
            (thread.address, item.parent)
            for item in found.values()
            if item.parent is not None
            and item.parent not in found
            and isinstance(thread := self._threads.find(item.thread), NewThread)
        }
        return {source_id for _, source_id in await self._known(asked)}

    async def _known(self, asked: set[tuple[str, str]]) -> set[tuple[str, str]]:
        def job(conn: Connection) -> set[tuple[str, str]]:
            return import_ledger.known(conn, self._site.id, self._source, asked)

        return await self._store.read(job) if asked else set()

    def _wanted(self, item: Item) -> CommentStatus | None:
        if item.status in _OF_STATUS:
            return None
        if self._status is not StatusChoice.AS_SOURCE:
            return CommentStatus(self._status)
        return CommentStatus(item.status)

    def _place(self, item: Item) -> str:
        thread = self._threads.find(item.thread)
        return thread.address if isinstance(thread, NewThread) else item.thread.url

    def _is_mapped(self, item: Item) -> bool:
        return isinstance(self._threads.find(item.thread), NewThread)

    async def _portion(self, items: Sequence[Item], ordered: Ordered, in_use: set[str]) -> list[NewComment]:
        mapped = [(item, self._threads.find(item.thread)) for item in items]
        asked = {(thread.address, item.id) for item, thread in mapped if isinstance(thread, NewThread)}
        known = await self._known(asked)
        portion: list[NewComment] = []
        for item, thread in mapped:
            if not isinstance(thread, NewThread):
                self._skip(item.id, thread, is_fault=True)
            elif (thread.address, item.id) in known:
                self.done.known += 1
                self._remark(item.id, Outcome.SKIPPED, _HERE)
            else:
                new = self._prepared(item, thread, is_answered=item.id in in_use)
                portion += [] if new is None else [new]
                if new is not None and item.id in ordered.orphans:
                    self._remark(item.id, Outcome.CHANGED, _BY_ITSELF)
        return portion

    def _prepared(self, item: Item, thread: NewThread, *, is_answered: bool) -> NewComment | None:
        status = self._wanted(item)
        why = _OF_STATUS.get(item.status, "")
        if status is not None:
            try:
                return self._preparing.comment(item, thread, status)
            except InvalidInputError as error:
                why = error.fields.get("body", error.public)
        if not is_answered:
            self._skip(item.id, why, is_fault=status is not None)
            return None
        self._remark(item.id, Outcome.CHANGED, f"Only its place is kept, for what answers it. {why}")
        self.done.faults += status is not None
        return self._preparing.place(item, thread)

    async def _write(self, portion: list[NewComment]) -> None:
        if not portion:
            return
        if self._is_dry:
            self.done.new += len(portion)
            self.done.empty += sum(each.rendered is None for each in portion)
            return
        add = partial(importing.add, site=self._site, source=self._source, portion=portion, now=self._preparing.now)
        added = await self._store.write(add)
        self.done.new += added.new
        self.done.empty += added.empty
        self.done.known += added.known

    def _skip(self, item_id: str, reason: str, *, is_fault: bool) -> None:
        self.done.skipped += 1
        self.done.faults += is_fault
        self._remark(item_id, Outcome.SKIPPED, reason, is_fault=is_fault)

    def _remark(self, item_id: str, outcome: Outcome, reason: str, *, is_fault: bool = False) -> None:
        self.done.reasons[reason] += 1
        self._tell(Remark(item_id, outcome, reason, is_fault=is_fault))
