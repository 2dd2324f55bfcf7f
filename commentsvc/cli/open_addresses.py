"""``commentsvc vault``: addresses that are sealed on a server without private keys, and opened elsewhere."""

import base64
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Annotated, TextIO

import typer

from commentsvc.cli.new_file import opened
from commentsvc.cli.session import Session, clear_end, run
from commentsvc.domain.clock import system_clock
from commentsvc.domain.errors import CommentsvcError, UnknownSiteError
from commentsvc.settings import SettingsError, load_settings
from commentsvc.store import export_addresses, sites
from commentsvc.vault import key_file
from commentsvc.vault.opening import Opener

app = typer.Typer(help="Sealed addresses: take them out, and open them where the private key is.", no_args_is_help=True)

_AT_ONCE = 500

Out = Annotated[
    Path | None, typer.Option(help="A new file, readable by its owner alone; the terminal if none is given.")
]


@app.command("export")
def export(
    site: Annotated[str | None, typer.Option(help="Key of one site; all sites if none is given.")] = None,
    out: Out = None,
) -> None:
    """Write the sealed address of each comment that has one, as JSON lines; no private key is needed.

    The history of each site concerned tells how many were written.
    """

    async def work(session: Session) -> None:
        if site is not None and await session.store.read(partial(sites.by_key, key=site)) is None:
            raise UnknownSiteError(f"There is no site {site}. `commentsvc site list` shows all.")
        with opened(out) as lines:
            await _write(session, site, lines)

    run(work)


@app.command("open")
def open_all(
    file: Annotated[Path, typer.Argument(help="What `commentsvc vault export` wrote.")],
    out: Out = None,
) -> None:
    """Open what another machine has sealed, with the private keys in this one's key file; no database is asked.

    What does not open is counted at the end, with exit code 1.
    """
    with clear_end():
        opener = Opener(key_file.load(load_settings().key_file))
        if not opener.may_open:
            raise SettingsError("The key file has no private key: take it to where the whole key file is.")
        with file.open(encoding="utf-8") as lines, opened(out) as results:
            closed = sum(not _open_one(opener, entry, results) for entry in _entries(lines))
        if closed:
            typer.echo(f"{closed:,} could not be opened: they were sealed for other keys, or are damaged.", err=True)
            raise typer.Exit(1)


async def _write(session: Session, site: str | None, lines: TextIO) -> None:
    after, now = 0, system_clock()
    shares = await session.store.read(partial(export_addresses.shares, site_key=site))
    await session.store.write(partial(export_addresses.note, found=shares, now=now))
    up_to = max((share.last for share in shares), default=0)
    page = partial(export_addresses.page, site_key=site, up_to=up_to, limit=_AT_ONCE)
    while found := await session.store.read(partial(page, after=after)):
        for each in found:
            sealed = base64.b64encode(each.sealed).decode("ascii")
            lines.write(_line({"site": each.site, "comment": each.comment, "name": each.name, "sealed": sealed}))
        after = found[-1].row_id


def _entries(lines: TextIO) -> Iterator[dict[str, str]]:
    for number, line in enumerate(lines, start=1):
        try:
            entry = json.loads(line)
            yield {name: str(entry[name]) for name in ("site", "comment", "name", "sealed")}
        except (ValueError, TypeError, KeyError):
            raise SettingsError(f"Line {number} is not what `commentsvc vault export` writes.") from None


def _open_one(opener: Opener, entry: dict[str, str], results: TextIO) -> bool:
    sealed = entry.pop("sealed")
    try:
        address = opener.open(base64.b64decode(sealed, validate=True))
    except (CommentsvcError, ValueError):
        return False
    results.write(_line(entry | {"address": address.reveal()}))
    return True


def _line(entry: dict[str, str]) -> str:
    return json.dumps(entry) + "\n"  # in ASCII, so that no name can give orders to a terminal
