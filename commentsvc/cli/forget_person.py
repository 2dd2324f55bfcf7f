"""``commentsvc forget``: erase what is held under an address, for somebody who asked whoever runs the service."""

import sys
from enum import StrEnum
from functools import partial
from typing import Annotated

import typer
from email_validator import EmailNotValidError, validate_email
from sqlalchemy.engine import Connection

from commentsvc.cli.session import Session, clear_end, run
from commentsvc.domain.acts import Act
from commentsvc.domain.clock import system_clock
from commentsvc.domain.emails import EmailAddress
from commentsvc.domain.errors import UnknownSiteError
from commentsvc.domain.rights import Erased, Erasure, HeldPerson
from commentsvc.domain.site import Site
from commentsvc.settings import SettingsError
from commentsvc.store import authors, erasing, own_data, sites
from commentsvc.vault.blind_index import BlindIndex


class Words(StrEnum):
    """What becomes of the words."""

    KEEP = "keep"
    REMOVE = "remove"


Site_ = Annotated[str | None, typer.Option("--site", help="Key of one site; all sites if none is given.")]
Words_ = Annotated[
    Words,
    typer.Option("--words", help="`keep` them under \u201cdeleted\u201d, or `remove` them, leaving empty places."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only tell what there is.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
Email = Annotated[
    str,
    typer.Argument(
        help="`-` reads the address from stdin; left out, it is asked for. Not typed here: shells remember."
    ),
]


def forget(
    email: Email = "",
    site: Site_ = None,
    words: Words_ = Words.KEEP,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Erase an address, and name or words of what was written under it; asks for the address, then shows counts."""
    with clear_end():
        address = _address(email)
    what = Erasure.WORDS if words is Words.REMOVE else Erasure.NAME

    async def work(session: Session) -> None:
        found = await session.store.read(partial(_found, address=address, key=site, index=BlindIndex(session.ring)))
        for at, person in found:
            typer.echo(
                f"{at.key}: {person.comments} comments, {len(person.subscriptions)} wishes for mail"
                f"{'; a rule is about this author, so the index stays as long as it does' if person.is_blocked else ''}"
            )
        if not found:
            typer.echo("Nothing is held under this address.")
        if dry_run or not found:
            return
        kept = "their words are removed" if what is Erasure.WORDS else 'their words stay under "deleted"'
        if not yes and not typer.confirm(f"Erase the address and the name for good ({kept})?"):
            typer.echo("Nothing was erased.")
            return
        done = Erased()
        for _, person in found:
            done += await erasing.erase_person(
                session.store, person.row_id, what, act=Act.ERASE_BY_OPERATOR, now=system_clock()
            )
        await _scrub(session)
        typer.echo(f"Erased: {done.addresses} addresses, {done.names} names, {done.words} comments' words.")

    run(work)


def _address(typed: str) -> EmailAddress:
    if typed == "-":
        typed = sys.stdin.readline()
    elif typed:
        raise SettingsError("Leave the address out: it is asked for. What is typed here, the shell remembers.")
    else:
        typed = typer.prompt("E-mail address", hide_input=True)
    try:
        return EmailAddress(validate_email(typed.strip(), check_deliverability=False).normalized)
    except EmailNotValidError:
        raise SettingsError("This does not look like an e-mail address.") from None


def _found(
    conn: Connection, *, address: EmailAddress, key: str | None, index: BlindIndex
) -> list[tuple[Site, HeldPerson]]:
    now = system_clock()
    wanted = sites.all_sites(conn) if key is None else [_known(conn, key)]
    held = (
        (at, authors.find_any(conn, site_id=at.id, blind_indexes=index.candidates(address, site_key=at.key)))
        for at in wanted
    )
    return [(at, own_data.person(conn, author_id, now=now)) for at, author_id in held if author_id is not None]


def _known(conn: Connection, key: str) -> Site:
    found = sites.by_key(conn, key)
    if found is None:
        raise UnknownSiteError(f"There is no site {key}. `commentsvc site list` shows all.")
    return found


async def _scrub(session: Session) -> None:
    if not await session.store.scrub():
        raise SettingsError(
            "The files were in use all the while: what was erased is still in the journal. Try `retain`."
        )
