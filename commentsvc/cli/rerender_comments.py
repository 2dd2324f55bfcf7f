"""``commentsvc rerender``: render stored comments anew after the markup rules changed."""

from functools import partial

import typer
from rich.progress import Progress
from sqlalchemy.engine import Connection

from commentsvc.cli.session import Session, run
from commentsvc.domain.comment import Rendered
from commentsvc.domain.errors import InvalidInputError
from commentsvc.domain.imports import IMPORTED_CHARACTERS
from commentsvc.markup import MARKUP_VERSION, render
from commentsvc.store import rerendering
from commentsvc.store.rerendering import Outdated

_BATCH = 100


def rerender() -> None:
    """Render every comment anew that older rules rendered; what is refused now stays as it is and is named."""
    run(_work)


async def _work(session: Session) -> None:
    done, refused, after = 0, list[str](), 0
    with Progress() as progress:
        task = progress.add_task("Rendering", total=None)
        while batch := await session.store.read(partial(_next_batch, after=after)):
            results = [(each, _render(each)) for each in batch]
            fresh = [(each.row_id, rendered) for each, rendered in results if rendered is not None]
            await session.store.write(partial(rerendering.replace, results=fresh))
            refused += [each.public_id for each, rendered in results if rendered is None]
            done, after = done + len(fresh), batch[-1].row_id
            progress.advance(task, len(batch))
    typer.echo(f"{done} rendered anew, {len(refused)} left as they were.")
    for public_id in refused:
        typer.echo(f"  refused by today's rules: {public_id}")


def _next_batch(conn: Connection, *, after: int) -> list[Outdated]:
    return rerendering.outdated(conn, version=MARKUP_VERSION, after_row_id=after, limit=_BATCH)


def _render(comment: Outdated) -> Rendered | None:
    try:
        return render(comment.source, limit_characters=IMPORTED_CHARACTERS)
    except InvalidInputError:
        return None
