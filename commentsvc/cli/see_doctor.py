"""``commentsvc doctor``: what is wrong with this installation, and what mends it."""

import asyncio
import json
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from commentsvc.cli.session import clear_end
from commentsvc.doctor.check_database import check_database
from commentsvc.doctor.check_dns import check_dns
from commentsvc.doctor.check_files import check_database_files, check_disk, check_keys
from commentsvc.doctor.check_mail import check_mail
from commentsvc.doctor.check_page import check_page, check_public
from commentsvc.doctor.check_settings import check_settings
from commentsvc.doctor.findings import Finding, State
from commentsvc.domain.clock import system_clock
from commentsvc.domain.errors import CommentsvcError
from commentsvc.domain.site import Site
from commentsvc.settings import Settings, SettingsError, load_settings
from commentsvc.store import sites
from commentsvc.store.engine import Store

_STYLES = {State.OK: "green", State.WARNING: "yellow", State.PROBLEM: "red", State.UNKNOWN: "dim"}


def doctor(
    page: Annotated[str | None, typer.Option(help="Address of an article: its tag, canonical link and policy.")] = None,
    mail_to: Annotated[str | None, typer.Option(help="Send a test mail to this address.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON list: check, state, seen, fix.")] = False,
) -> None:
    """Look at everything that can be looked at, and say how to mend it; exit code 1 if there is a problem."""
    with clear_end():
        found = asyncio.run(_all(page, mail_to))
    if as_json:
        typer.echo(json.dumps([finding.as_json() for finding in found], indent=2))
    else:
        _show(found)
    if any(finding.state is State.PROBLEM for finding in found):
        raise typer.Exit(1)


async def _all(page: str | None, mail_to: str | None) -> list[Finding]:
    try:
        settings = load_settings()
    except SettingsError as error:
        return [
            Finding("settings", State.PROBLEM, "The settings cannot be used.", line) for line in str(error).split("\n")
        ]
    now = system_clock()
    has_proxies = bool(settings.trusted_proxies)
    found = [*check_settings(settings), *check_keys(settings), *check_database_files(settings), *check_disk(settings)]
    found += await check_database(settings, now)
    found += [finding async for finding in check_mail(settings, to=mail_to)]
    found += await check_dns(settings)
    found += await asyncio.to_thread(lambda: list(check_public(settings.public_url, now, has_proxies=has_proxies)))
    if page is not None:
        known = await _sites(settings)
        found += await asyncio.to_thread(lambda: list(check_page(page, settings.public_url, known)))
    return found


async def _sites(settings: Settings) -> list[Site]:
    """All sites; none if the database cannot be asked, which another check tells."""
    store = Store(settings.database_url)
    try:
        await store.open(migrate=False)
        return await store.read(sites.all_sites)
    except CommentsvcError:
        return []
    finally:
        await store.close()


def _show(found: list[Finding]) -> None:
    console = Console(highlight=False, soft_wrap=True)  # a command among them can be copied in one piece
    for finding in found:
        console.print(
            Text.assemble((f"{finding.state:<8}", _STYLES[finding.state]), f" {finding.check}: {finding.seen}")
        )
        if finding.fix:
            console.print(Text(f"         → {finding.fix}"))
