"""``commentsvc history export``: a site's whole history as a file."""

import sys
from pathlib import Path
from typing import Annotated, TextIO

import typer
from sqlalchemy.engine import Connection

from commentsvc.cli.session import Session, run
from commentsvc.domain.clock import system_clock
from commentsvc.domain.errors import UnknownSiteError
from commentsvc.domain.history import Head
from commentsvc.domain.site import Site
from commentsvc.moderation.export_history import Form, written
from commentsvc.store import history_export, sites

app = typer.Typer(help="Histories: who did what on a site.", no_args_is_help=True)


@app.callback()
def history() -> None:
    """Histories: who did what on a site."""


@app.command("export")
def export(
    site: Annotated[str, typer.Option(help="Key of the site.")],
    form: Annotated[
        Form, typer.Option("--format", help="jsonl: as it was hashed, to be checked; csv: for spreadsheets.")
    ] = Form.JSONL,
    out: Annotated[Path | None, typer.Option(help="A new file; the terminal if none is given.")] = None,
) -> None:
    """Write a site's whole history, oldest first; the export itself becomes its last entry."""

    async def work(session: Session) -> None:
        await session.store.read(lambda conn: _known(conn, site))  # before a file is made for nothing
        if out is None:
            await _export(session, site, form, sys.stdout)
        else:
            with out.open("x", encoding="utf-8", newline="") as file:
                await _export(session, site, form, file)

    run(work)


async def _export(session: Session, key: str, form: Form, into: TextIO) -> None:
    found, head = await session.store.write(lambda conn: _begin(conn, key, form))
    async for text in written(session.store, found, head, form):
        into.write(text)


def _begin(conn: Connection, key: str, form: Form) -> tuple[Site, Head]:
    found, now = _known(conn, key), system_clock()
    return found, history_export.begin(conn, found.id, key=key, moderator_id=None, form=form, now=now)


def _known(conn: Connection, key: str) -> Site:
    found = sites.by_key(conn, key)
    if found is None:
        raise UnknownSiteError(f"There is no site {key}. `commentsvc site list` shows all.")
    return found
