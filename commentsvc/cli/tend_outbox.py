"""``commentsvc outbox``: what waits to be sent, what failed, and another try."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from commentsvc.cli.plain_words import plain_line
from commentsvc.cli.session import Session, run
from commentsvc.domain.clock import system_clock, wire_time
from commentsvc.settings import SettingsError
from commentsvc.store import outbox_list
from commentsvc.store.outbox_list import Listed

app = typer.Typer(help="The outbox: mails and calls that wait or have failed.", no_args_is_help=True)


@app.command("list")
def show(
    is_failed_only: Annotated[bool, typer.Option("--failed", help="Only what is not tried any more.")] = False,
    is_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Show the oldest 1,000 notices that are not sent; never to whom."""

    async def work(session: Session) -> None:
        found = await session.store.read(lambda conn: outbox_list.unsent(conn, is_failed_only=is_failed_only))
        for each in found:
            typer.echo(_json(each) if is_json else _told(each))
        if not found and not is_json:
            typer.echo("Nothing has failed." if is_failed_only else "Nothing waits.")

    run(work)


@app.command("retry")
def retry(
    ids: Annotated[list[int] | None, typer.Argument(metavar="ID…", help="Of notices, as `list` shows them.")] = None,
    is_all: Annotated[bool, typer.Option("--all-failed", help="All that failed.")] = False,
) -> None:
    """Have failed notices tried again at once."""

    async def work(session: Session) -> None:
        if bool(ids) == is_all:
            raise SettingsError("Say which: ids as `commentsvc outbox list --failed` shows them, or --all-failed.")
        now = system_clock()
        count = await session.store.write(lambda conn: outbox_list.retry(conn, None if is_all else ids, now=now))
        typer.echo(f"{count} {'notice' if count == 1 else 'notices'} will be tried again.")

    run(work)


def _told(each: Listed) -> str:
    state = f"failed {each.failed_at:%Y-%m-%d %H:%M}" if each.failed_at else f"due {each.due_at:%Y-%m-%d %H:%M}"
    why = f": {plain_line(each.last_error)}" if each.last_error else ""
    tries = f"{each.attempts} {'attempt' if each.attempts == 1 else 'attempts'}"
    return f"{each.id}  {each.site}  {each.event} by {each.channel}; {state}, {tries}{why}"


def _json(each: Listed) -> str:
    times = {
        name: None if at is None else wire_time(at)
        for name, at in (("created_at", each.created_at), ("due_at", each.due_at), ("failed_at", each.failed_at))
    }
    return json.dumps(asdict(each) | times)
