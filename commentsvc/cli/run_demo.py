"""``commentsvc demo``: everything at once, to look at: the service, an article on its own origin, a moderator."""

import asyncio
import os
import secrets
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

import typer
from sqlalchemy.engine import Connection
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from commentsvc.accounts.links import new_link
from commentsvc.app import create_app
from commentsvc.cli.fill_gallery import fill_gallery
from commentsvc.cli.invite_moderators import sign_in_address
from commentsvc.cli.run_service import listen, server_for
from commentsvc.cli.session import Session, clear_end, open_session
from commentsvc.cli.show_tag import plain_tag
from commentsvc.domain.clock import system_clock
from commentsvc.domain.emails import EmailAddress
from commentsvc.domain.roles import Role
from commentsvc.domain.site import SitePolicy
from commentsvc.logs import set_up_logs
from commentsvc.settings import PREFIX, Settings, load_settings
from commentsvc.store import moderators, sites
from commentsvc.vault.blind_index import BlindIndex
from commentsvc.vault.sealing import Sealer

SITE = "demo"
ARTICLE_PATH = "/the-lighthouse"
GALLERY_PATH = "/embed-gallery"
_FILES = {
    "/": "article.html",
    ARTICLE_PATH: "article.html",
    GALLERY_PATH: "gallery.html",
    "/article.css": "article.css",
    "/gallery.css": "gallery.css",
}
_MODERATOR = EmailAddress("moderator@example.org")
_MEDIA_TYPES = {"html": "text/html", "css": "text/css"}


def demo(
    folder: Annotated[Path, typer.Option(help="Where database and keys are kept.")] = Path(".run"),
    article_port: Annotated[int, typer.Option(help="Port of the article's own origin.")] = 8001,
) -> None:
    """Run the service with a demo article on its own origin, and show the addresses to open."""
    with clear_end():
        settings = _settings(folder)
        set_up_logs(level="WARNING", is_json=False)
        asyncio.run(_run(settings, article_port))


async def _run(settings: Settings, article_port: int) -> None:
    article_origin = f"http://127.0.0.1:{article_port}"
    async with open_session(settings) as session:
        token = await _prepare(session, article_origin)
        ring = session.ring
    with listen(settings.host, settings.port) as ours, listen("127.0.0.1", article_port) as theirs:
        servers = [server_for(create_app(settings, ring)), server_for(article_app(settings.public_url))]
        typer.echo(_welcome(settings, article_origin, token))
        await asyncio.gather(servers[0].serve(sockets=[ours]), servers[1].serve(sockets=[theirs]))


async def _prepare(session: Session, article_origin: str) -> str:
    """A site and a moderator, if they are not there; a fresh sign-in link in any case."""
    index = BlindIndex(session.ring)
    sealed = Sealer(session.ring).seal(_MODERATOR)

    def job(conn: Connection) -> str:
        now = system_clock()
        there = sites.by_key(conn, SITE)
        site = there or sites.add(
            conn, key=SITE, name="The Demo Post", origins=[article_origin], policy=SitePolicy(), now=now
        )
        found = moderators.by_index(conn, index.moderator_candidates(_MODERATOR))
        moderator_id = (
            found.id
            if found
            else moderators.add(
                conn, name="Demo moderator", blind_index=index.of_moderator(_MODERATOR), sealed_email=sealed, now=now
            )
        )
        moderators.join_sites(conn, moderator_id, [site.id], Role.OWNER, now=now)
        if there is None:
            fill_gallery(conn, site, f"{article_origin}{GALLERY_PATH}", moderator_id=moderator_id, now=now)
        return new_link(conn, moderator_id, now=now, token_bytes=secrets.token_bytes)

    return await session.store.write(job)


def article_app(service: str) -> Starlette:
    """The demo article as a site of its own, under a strict policy such as careful sites have."""
    folder = files("commentsvc.cli") / "demo"
    policy = (
        f"default-src 'none'; script-src {service}; connect-src {service}; style-src 'self'; base-uri 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )

    async def serve(request: Request) -> Response:
        name = _FILES[request.url.path]
        text = (folder / name).read_text("utf-8")
        filled = text.replace("@TAG@", plain_tag(service, SITE)).replace("@SERVICE@", service)
        headers = {"Content-Security-Policy": policy, "Cache-Control": "no-store"}
        return Response(filled, media_type=_MEDIA_TYPES[name.rpartition(".")[2]], headers=headers)

    return Starlette(routes=[Route(path, serve) for path in _FILES])


def _settings(folder: Path) -> Settings:
    defaults: dict[str, Any] = {
        "database_url": f"sqlite+aiosqlite:///{folder / 'data' / 'comments.db'}",
        "key_file": folder / "secrets" / "keys.json",
    }
    return load_settings(
        **{name: value for name, value in defaults.items() if f"{PREFIX}{name.upper()}" not in os.environ}
    )


def _welcome(settings: Settings, article_origin: str, token: str) -> str:
    article = f"{article_origin}{ARTICLE_PATH}"
    without_scripts = f"{settings.public_url}/read?{urlencode({'site': SITE, 'url': article})}"
    return (
        "\nThe demo is running. Open:\n\n"
        f"  1. the article                {article}\n"
        f"  2. the moderation queue       {sign_in_address(settings.public_url, token)}\n"
        f"  3. without JavaScript         {without_scripts}\n\n"
        f"The article's site has a page with all looks, too: {article_origin}{GALLERY_PATH}\n"
        "The link to the queue works once, for 10 minutes; `commentsvc moderator link` makes another.\n"
        "Ctrl+C ends the demo.\n"
    )
