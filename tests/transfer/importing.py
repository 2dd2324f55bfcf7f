"""Importing in a test: what was told, and what became of it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from commentsvc.domain.imports import Remark, Source, StatusChoice
from commentsvc.store.engine import Store
from commentsvc.transfer.import_site import Imported, Importing
from commentsvc.transfer.map_threads import ThreadMap
from commentsvc.transfer.prepare_comment import Preparing
from commentsvc.transfer.sources.all_sources import readers
from commentsvc.vault.blind_index import BlindIndex
from commentsvc.vault.keys import KeyRing
from commentsvc.vault.opening import Opener
from commentsvc.vault.sealing import Sealer
from tests.store.make_comments import NOW, Make


@dataclass
class Import:
    """Imports into the site of `make`."""

    make: Make
    ring: KeyRing
    remarks: list[Remark] = field(default_factory=list)

    async def __call__(
        self,
        source: Source,
        path: Path,
        *,
        status: StatusChoice = StatusChoice.AS_SOURCE,
        is_dry: bool = False,
        store: Store | None = None,
        old_origins: tuple[str, ...] = (),
    ) -> Imported:
        """Go through a file; what was remarked is in `remarks` then."""
        self.remarks.clear()
        preparing = Preparing(self.make.site, source, BlindIndex(self.ring), Sealer(self.ring), NOW)
        importing = Importing(
            store or self.make.store,
            preparing,
            ThreadMap(self.make.site, old_origins),
            status=status,
            remark=self.remarks.append,
            is_dry=is_dry,
            advance=lambda _number: None,
        )
        return await importing.run(readers(Opener(self.ring))[source], path)

    @property
    def told(self) -> list[tuple[str, str, str]]:
        """Id, outcome and reason of each remark."""
        return [(each.id, each.outcome, each.reason) for each in self.remarks]


def numbers(done: Imported) -> dict[str, Any]:
    """What became of a file, without what is nothing."""
    names = ("found", "new", "empty", "known", "skipped", "faults")
    return {name: getattr(done, name) for name in names if getattr(done, name)}
