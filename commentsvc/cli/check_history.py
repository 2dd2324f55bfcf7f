"""``commentsvc verify-history``: is every entry of every site's history as it was written?"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.engine import Connection

from commentsvc.cli.session import Session, clear_end, run
from commentsvc.domain.errors import UnknownSiteError
from commentsvc.domain.history import Fault, Head
from commentsvc.domain.history_file import check_file
from commentsvc.domain.site import Site
from commentsvc.settings import SettingsError
from commentsvc.store import history, sites

_NOTED = re.compile(r"([a-z0-9][a-z0-9-]{0,39}):([0-9]{1,18}):([0-9a-f]{64})")

Key = Annotated[str | None, typer.Option("--site", help="Key of one site; all sites if none is given.")]
Expect = Annotated[
    list[str],
    typer.Option(help="What somebody noted down: KEY:NUMBER:HASH. That entry must still be the same. Can be repeated."),
]
File = Annotated[Path | None, typer.Option(help="Check an exported file instead; no database is asked.")]


@dataclass(frozen=True, slots=True)
class _Noted:
    """The hash of an entry, as it once was."""

    site: str
    number: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class _Found:
    """What a history turned out to be."""

    head: Head
    fault: Fault | None
    hashes: Mapping[int, bytes]


def verify_history(site: Key = None, expect: Expect = [], file: File = None) -> None:  # noqa: B006 - typer copies it
    """Walk the history of every site and name the first entry that was altered; exit code 1 if there is one."""
    with clear_end():
        noted = [_noted(each) for each in expect]
        found = None if file is None else _look_into(file, noted)
    if file is not None and found is not None:
        _tell([(_sentence(file.name, found, noted), _is_sound(found, noted))])
    else:
        _tell(run(lambda session: _all(session, site, noted)))


async def _all(session: Session, key: str | None, noted: Sequence[_Noted]) -> list[tuple[str, bool]]:
    """A sentence for each site, and whether its history is sound."""
    known = await session.store.read(sites.all_sites)
    _refuse_unknown({each.site for each in noted} | ({key} if key else set()), known)
    told = []
    for site in known:
        if key in {None, site.key}:
            own = [each for each in noted if each.site == site.key]
            found = await session.store.read(partial(_look, site=site, noted=own))
            told.append((_sentence(site.key, found, own), _is_sound(found, own)))
    return told


def _refuse_unknown(keys: set[str], known: Sequence[Site]) -> None:
    for key in sorted(keys - {site.key for site in known}):
        raise UnknownSiteError(f"There is no site {key}. `commentsvc site list` shows all.")


def _look(conn: Connection, site: Site, noted: Sequence[_Noted]) -> _Found:
    asked = ((each.number, history.hash_at(conn, site.id, each.number)) for each in noted)
    hashes = {number: own for number, own in asked if own is not None}
    return _Found(history.head(conn, site.id), history.first_fault(conn, site.id), hashes)


def _look_into(file: Path, noted: Sequence[_Noted]) -> _Found:
    with file.open(encoding="utf-8", errors="replace") as lines:
        checked = check_file(lines, wanted=frozenset(each.number for each in noted))
    return _Found(checked.head, checked.fault, checked.hashes)


def _noted(text: str) -> _Noted:
    found = _NOTED.fullmatch(text)
    if found is None:
        raise SettingsError(f"{text} is not like KEY:NUMBER:HASH, as the history's page shows it.")
    return _Noted(found[1], int(found[2]), bytes.fromhex(found[3]))


def _is_sound(found: _Found, noted: Sequence[_Noted]) -> bool:
    return found.fault is None and _first_broken(found, noted) is None


def _first_broken(found: _Found, noted: Sequence[_Noted]) -> _Noted | None:
    """The first note that the history no longer agrees with; before the first entry there is nothing to compare."""
    broken = (each for each in noted if each.number and found.hashes.get(each.number) != each.hash)
    return next(broken, None)


def _sentence(name: str, found: _Found, noted: Sequence[_Noted]) -> str:
    if found.fault is not None:
        return f"{name}: entry {found.fault.number:,} was altered: {found.fault.why}"
    broken = _first_broken(found, noted)
    if broken is not None and broken.number not in found.hashes:
        return f"{name}: entry {broken.number:,} was noted down, and is not there any more"
    if broken is not None:
        return f"{name}: entry {broken.number:,} is not the one that was noted down: the history was rewritten"
    entries = "1 entry" if found.head.number == 1 else f"{found.head.number:,} entries"
    return f"{name}: {entries}, unbroken; head {found.head.number}:{found.head.hash.hex()}"


def _tell(sentences: Sequence[tuple[str, bool]]) -> None:
    for sentence, _ in sentences:
        typer.echo(sentence)
    if not all(is_sound for _, is_sound in sentences):
        raise typer.Exit(1)
