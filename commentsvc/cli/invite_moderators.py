"""``commentsvc moderator``: who decides, and how they get in."""

import secrets
from collections.abc import Callable, Sequence
from typing import Annotated

import typer
from email_validator import EmailNotValidError, validate_email
from sqlalchemy.engine import Connection

from commentsvc.accounts.links import new_link
from commentsvc.cli.session import Session, run
from commentsvc.domain.acts import Act
from commentsvc.domain.clock import system_clock
from commentsvc.domain.emails import EmailAddress
from commentsvc.domain.roles import Role
from commentsvc.settings import SettingsError
from commentsvc.store import members, moderators, second_factors, sessions, sites
from commentsvc.store.moderators import Moderator
from commentsvc.vault.blind_index import BlindIndex
from commentsvc.vault.opening import NoPrivateKeyError, Opener
from commentsvc.vault.sealing import Sealer

app = typer.Typer(help="Moderators: who decides, and how they get in.", no_args_is_help=True)

Email = Annotated[str, typer.Argument(help="The moderator's address; it is kept sealed.")]
Sites = Annotated[list[str], typer.Option("--site", help="Key of a site; all sites if none is given.")]


@app.command("add")
def add(
    email: Email,
    site: Sites = [],  # noqa: B006 - typer copies it
    name: Annotated[str | None, typer.Option(help="What other moderators see beside decisions.")] = None,
    role: Annotated[Role, typer.Option(help="What they may do.")] = Role.MODERATOR,
) -> None:
    """Let somebody moderate, and show a link that signs them in once."""

    async def work(session: Session) -> None:
        address = checked(email)
        index = BlindIndex(session.ring)
        sealed = Sealer(session.ring).seal(address)

        def job(conn: Connection) -> str:
            found = moderators.by_index(conn, index.moderator_candidates(address))
            moderator_id = (
                found.id
                if found
                else moderators.add(
                    conn,
                    name=name or "Moderator",
                    blind_index=index.of_moderator(address),
                    sealed_email=sealed,
                    now=system_clock(),
                )
            )
            moderators.join_sites(conn, moderator_id, _site_ids(conn, site), role, now=system_clock())
            return new_link(conn, moderator_id, now=system_clock(), token_bytes=secrets.token_bytes)

        token = await session.store.write(job)
        typer.echo(_invitation(session.settings.public_url, token))

    run(work)


@app.command("link")
def link(email: Email) -> None:
    """Show a link that signs a moderator in once."""

    async def work(session: Session) -> None:
        candidates = BlindIndex(session.ring).moderator_candidates(checked(email))

        def job(conn: Connection) -> str:
            return new_link(conn, _known(conn, candidates).id, now=system_clock(), token_bytes=secrets.token_bytes)

        token = await session.store.write(job)
        typer.echo(_invitation(session.settings.public_url, token))

    run(work)


@app.command("disable")
def disable(email: Email) -> None:
    """Let a moderator in nowhere any more; sessions, links, tokens and feeds end at once."""

    def job(conn: Connection, who: Moderator) -> None:
        moderators.disable(conn, who.id, now=system_clock())
        members.write_everywhere(conn, Act.DISABLE_MEMBER, who.id, now=system_clock())

    _change(email, job, "is disabled. Nothing that they decided is changed.")


@app.command("enable")
def enable(email: Email) -> None:
    """Let a disabled moderator in again, with the password, second factor and sites that they had."""

    def job(conn: Connection, who: Moderator) -> None:
        moderators.enable(conn, who.id)
        members.write_everywhere(conn, Act.ENABLE_MEMBER, who.id, now=system_clock())

    _change(email, job, "may sign in again.")


@app.command("reset-second-factor")
def reset_second_factor(email: Email) -> None:
    """Take the second factor away from a moderator who lost phone and recovery codes; their sessions end."""

    def job(conn: Connection, who: Moderator) -> None:
        if not second_factors.take_away(conn, who.id):
            raise SettingsError("This moderator has no second factor.")
        sessions.end_all(conn, who.id)
        members.write_everywhere(conn, Act.RESET_SECOND_FACTOR, who.id, now=system_clock())

    _change(email, job, "signs in without a second factor now, and can set up a new one.")


@app.command("list")
def show_all() -> None:
    """Show every moderator, with as much of the address as tells them apart."""

    async def work(session: Session) -> None:
        keys = {site.id: site.key for site in await session.store.read(sites.all_sites)}
        sealed = await session.store.read(moderators.sealed_addresses) if session.ring.may_open else {}
        for moderator in await session.store.read(moderators.all_moderators):
            roles = ", ".join(f"{keys[site_id]} ({role})" for site_id, role in moderator.roles.items())
            state = "; disabled" if moderator.is_disabled else ""
            typer.echo(f"{moderator.name}  {_masked(session, sealed.get(moderator.id))}  {roles or 'no site'}{state}")

    run(work)


def checked(email: str) -> EmailAddress:
    """The address, if it has the form of one.

    Raises:
        SettingsError: It has not.
    """
    try:
        return EmailAddress(validate_email(email, check_deliverability=False).normalized)
    except EmailNotValidError:
        raise SettingsError("This does not look like an e-mail address.") from None


def sign_in_address(public_url: str, token: str) -> str:
    """Where a one-time link leads."""
    return f"{public_url}/moderation/link?token={token}"


def _change(email: str, change: Callable[[Connection, Moderator], None], outcome: str) -> None:
    """Do something to the moderator with this address, and say what came of it."""

    async def work(session: Session) -> None:
        candidates = BlindIndex(session.ring).moderator_candidates(checked(email))

        def job(conn: Connection) -> Moderator:
            found = _known(conn, candidates)
            change(conn, found)
            return found

        typer.echo(f"{(await session.store.write(job)).name} {outcome}")

    run(work)


def _known(conn: Connection, candidates: Sequence[bytes]) -> Moderator:
    found = moderators.by_index(conn, candidates)
    if found is None:
        raise SettingsError("There is no moderator with this address. `commentsvc moderator add` makes one.")
    return found


def _invitation(public_url: str, token: str) -> str:
    return f"Open this within 10 minutes to sign in, once:\n\n{sign_in_address(public_url, token)}"


def _site_ids(conn: Connection, keys: list[str]) -> list[int]:
    known = {site.key: site.id for site in sites.all_sites(conn)}
    unknown = [key for key in keys if key not in known]
    if unknown:
        raise SettingsError(f"There is no site {unknown[0]}. `commentsvc site list` shows all.")
    return [known[key] for key in keys] or list(known.values())


def _masked(session: Session, sealed: bytes | None) -> str:
    """As much of an address as tells it apart; without the private key for it, nothing."""
    if sealed is None:
        return "(address sealed)"
    try:
        address = Opener(session.ring).open(sealed).reveal()
    except NoPrivateKeyError:
        return "(address sealed)"
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"
