"""``commentsvc queue``: moderating in a terminal, in the name of a moderator."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated

import typer
from rich.console import Console
from sqlalchemy.engine import Connection

from commentsvc.cli.decide_by_key import decide_by_key
from commentsvc.cli.named_moderator import named_moderator
from commentsvc.cli.session import Session, run
from commentsvc.cli.show_comments import show_line, show_past, show_whole
from commentsvc.domain.clock import system_clock
from commentsvc.domain.errors import NotFoundError
from commentsvc.domain.ids import is_public_id
from commentsvc.domain.status import CommentStatus, Decision
from commentsvc.domain.text import clean_line
from commentsvc.moderation.words import STATUSES
from commentsvc.settings import SettingsError
from commentsvc.store import decisions, queue, sites
from commentsvc.store.decisions import DecidedMany
from commentsvc.store.moderators import Moderator

app = typer.Typer(help="The moderation queue in a terminal, in the name of a moderator.")

_MOST_AT_ONCE = 100

As = Annotated[str, typer.Option("--as", help="Address of the moderator who decides; the history names them.")]
Key = Annotated[str | None, typer.Option("--site", help="Key of one site; all of theirs if none is given.")]
CommentId = Annotated[str, typer.Argument(metavar="ID", help="Of the comment.")]


@dataclass(frozen=True, slots=True)
class _Desk:
    """Who moderates, and what they look after here."""

    who: Moderator
    site_ids: frozenset[int]


@app.callback(invoke_without_command=True)
def one_by_one(
    context: typer.Context,
    email: Annotated[
        str | None, typer.Option("--as", help="Address of the moderator who decides; the history names them.")
    ] = None,
    site: Key = None,
) -> None:
    """Show one waiting comment after another; single keys decide."""
    if context.invoked_subcommand is not None:
        return
    if email is None:
        raise typer.BadParameter("say who decides: --as EMAIL")

    async def work(session: Session) -> None:
        desk = await _desk(session, email, site)
        await decide_by_key(session.store, Console(), desk.who, desk.site_ids)

    run(work)


@app.command("list")
def show_list(
    email: As,
    site: Key = None,
    status: Annotated[CommentStatus, typer.Option(help="In which status.")] = CommentStatus.PENDING,
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="At most so many.")] = 20,
) -> None:
    """Show comments in one status, one a line; the waiting ones oldest first."""

    async def work(session: Session) -> None:
        desk = await _desk(session, email, site)
        page = await session.store.read(
            lambda conn: queue.page(conn, status, site_ids=desk.site_ids, after=None, limit=limit)
        )
        for comment in page.comments:
            show_line(Console(), comment)

    run(work)


@app.command("show")
def show(comment: CommentId, email: As) -> None:
    """Show one comment with what was noticed and decided."""

    async def work(session: Session) -> None:
        desk, console = await _desk(session, email, None), Console()
        found = await session.store.read(partial(queue.one, public_id=comment, site_ids=desk.site_ids))
        if found is None:
            raise SettingsError(f"There is no comment {_told(comment)} on this moderator's sites.")
        show_whole(console, found)
        show_past(console, await session.store.read(partial(decisions.past, public_id=comment, site_ids=desk.site_ids)))

    run(work)


@app.command("decide")
def decide(
    comments: Annotated[list[str], typer.Argument(metavar="ID…", help="Of the comments, at most 100.")],
    decision: Annotated[Decision, typer.Argument(metavar="VERB", help="What to do with them; it comes last.")],
    email: As,
    reason: Annotated[str | None, typer.Option(help="For the history.")] = None,
) -> None:
    """Decide on comments in one go; what cannot be decided so is named and left alone, with exit code 1."""

    async def work(session: Session) -> bool:
        if len(comments) > _MOST_AT_ONCE:
            raise SettingsError(f"At most {_MOST_AT_ONCE} comments at once, please.")
        desk = await _desk(session, email, None)
        why = clean_line(reason or "") or None
        many = await session.store.write(
            lambda conn: decisions.decide_many(
                conn,
                comments,
                decision,
                site_ids=desk.site_ids,
                moderator_id=desk.who.id,
                reason=why,
                now=system_clock(),
                way="terminal",
            )
        )
        _tell(many)
        return not many.skipped

    if not run(work):
        raise typer.Exit(1)


def _tell(many: DecidedMany) -> None:
    for done in many.decided:
        typer.echo(f"{done.comment} {STATUSES[done.after]}")
    for skipped in many.skipped:
        which = skipped if is_public_id(skipped) else "What is no id of a comment"
        typer.echo(f"{which} left as it was: absent, or its status does not allow this", err=True)


def _told(typed: str) -> str:
    return typed if is_public_id(typed) else "of this id"


async def _desk(session: Session, email: str, key: str | None) -> _Desk:
    who = await named_moderator(session, email)

    def job(conn: Connection) -> frozenset[int]:
        if key is None:
            return who.site_ids
        try:
            return frozenset({sites.looked_after(conn, key, who.roles).id})
        except NotFoundError:
            raise SettingsError(f"This moderator looks after no site {key}.") from None

    return _Desk(who, await session.store.read(job))
