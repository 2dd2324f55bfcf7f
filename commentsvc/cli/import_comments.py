"""``commentsvc import``: comments of another program, or of another installation of this one."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from commentsvc.cli.known_site import known_site
from commentsvc.cli.plain_words import plain_line
from commentsvc.cli.progress import progress
from commentsvc.cli.session import Session, run
from commentsvc.domain.clock import system_clock
from commentsvc.domain.errors import MalformedUrlError
from commentsvc.domain.imports import Remark, Source, StatusChoice
from commentsvc.domain.site import Site
from commentsvc.domain.urls import normal_origin
from commentsvc.settings import SettingsError
from commentsvc.transfer.import_site import Imported, Importing
from commentsvc.transfer.map_threads import ThreadMap
from commentsvc.transfer.new_file import new_file
from commentsvc.transfer.prepare_comment import Preparing
from commentsvc.transfer.sources.all_sources import readers
from commentsvc.vault.blind_index import BlindIndex
from commentsvc.vault.opening import Opener
from commentsvc.vault.sealing import Sealer

_REASONS_SHOWN = 12


def import_comments(
    source: Annotated[Source, typer.Argument(help="The program that they come from.")],
    file: Annotated[Path, typer.Argument(help="What it exports; for isso its database. May be packed with gzip.")],
    site: Annotated[str, typer.Option(help="Key of the site that they are for.")],
    status: Annotated[
        StatusChoice,
        typer.Option(help="Where they are to stand; spam and what was rejected or deleted is never imported."),
    ] = StatusChoice.AS_SOURCE,
    old_origin: Annotated[
        list[str], typer.Option(help="Where the site was before: http://old.example. Can be given several times.")
    ] = [],  # noqa: B006 - typer copies it
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would become of it.")] = False,
    report: Annotated[
        Path | None, typer.Option(help="A new file for a JSON line about each comment that is not imported as it was.")
    ] = None,
) -> None:
    """Take over comments; what is here already is left alone, so it can be run again at any time.

    Exit code 1 if something could not be taken over that no rule leaves out.
    """

    async def work(session: Session) -> Imported:
        found = await known_site(session, site)
        preparing = _preparing(session, found, source)
        threads = ThreadMap(found, [_origin(each) for each in old_origin])
        read = readers(Opener(session.ring))[source]
        with _reporting(report) as remark, progress("Importing", None) as advance:
            importing = Importing(
                session.store, preparing, threads, status=status, remark=remark, is_dry=dry_run, advance=advance
            )
            return await importing.run(read, file)

    done = run(work)
    for line in _told(source, done, is_dry=dry_run):
        typer.echo(line)
    if done.faults:
        raise typer.Exit(1)


def _preparing(session: Session, site: Site, source: Source) -> Preparing:
    return Preparing(site, source, BlindIndex(session.ring), Sealer(session.ring), system_clock())


def _origin(raw: str) -> str:
    try:
        return normal_origin(raw)
    except MalformedUrlError:
        raise SettingsError(f"{raw} cannot be an origin: it is like https://example.org, without a path.") from None


@contextmanager
def _reporting(path: Path | None) -> Iterator[Callable[[Remark], None]]:
    if path is None:
        yield lambda _remark: None
        return
    with new_file(path, what="report") as (file, _):

        def remark(each: Remark) -> None:
            line = {"id": each.id, "outcome": each.outcome, "reason": each.reason}
            file.write(json.dumps(line).encode("ascii") + b"\n")

        yield remark


def _told(source: Source, done: Imported, *, is_dry: bool) -> Sequence[str]:
    would = "would be imported" if is_dry else "imported"
    places = f" ({done.empty:,} as empty places)" if done.empty else ""
    reasons = done.reasons.most_common(_REASONS_SHOWN)
    skipped = f"{done.known:,} here already, {done.skipped:,} skipped."
    return [
        f"{source}: {done.found:,} comments in the file: {done.new:,} {would}{places}, {skipped}",
        *(f"{number:>7,}  {plain_line(reason)}" for reason, number in reasons),
    ]
