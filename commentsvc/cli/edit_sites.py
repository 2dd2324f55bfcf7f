"""``commentsvc site``: sites, their origins and policies."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated

import typer
from sqlalchemy.engine import Connection

from commentsvc.cli.session import Session, run
from commentsvc.cli.show_tag import pinned_tag, plain_tag, tag
from commentsvc.domain.clock import system_clock
from commentsvc.domain.errors import InvalidInputError, MalformedUrlError, UnknownHostError, UnknownSiteError
from commentsvc.domain.findings import Leaning
from commentsvc.domain.rules import Rule, RuleKind, normal_pattern
from commentsvc.domain.site import EmailPolicy, HoldPolicy, Site, SitePolicy
from commentsvc.domain.text import clean_line
from commentsvc.domain.urls import canonical_url, normal_origin
from commentsvc.settings import SettingsError
from commentsvc.store import change_rules, policies, sites, threads
from commentsvc.words.catalogues import languages

app = typer.Typer(help="Sites: who may embed, and what their policy is.", no_args_is_help=True)

_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")

Key = Annotated[str, typer.Argument(help="Key of the site: lower-case letters, digits and hyphens.")]
Origins = Annotated[
    list[str], typer.Option("--origin", help="Where its articles are: https://example.org. Can be given several times.")
]
Name = Annotated[str | None, typer.Option(help="What readers and moderators see; the key if it is not given.")]
Hold = Annotated[HoldPolicy | None, typer.Option(help="Which new comments wait for a moderator.")]
Email = Annotated[EmailPolicy | None, typer.Option(help="Whether an e-mail address is needed to comment.")]
MaxLinks = Annotated[int | None, typer.Option(min=0, help="More links than this are a reason to look closely.")]
CloseAfter = Annotated[
    int | None, typer.Option("--close-after-days", min=0, help="Close a thread this long after it began; 0: never.")
]
TrustAfter = Annotated[
    int | None,
    typer.Option(
        min=1, max=100, help="Under --hold new_authors: approved comments that let a proven author skip the queue."
    ),
]
Badge = Annotated[str | None, typer.Option(help="What stands beside a moderator's name; Moderator by default.")]
AddressDays = Annotated[
    int | None,
    typer.Option(
        min=0,
        help="Erase a reader's address so long after they last wrote or were written to; 0: never. 90 by default.",
    ),
]
RefusedDays = Annotated[
    int | None,
    typer.Option(min=0, help="Erase the words of a refused comment so long after; 0: never. 30 by default."),
]
EditMinutes = Annotated[
    int | None,
    typer.Option(min=0, max=1_440, help="Let writers change their own comment for so long; 0: never. 15 by default."),
]
Language = Annotated[
    str | None, typer.Option(help="What readers' pages and mails speak: en, de, zh-Hant …; en by default.")
]
ReportHold = Annotated[
    int | None,
    typer.Option(min=0, max=100, help="Let so many reports of readers hold a public comment; 0: none. 3 by default."),
]
Words = Annotated[list[str], typer.Option(help="A word or phrase for the word list. Can be given several times.")]
Urls = Annotated[list[str], typer.Option(help="Address of an article. Can be given several times.")]


@app.command("add")
def add(  # noqa: PLR0913, PLR0917 - each is an option of its own
    key: Key,
    origin: Origins,
    name: Name = None,
    hold: Hold = None,
    email: Email = None,
    max_links: MaxLinks = None,
    close_after_days: CloseAfter = None,
    trust_after: TrustAfter = None,
    badge: Badge = None,
    address_days: AddressDays = None,
    refused_days: RefusedDays = None,
    edit_minutes: EditMinutes = None,
    language: Language = None,
    report_hold: ReportHold = None,
) -> None:
    """Register a site and show the tag to paste into its articles."""

    async def work(session: Session) -> None:
        if not _KEY.fullmatch(key):
            raise SettingsError(f"{key} cannot be a key: use lower-case letters, digits and hyphens, at most 40.")
        policy = _changed(SitePolicy(), hold, email, max_links, close_after_days, trust_after, badge)
        policy = _spoken(_timed(policy, address_days, refused_days, edit_minutes, report_hold), language)
        await session.store.write(lambda conn: _add(conn, key, name or key, [_origin(each) for each in origin], policy))
        typer.echo(f"The site {key} is registered. Paste this where the comments are to stand:\n")
        typer.echo(plain_tag(session.settings.public_url, key))
        typer.echo("\nOr the same with its hash, to be changed after each upgrade:\n")
        typer.echo(pinned_tag(session.settings.public_url, key))

    run(work)


app.command("tag")(tag)


@app.command("list")
def show_all() -> None:
    """Show every site with its origins and policy."""

    async def work(session: Session) -> None:
        for site in await session.store.read(sites.all_sites):
            policy = site.policy
            typer.echo(f"{site.key}  {site.name}")
            typer.echo(f"  origins: {', '.join(site.origins) or 'none'}")
            closing = f"after {policy.close_after_days} days" if policy.close_after_days else "never"
            typer.echo(
                f"  hold: {policy.hold}; trust after: {policy.trust_after}; e-mail: {policy.email}; "
                f"links: {policy.max_links}; threads close: {closing}"
            )
            typer.echo(f"  kept: addresses {_days(policy.address_days)}; refused words {_days(policy.refused_days)}")
            typer.echo(
                f"  edit: {policy.edit_minutes} minutes; hold at: {policy.report_hold} reports; "
                f"language: {policy.language}"
            )

    run(work)


@app.command("edit")
def edit(  # noqa: PLR0913, PLR0917 - each is an option of its own
    key: Key,
    origin: Origins = [],  # noqa: B006 - typer copies it
    name: Name = None,
    hold: Hold = None,
    email: Email = None,
    max_links: MaxLinks = None,
    close_after_days: CloseAfter = None,
    trust_after: TrustAfter = None,
    badge: Badge = None,
    address_days: AddressDays = None,
    refused_days: RefusedDays = None,
    edit_minutes: EditMinutes = None,
    language: Language = None,
    report_hold: ReportHold = None,
    hold_word: Words = [],  # noqa: B006
    spam_word: Words = [],  # noqa: B006
    forget_word: Words = [],  # noqa: B006
    close_thread: Urls = [],  # noqa: B006
    open_thread: Urls = [],  # noqa: B006
) -> None:
    """Change a site; what is not given stays as it is. Origins that are given replace those that were."""

    def wanted(policy: SitePolicy) -> SitePolicy:
        changed = _changed(policy, hold, email, max_links, close_after_days, trust_after, badge)
        return _spoken(_timed(changed, address_days, refused_days, edit_minutes, report_hold), language)

    async def work(session: Session) -> None:
        now = system_clock()

        def job(conn: Connection) -> None:
            site = _known(conn, key)
            origins = tuple(_origin(each) for each in origin) or site.origins
            changed = replace(site, name=name or site.name, origins=origins)
            if changed != site:
                sites.change(conn, changed)
            policies.change(conn, site, wanted, moderator_id=None, now=now)
            _add_words(conn, site, hold_word, Leaning.HOLD, now)
            _add_words(conn, site, spam_word, Leaning.SPAM, now)
            for word in forget_word:
                change_rules.remove_pattern(conn, site.id, RuleKind.WORD, _word(word), moderator_id=None, now=now)
            _set_open(conn, changed, close_thread, is_open=False)
            _set_open(conn, changed, open_thread, is_open=True)

        await session.store.write(job)
        typer.echo(f"The site {key} is changed.")

    run(work)


def _days(days: int | None) -> str:
    return "for ever" if days is None else f"{days} days"


def _origin(raw: str) -> str:
    try:
        return normal_origin(raw)
    except MalformedUrlError:
        raise SettingsError(f"{raw} cannot be an origin: it is like https://example.org, without a path.") from None


def _address(url: str, site: Site) -> str:
    try:
        return canonical_url(url, site=site)
    except MalformedUrlError:
        raise SettingsError(f"{url} is no address of an article.") from None
    except UnknownHostError:
        raise SettingsError(f"{url} stands under no origin of the site {site.key}.") from None


def _add(conn: Connection, key: str, name: str, origins: Sequence[str], policy: SitePolicy) -> None:
    if sites.by_key(conn, key) is not None:
        raise SettingsError(f"There is already a site {key}. `commentsvc site edit {key}` changes it.")
    sites.add(conn, key=key, name=name, origins=origins, policy=policy, now=system_clock())


def _known(conn: Connection, key: str) -> Site:
    site = sites.by_key(conn, key)
    if site is None:
        raise UnknownSiteError(f"There is no site {key}. `commentsvc site list` shows all.")
    return site


def _changed(
    policy: SitePolicy,
    hold: HoldPolicy | None,
    email: EmailPolicy | None,
    max_links: int | None,
    days: int | None,
    trust_after: int | None,
    badge: str | None,
) -> SitePolicy:
    return replace(
        policy,
        hold=hold or policy.hold,
        email=email or policy.email,
        max_links=policy.max_links if max_links is None else max_links,
        close_after_days=policy.close_after_days if days is None else (days or None),
        trust_after=trust_after or policy.trust_after,
        badge=clean_line(badge or "") or policy.badge,
    )


def _timed(
    policy: SitePolicy,
    address_days: int | None,
    refused_days: int | None,
    edit_minutes: int | None,
    report_hold: int | None,
) -> SitePolicy:
    return replace(
        policy,
        address_days=policy.address_days if address_days is None else (address_days or None),
        refused_days=policy.refused_days if refused_days is None else (refused_days or None),
        edit_minutes=policy.edit_minutes if edit_minutes is None else edit_minutes,
        report_hold=policy.report_hold if report_hold is None else report_hold,
    )


def _spoken(policy: SitePolicy, language: str | None) -> SitePolicy:
    if language is not None and language not in languages():
        raise SettingsError(f"{language} is no language of this program. There are: {', '.join(languages())}.")
    return replace(policy, language=language or policy.language)


def _add_words(conn: Connection, site: Site, words: Sequence[str], leaning: Leaning, now: datetime) -> None:
    """Add words; one that is there gets the new leaning and keeps nothing else of what it was."""
    for word in words:
        change_rules.add(conn, site.id, Rule(RuleKind.WORD, _word(word), leaning), moderator_id=None, now=now)


def _word(raw: str) -> str:
    try:
        return normal_pattern(RuleKind.WORD, raw)
    except InvalidInputError as error:
        raise SettingsError(f"{raw} cannot be on a word list. {error.fields['patterns']}") from None


def _set_open(conn: Connection, site: Site, urls: Sequence[str], *, is_open: bool) -> None:
    for url in urls:
        address = _address(url, site)
        thread = threads.find_or_open(
            conn, site_id=site.id, address=address, url=address, title=None, now=system_clock()
        )
        threads.set_open(conn, thread.id, is_open=is_open)
