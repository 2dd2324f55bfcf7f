"""``commentsvc snapshot``: a site's threads as files, for whoever builds static pages."""

import hashlib
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy.engine import Connection

from commentsvc.app import TEMPLATES
from commentsvc.cli.session import Session, run
from commentsvc.domain.clock import system_clock
from commentsvc.domain.comment import Thread
from commentsvc.domain.errors import UnknownSiteError
from commentsvc.domain.site import Site
from commentsvc.publication.branches import Reading
from commentsvc.publication.reading import is_open
from commentsvc.publication.write_fragment import as_html, as_json_ld, shown
from commentsvc.store import sites, threads
from commentsvc.web.pages import Pages
from commentsvc.web.static import StaticFiles

INDEX = "threads.json"
_OURS = re.compile(r"[0-9a-f]{32}")
_THREADS_AT_ONCE = 50


def snapshot(
    site: Annotated[str, typer.Option(help="Key of the site.")],
    out: Annotated[Path, typer.Option(help="Folder; made if it is not there.")],
) -> None:
    """Write every thread with published comments as HTML and as JSON-LD; unchanged files stay untouched."""

    async def work(session: Session) -> None:
        found = await session.store.read(lambda conn: sites.by_key(conn, site))
        if found is None:
            raise UnknownSiteError(f"There is no site {site}. `commentsvc site list` shows all.")
        out.mkdir(parents=True, exist_ok=True)
        index: dict[str, dict[str, Any]] = {}
        changed = 0
        async for thread, html, json_ld in _written(session, found):
            name = file_name(thread.address)
            index[thread.address] = {"file": name, "url": thread.url, "count": thread.count}
            changed += _settle(out / f"{name}.html", html) + _settle(out / f"{name}.json", json_ld)
        removed = _remove_former(out, {each["file"] for each in index.values()})
        listed = json.dumps(index, ensure_ascii=False, indent=1, sort_keys=True)
        _settle(out / INDEX, f"{listed}\n".encode())
        typer.echo(f"{len(index)} threads; {changed} files written, {removed} removed.")

    run(work)


def file_name(address: str) -> str:
    """The first 32 hexadecimal digits of the SHA-256 of where the thread is filed: its address, or its explicit id."""
    return hashlib.sha256(address.encode()).hexdigest()[:32]


async def _written(session: Session, site: Site) -> AsyncIterator[tuple[Thread, bytes, bytes]]:
    """Each thread with its two forms, some read at once so that no read takes long."""
    pages, after, now = Pages(StaticFiles(), TEMPLATES), 0, system_clock()

    def both(conn: Connection, thread: Thread) -> tuple[Thread, bytes, bytes]:
        found = shown(conn, thread)
        path = {"site": site.key, "url": thread.url} | ({} if thread.address == thread.url else {"id": thread.address})
        reading = Reading(path, is_open=is_open(thread, site, now), service=session.settings.public_url)
        return thread, as_html(pages, site, thread, found, reading), as_json_ld(site, thread.url, thread, found)

    def some(conn: Connection) -> list[tuple[Thread, bytes, bytes]]:
        due = threads.with_comments(conn, site.id, after=after, limit=_THREADS_AT_ONCE)
        return [both(conn, thread) for thread in due]

    while written := await session.store.read(some):
        for each in written:
            yield each
        after = written[-1][0].id


def _settle(path: Path, content: bytes) -> bool:
    """Write the file at once or not at all; whether it was not so already."""
    if path.is_file() and path.read_bytes() == content:
        return False
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(content)
    beside.replace(path)
    return True


def _remove_former(out: Path, kept: set[str]) -> int:
    """Remove what an earlier snapshot wrote of threads that have no comments any more; nothing else."""
    try:
        index = json.loads((out / INDEX).read_bytes())
        former = {str(each["file"]) for each in index.values()}
    except (FileNotFoundError, ValueError, TypeError, KeyError, AttributeError):
        return 0
    gone = [name for name in former - kept if _OURS.fullmatch(name)]
    paths = [path for name in gone for path in (out / f"{name}.html", out / f"{name}.json") if path.is_file()]
    for path in paths:
        path.unlink()
    return len(paths)
