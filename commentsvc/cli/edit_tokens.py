"""``commentsvc token``: what lets a moderator's scripts in."""

from typing import Annotated

import typer

from commentsvc.accounts.api_tokens import checked_wish, new_api_token
from commentsvc.cli.named_moderator import named_moderator
from commentsvc.cli.plain_words import plain_line
from commentsvc.cli.session import Session, run
from commentsvc.domain.clock import system_clock
from commentsvc.domain.errors import InvalidInputError
from commentsvc.settings import SettingsError
from commentsvc.store import api_tokens
from commentsvc.store.api_tokens import ApiToken

app = typer.Typer(help="Tokens: what lets a moderator's scripts in.", no_args_is_help=True)

Email = Annotated[str, typer.Argument(help="The moderator's address.")]


@app.command("add")
def add(
    email: Email,
    name: Annotated[str, typer.Option(help="What it is for.")],
    read_only: Annotated[bool, typer.Option("--read-only", help="It may not decide anything.")] = False,
    days: Annotated[int | None, typer.Option(min=1, help="It expires after so many; never if none is given.")] = None,
) -> None:
    """Make a token with a moderator's rights, and show it this once."""

    async def work(session: Session) -> None:
        who = await named_moderator(session, email)
        try:
            wish = checked_wish(name, may_decide=not read_only, days=days)
            token = await session.store.write(lambda conn: new_api_token(conn, who.id, wish, now=system_clock()))
        except InvalidInputError as error:
            raise SettingsError(" ".join(error.fields.values())) from None
        typer.echo(token)

    run(work)


@app.command("list")
def show_all(email: Email) -> None:
    """Show a moderator's tokens, as far as they are not secret."""

    async def work(session: Session) -> None:
        who = await named_moderator(session, email)
        for token in await session.store.read(lambda conn: api_tokens.of_moderator(conn, who.id)):
            typer.echo(_told(token))

    run(work)


@app.command("remove")
def remove(
    email: Email, token_id: Annotated[str, typer.Argument(metavar="ID", help="Of the token, as `list` shows it.")]
) -> None:
    """Lock out whatever uses a token."""

    async def work(session: Session) -> None:
        who = await named_moderator(session, email)
        if not await session.store.write(lambda conn: api_tokens.remove(conn, who.id, token_id)):
            raise SettingsError("This moderator has no such token. `commentsvc token list` shows all.")
        typer.echo("The token is removed.")

    run(work)


def _told(token: ApiToken) -> str:
    rights = "reads and decides" if token.may_decide else "only reads"
    expires = "does not expire" if token.expires_at is None else f"until {token.expires_at:%Y-%m-%d}"
    used = "never used" if token.used_at is None else f"last used {token.used_at:%Y-%m-%d}"
    return f"{token.id}  {plain_line(token.name)}  {rights}; made {token.created_at:%Y-%m-%d}, {expires}, {used}"
