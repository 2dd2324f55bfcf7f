"""``commentsvc panic``: hold everything, take nothing, or write nothing, by one command, and back."""

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Annotated

import typer
from sqlalchemy.engine import Connection

from commentsvc.cli.session import Session, run
from commentsvc.domain.clock import system_clock
from commentsvc.domain.errors import UnknownSiteError
from commentsvc.domain.site import Panic, Site
from commentsvc.settings import SettingsError
from commentsvc.store import policies, sites
from commentsvc.store.read_only import is_read_only, set_read_only


class Switch(StrEnum):
    """Where the switch can stand."""

    HOLD = "hold"
    FREEZE = "freeze"
    READ_ONLY = "read-only"
    OFF = "off"


_SAID = {
    Panic.HOLD: "every new comment waits for a moderator",
    Panic.FREEZE: "nobody can post; what is there can be read and decided on",
    Panic.OFF: "as its policy says",
}

To = Annotated[
    Switch | None,
    typer.Argument(
        metavar="[hold|freeze|read-only|off]",
        help="hold: every new comment waits, whoever wrote it. freeze: nobody can post or change a comment. "
        "read-only: nothing at all is written, no decision either, and no mail is sent. off: as before. "
        "Without it, show where the switch stands.",
    ),
]
Sites = Annotated[
    list[str], typer.Option("--site", help="Only this site. Can be given several times; all sites if it is not.")
]


def panic(to: To = None, site: Sites = []) -> None:  # noqa: B006 - typer copies it
    """Stop at once what does harm: the switch works within seconds, also on services that run elsewhere."""

    async def work(session: Session) -> None:
        if to is not None:
            await session.store.write(lambda conn: _press(conn, to, site))
        for line in await session.store.read(lambda conn: _standing(conn, site)):
            typer.echo(line)

    run(work)


def _press(conn: Connection, to: Switch, keys: Sequence[str]) -> None:
    if to is Switch.READ_ONLY:
        if keys:
            raise SettingsError("read-only is for the whole installation: leave --site out, or freeze these sites.")
        set_read_only(conn, is_on=True)
        return
    if not keys and is_read_only(conn):
        set_read_only(conn, is_on=False)
    wanted = Panic(to)
    for each in _chosen(conn, keys):
        policies.change(conn, each, lambda policy: replace(policy, panic=wanted), moderator_id=None, now=system_clock())


def _standing(conn: Connection, keys: Sequence[str]) -> list[str]:
    told = [f"{each.key}: {_SAID[each.policy.panic]}" for each in _chosen(conn, keys)]
    if is_read_only(conn):
        told.insert(0, "Read-only: nothing is written. `commentsvc panic off` ends it.")
    return told


def _chosen(conn: Connection, keys: Sequence[str]) -> list[Site]:
    found = {each.key: each for each in sites.all_sites(conn)}
    unknown = [key for key in keys if key not in found]
    if unknown:
        raise UnknownSiteError(f"There is no site {unknown[0]}. `commentsvc site list` shows all.")
    return [found[key] for key in keys] if keys else list(found.values())
