"""``commentsvc site tag``: what to paste into a site's pages."""

from typing import Annotated

import typer

from commentsvc.cli.session import Session, run
from commentsvc.domain.errors import UnknownSiteError
from commentsvc.store import sites
from commentsvc.web.static import pin


def tag(
    key: Annotated[str, typer.Argument(help="Key of the site.")],
    pinned: Annotated[
        bool, typer.Option("--pinned", help="With the script's hash: to be changed after each upgrade of the service.")
    ] = False,
) -> None:
    """Show the tags to paste: the thread's, and that of pages which list articles."""

    async def work(session: Session) -> None:
        if await session.store.read(lambda conn: sites.by_key(conn, key)) is None:
            raise UnknownSiteError(f"There is no site {key}. `commentsvc site list` shows all.")
        write = pinned_tag if pinned else plain_tag
        for kind in ("embed", "counts"):
            typer.echo(write(session.settings.public_url, key, kind))

    run(work)


def plain_tag(public_url: str, key: str, kind: str = "embed") -> str:
    """The tag of a script that is always the newest."""
    return f'<script async src="{public_url}/{kind}.js" data-site="{key}"></script>'


def pinned_tag(public_url: str, key: str, kind: str = "embed") -> str:
    """The tag of just this script: a browser runs nothing else in its place."""
    script = pin(kind)
    return (
        f'<script async src="{public_url}{script.path}" data-site="{key}" '
        f'integrity="{script.integrity}" crossorigin="anonymous"></script>'
    )
