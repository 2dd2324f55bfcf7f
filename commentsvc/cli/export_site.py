"""``commentsvc export``: a site's threads and comments as JSON lines, to take along."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from commentsvc.cli.known_site import known_site
from commentsvc.cli.progress import progress
from commentsvc.cli.session import Session, run
from commentsvc.domain.clock import system_clock
from commentsvc.domain.exports import Addresses, ExportedStatuses
from commentsvc.store import exporting
from commentsvc.transfer.export_site import Exported, export_site
from commentsvc.transfer.new_file import new_file


def export(
    file: Annotated[Path, typer.Argument(help="A new file, readable by its owner alone; - for the terminal.")],
    site: Annotated[str, typer.Option(help="Key of the site.")],
    status: Annotated[
        ExportedStatuses,
        typer.Option(help="all, or approved: what readers see, with empty places where they see them."),
    ] = ExportedStatuses.ALL,
    addresses: Annotated[
        Addresses, typer.Option(help="none, or sealed: only who holds this installation's private key can open them.")
    ] = Addresses.NONE,
) -> None:
    """Write a site's threads and comments as JSON lines; its history tells of it."""

    async def work(session: Session) -> None:
        found = await known_site(session, site)
        total = await session.store.read(partial(exporting.count, site_id=found.id, statuses=status))
        with _opened(file) as write, progress("Exporting", total) as advance:
            done = await export_site(
                session.store,
                found,
                write,
                statuses=status,
                addresses=addresses,
                now=system_clock(),
                advance=advance,
            )
        typer.echo(_told(done), err=True)

    run(work)


@contextmanager
def _opened(file: Path) -> Iterator[Callable[[bytes], object]]:
    if str(file) == "-":
        yield sys.stdout.buffer.write
        sys.stdout.flush()
    else:
        with new_file(file, what="export") as (opened, _):
            yield opened.write


def _told(done: Exported) -> str:
    return f"{done.threads:,} threads and {done.comments:,} comments exported."
