"""``commentsvc retain``: the daily round of erasing, by hand."""

import typer

from commentsvc.app import new_retention
from commentsvc.cli.session import Session, run


def retain() -> None:
    """Erase what every site has kept long enough: the worker does it daily; for installations without one."""
    run(_work)


async def _work(session: Session) -> None:
    done = await new_retention(session.settings, session.store).all_of_it()
    await session.store.scrub()
    typer.echo(f"Erased: {done.addresses} addresses, {done.words} comments' words.")
