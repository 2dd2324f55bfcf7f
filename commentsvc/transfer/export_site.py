"""Writing a site's export: all of it as it was at one moment, while everybody goes on writing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy.engine import Connection

from commentsvc.domain.exports import Addresses, ExportedStatuses
from commentsvc.domain.site import Site
from commentsvc.store import exporting
from commentsvc.store.engine import Store
from commentsvc.transfer.export_lines import ExportWriter


@dataclass(frozen=True, slots=True)
class Exported:
    """How much was written."""

    threads: int
    comments: int


async def export_site(
    store: Store,
    site: Site,
    write: Callable[[bytes], object],
    *,
    statuses: ExportedStatuses,
    addresses: Addresses,
    now: datetime,
    advance: Callable[[int], None] = lambda _number: None,
) -> Exported:
    """Write a site's threads and comments as JSON lines; the site's history tells of it.

    Args:
        store: Open; it is busy all the while.
        site: Whose comments.
        write: Takes each line, with its end.
        statuses: Which comments.
        addresses: Whether sealed addresses are among what is written.
        now: The moment that the head names.
        advance: Is told of each comment that was written.
    """
    await store.write(partial(exporting.note, site=site, statuses=statuses, addresses=addresses, now=now))
    lines = ExportWriter(write)
    lines.head(site, statuses=statuses, addresses=addresses, now=now)

    def copy(conn: Connection) -> None:
        for thread in exporting.threads(conn, site.id):
            lines.thread(thread)
        for comment in exporting.comments(conn, site.id, statuses=statuses, addresses=addresses):
            lines.comment(comment)
            advance(1)

    await store.read(copy)
    lines.end()
    return Exported(lines.threads, lines.comments)
